"""Where a suspended task stands: a trie of (code, instruction) from the task's coroutine down to what it awaits.

A program stands at the same few places over and over, so every node remembers the child it led to last; in the steady
state a frame costs two identity tests. A node is defined in the trace once, when it is first met.
"""

from __future__ import annotations

import _thread
import gc
import sys
from functools import partial
from itertools import count
from types import (
    AsyncGeneratorType,
    BuiltinFunctionType,
    BuiltinMethodType,
    CodeType,
    CoroutineType,
    FunctionType,
    GeneratorType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
)
from typing import Any

from .handles import callbacks_of
from .rounds import has_one_place, loops_of, runs_once
from .sources import Position, Ranges, Source, position_of
from .tracefile import encode_json

CO_GENERATOR = 0x20
CO_COROUTINE = 0x80
CO_ASYNC_GENERATOR = 0x200

_SINGLE_SUSPENSION = frozenset({"sleep", "Event.wait", "Lock.acquire", "Queue.join", "to_thread"})
"""Functions of asyncio that suspend once a call: standing there again means a new call, which saves us asking."""

_INNERMOST = _SINGLE_SUSPENSION | {
    "Queue.get",
    "Queue.put",
    "Semaphore.acquire",
    "StreamReader._wait_for_data",
    "FlowControlMixin._drain_helper",
}
"""Functions of asyncio below which there is nothing to tell: the walk ends at their name."""

_FUTURE_OWNERS = {
    "shield.<locals>._outer_done_callback": "shield",
    "_chain_future.<locals>._call_check_cancel": "executor",
}
"""Callbacks of asyncio on a future that tell whose it is (Lib/asyncio/tasks.py, futures.py)."""

_DEEP = 8
"""From so many frames on, walking the chain from its start costs more than remembering a place in it."""

CREDIT = 8
"""A place that has lost its anchors this often at once builds its chain anew each time: no more are set there."""

OF_TASK = 1
"""What the innermost frame of user code awaits is what the task's own coroutine awaits."""
INNERMOST = 2
"""It is the innermost coroutine."""

_WAITS_FOR_GROUP = frozenset(
    {"_wait", "_cancel_and_wait", "wait_for"} - ({"wait_for"} if sys.version_info >= (3, 12) else set())
)
"""Functions of asyncio that await a future which stands for their group; from 3.12 on ``wait_for`` awaits what it is given,
see timeouts.py."""

_WAITS_FOR_ONE = frozenset({"as_completed.<locals>._wait_for_one", "_AsCompletedIterator._wait_for_one"})
"""Functions of asyncio that await the queue which stands for their ``as_completed``."""

_DEEPEST_OTHER = 64
"""Awaitables that are not coroutines are followed this deep; a bound against objects that await themselves."""


class Code:
    """A code object, defined in the trace. Holds it strongly: its id is our key."""

    __slots__ = (
        "code", "has_one_place", "id", "innermost", "is_taskgroup_create", "loops", "ranges", "single", "source", "user",
        "waits_for_group", "waits_for_one",
    )  # fmt: skip

    def __init__(self, number: int, code: CodeType, name: str, source: Source) -> None:
        self.id = number
        self.code = code
        self.source = source
        self.user = source.user
        self.has_one_place = has_one_place(code)
        self.loops: list[tuple[int, int]] | None = None  # once somebody asks
        self.ranges = Ranges(code)
        self.single = source.is_asyncio and name in _SINGLE_SUSPENSION
        self.innermost = source.is_asyncio and name in _INNERMOST
        self.waits_for_group = source.is_asyncio and name in _WAITS_FOR_GROUP
        self.waits_for_one = source.is_asyncio and name in _WAITS_FOR_ONE
        self.is_taskgroup_create = source.is_asyncio and name == "TaskGroup.create_task"


class Node:
    """A position, and caches of where the walk went from here last.

    ``code``, ``lasti`` → ``next``: a frame; ``lasti`` is None where ``code`` has only this place, so that nobody has to ask:
    Python makes a frame into an object first. ``code_before``, ``lasti_before`` → ``before``: the frame before it, as tasks
    that run different functions take turns. ``short`` → ``last``: a function at whose name the walk ends.
    ``awaited`` → ``after``: what the innermost frame awaits, by the type of the task's waiter.
    """

    __slots__ = (
        "after", "at", "awaited", "before", "children", "code", "code_before", "credit", "depth", "entry", "id", "is_below_user", "is_deep",
        "is_of_as_completed", "is_plain", "is_rare", "last", "lasti", "lasti_before", "links", "next", "revisit", "short", "user",
        "visit",
    )  # fmt: skip

    def __init__(self, number: int, depth: int, entry: Code | None) -> None:
        self.id = number
        self.depth = depth
        self.entry = entry
        self.at = -1  # the instruction of its function
        self.code: CodeType | None = None
        self.lasti: int | None = -1
        self.next: Node = self
        self.code_before: CodeType | None = None
        self.lasti_before: int | None = -1
        self.before: Node = self
        self.short: CodeType | None = None
        self.last: Node = self
        self.awaited: type | None = None
        self.after: Node = self
        self.children: dict[object, Node] = {}
        self.is_rare = False  # links or revisit
        self.links = False  # may name a task, a group or a job
        self.user: Node | None = None  # the innermost node of user code on the way here
        self.is_below_user = False  # the next one below the innermost of user code
        self.is_of_as_completed = False  # what its function ``_wait_for_one`` awaits
        self.is_deep = depth >= _DEEP
        self.is_plain = not self.is_deep  # neither rare nor deep
        self.credit = CREDIT  # see anchors.py
        self.revisit = False  # standing here again may be the same visit: see rows.rare_row
        self.visit = 0  # how to find what the innermost frame of user code awaits, where that is simple


class Positions:
    """The tries, one a thread, and the tables of code objects and source files. ``lines`` receives their definitions.

    A trie is walked, and its caches written, by its own thread only. The tables are shared: whatever is not in a table
    yet is defined under ``_lock``, and is in the table only when its line is in ``lines``.
    """

    def __init__(self, lines: list[str], link_types: list[tuple[type, str]]) -> None:
        self._lines = lines
        self.codes: dict[int, Code] = {}
        self._sources: dict[str, Source] = {}
        self._node_numbers = count(1)
        self._link_types = link_types
        self._roots: dict[int, Node] = {}
        self._sites = Node(0, 0, None)
        self._lock = _thread.RLock()
        self._builtins: dict[str, Node] = {}
        self._lines_only: dict[str, Node] = {}
        self._callbacks: dict[int, Node] = {}  # by the id of their code
        # What has no code object to be keyed by shares the id space of codes, from the top.
        self._numbers_without_code = count(0xFFFFFFFF, -1)

    def root(self) -> Node:
        """The trie of the calling thread."""
        return self._roots.setdefault(_thread.get_ident(), Node(0, 0, None))

    # ------------------------------------------------------------------ tables

    def code(self, code: CodeType, owner: object = None) -> Code:
        """``owner``: a coroutine or generator that runs ``code``; Python 3.10 keeps the qualified name only there."""
        found = self.codes.get(id(code))
        return self._new_code(code, owner) if found is None else found

    def _new_code(self, code: CodeType, owner: object) -> Code:
        with self._lock:
            found = self.codes.get(id(code))
            if found is not None:
                return found
            name = getattr(code, "co_qualname", None) or _qualified_name(code, owner)
            source = self._source(code.co_filename)
            found = Code(len(self.codes) + 1, code, name, source)
            self._define_code(found.id, source.id, name, code.co_firstlineno, _kind(code.co_flags))
            self.codes[id(code)] = found
            return found

    def _source(self, path: str) -> Source:
        """Under the lock."""
        found = self._sources.get(path)
        if found is None:
            found = Source(len(self._sources) + 1, path)
            line: dict[str, object] = {"k": "file", "id": found.id, "path": found.path, "user": found.user}
            if found.sha256 is not None:
                line["sha256"] = found.sha256
            self._lines.append(encode_json(line))
            self._sources[path] = found
        return found

    def _define_code(self, number: int, file: int, name: str, line: int, kind: str) -> None:
        self._lines.append(
            encode_json({"k": "code", "id": number, "file": file, "name": name, "line": line, "is": kind})
        )

    def _define_node(self, parent: Node, entry: Code, lasti: int) -> Node:
        node = Node(next(self._node_numbers), parent.depth + 1, entry)
        node.at = lasti
        at = position_of(entry.code, lasti, entry.source, entry.ranges)
        if entry.loops is None:
            entry.loops = loops_of(entry.code)
        self._write_node(node.id, parent.id, entry.id, at, runs_once(entry.loops, lasti))
        node.user = node if entry.source.user else parent.user
        if node.user is not None and node.user is not node:
            node.is_below_user = parent.user is parent
            node.revisit = node.is_rare = parent.revisit if parent.user is not parent else not entry.single
        node.is_of_as_completed = parent.entry is not None and parent.entry.waits_for_one
        if entry.waits_for_group or node.is_of_as_completed:
            node.links = node.is_rare = True
        node.is_plain = not (node.is_rare or node.is_deep)
        node.visit = _visit(node)
        return node

    def _write_node(self, number: int, parent: int, code: int, at: Position, once: bool = False) -> None:
        line: dict[str, object] = {"k": "node", "id": number, "parent": parent, "code": code, "line": at.line}
        if at.col is not None:
            line.update(end_line=at.end_line, col=at.col, end_col=at.end_col)
        if once:
            line["once"] = True
        self._lines.append(encode_json(line))

    # ------------------------------------------------------------------ walking

    def child(self, node: Node, code: CodeType, lasti: int, owner: object = None) -> Node:
        """The node below ``node`` for this position; also makes it ``node``'s cached child."""
        key = (id(code), lasti)
        found = node.children.get(key)
        if found is None:
            entry = self.code(code, owner)
            if entry.innermost and node.id:
                return self._innermost(node, entry)
            found = node.children[key] = self._define_node(node, entry, lasti)
        node.code_before, node.lasti_before, node.before = node.code, node.lasti, node.next
        node.code = code
        node.lasti = None if found.entry is not None and found.entry.has_one_place else lasti
        node.next = found
        return found

    def _innermost(self, node: Node, entry: Code) -> Node:
        found = node.children.get(entry)
        if found is None:
            found = node.children[entry] = self._define_node(node, entry, -1)
        node.short = entry.code
        node.last = found
        return found

    def leaf(self, node: Node, waiter: Any) -> Node:
        """Below ``node``, what its frame awaits directly: ``waiter`` is what the task waits for (None: a bare yield)."""
        awaited = type(waiter)
        found = node.children.get(awaited)
        if found is None:
            found = node.children[awaited] = self._define_leaf(node, waiter)
        node.awaited = awaited
        node.after = found
        return found

    def _define_leaf(self, node: Node, waiter: Any) -> Node:
        on = "yield" if waiter is None else self._kind_of(waiter)
        if on == "future" and node.user is not node:
            return node  # a library function waiting for a future of its own: its name says more
        leaf = Node(next(self._node_numbers), node.depth, node.entry)
        leaf.user, leaf.revisit, leaf.is_below_user = node.user, node.revisit, node.is_below_user
        leaf.links = on in ("task", "gather", "shield", "executor")
        leaf.is_rare = leaf.links or leaf.revisit
        leaf.is_plain = not (leaf.is_rare or leaf.is_deep)
        leaf.visit = _visit(leaf)
        self._lines.append(encode_json({"k": "node", "id": leaf.id, "parent": node.id, "on": on}))
        return leaf

    def _kind_of(self, waiter: Any) -> str:
        for kind, name in self._link_types:
            if issubclass(type(waiter), kind):
                return name
        # Shields and executor jobs hand out plain futures; what is called when these are done tells them apart.
        for callback in callbacks_of(waiter):
            found = _FUTURE_OWNERS.get(callback.__qualname__) if type(callback) is FunctionType else None
            if found is not None:
                return found
        return "future"

    def below(self, node: Node, awaitable: Any) -> Node:
        """Follows what is not a plain coroutine: generators, async generators, ``__await__`` objects, wrappers."""
        for _ in range(_DEEPEST_OTHER):
            if awaitable is None:
                return node
            inner = opened(awaitable)
            if inner is None:
                return node
            code, frame, deeper = inner
            if frame is None or (node.entry is not None and node.entry.innermost):
                return node
            node = self.child(node, code, frame.f_lasti, awaitable)
            awaitable = deeper
        return node

    # ------------------------------------------------------------------ single places

    def site(self, code: CodeType, lasti: int, owner: object = None) -> Node:
        """A single place, without a chain: where a task or group was made. For any thread."""
        key = (id(code), lasti)
        found = self._sites.children.get(key)
        if found is None:
            with self._lock:
                found = self._sites.children.get(key)
                if found is None:
                    found = self._define_node(self._sites, self.code(code, owner), lasti)
                    self._sites.children[key] = found
        return found

    def line(self, path: str, line: int, function: str) -> Node:
        """A place of which no more is known than Python's coroutine origins tell."""
        key = f"{path}:{line}:{function}"
        return self._lines_only.get(key) or self._new_line(key, path, line, function)

    def _new_line(self, key: str, path: str, line: int, function: str) -> Node:
        with self._lock:
            found = Node(next(self._node_numbers), 1, None)
            number = next(self._numbers_without_code)
            self._define_code(number, self._source(path).id, function, line, "function")
            self._write_node(found.id, 0, number, Position(line, None, None, None))
            self._lines_only[key] = found
            return found

    def callback(self, callback: Any) -> Node:
        """The function of a callback that is not a task's step."""
        function = callback.__func__ if type(callback) is MethodType else callback
        if type(function) is FunctionType:
            code = function.__code__
            return self._callbacks.get(id(code)) or self._new_callback(function, code)
        # Objects of the program's own classes are not asked: their attributes may be its code.
        if type(callback) is partial and type(callback.func) in _FUNCTIONS:
            return self.callback(callback.func)
        if type(callback) in _BUILTINS:
            name = callback.__qualname__
        else:
            name = _qualname(callback if issubclass(type(callback), type) else type(callback))
        return self._builtins.get(name) or self._new_builtin(name)

    def _new_callback(self, function: FunctionType, code: CodeType) -> Node:
        found = self._callbacks[id(code)] = self.site(code, -1, function)
        return found

    def _new_builtin(self, name: str) -> Node:
        with self._lock:
            found = self._builtins.get(name)
            if found is None:
                found = Node(next(self._node_numbers), 1, None)
                number = next(self._numbers_without_code)
                self._define_code(number, 0, name, 0, "function")
                self._write_node(found.id, 0, number, Position(0, None, None, None))
                self._builtins[name] = found
            return found


def _visit(node: Node) -> int:
    if not node.revisit or node.links or node.user is None:
        return 0
    return OF_TASK if node.user.depth == 1 else INNERMOST if node.is_below_user else 0


_BUILTINS = frozenset({BuiltinFunctionType, BuiltinMethodType, MethodWrapperType, MethodDescriptorType})
_FUNCTIONS = frozenset({FunctionType, MethodType, partial, type, *_BUILTINS})
_qualname: Any = type.__dict__["__qualname__"].__get__
"""Of a class, whatever its metaclass says."""


def _kind(flags: int) -> str:
    if flags & CO_ASYNC_GENERATOR:
        return "async_generator"
    if flags & CO_COROUTINE:
        return "coroutine"
    return "generator" if flags & CO_GENERATOR else "function"


def _qualified_name(code: CodeType, owner: object) -> str:
    """For Python 3.10, whose code objects do not know it."""
    name = getattr(owner, "__qualname__", None)
    if type(name) is str:
        return name
    if not _asyncio_names:
        for module in [module for key, module in sys.modules.items() if key.startswith("asyncio.")]:
            for kind in [kind for kind in vars(module).values() if isinstance(kind, type)]:
                for function in vars(kind).values():
                    if isinstance(function, FunctionType):
                        _asyncio_names[id(function.__code__)] = function.__qualname__
    return _asyncio_names.get(id(code), code.co_name)


_asyncio_names: dict[int, str] = {}


def code_of(awaitable: Any) -> CodeType | None:
    """The code an awaitable runs; for ``aclose()`` of an async generator, which asyncio makes a task of, the generator's."""
    found = opened(awaitable)
    if found is not None:
        return found[0]
    code = getattr(awaitable, "cr_code", getattr(awaitable, "gi_code", None))
    return code if type(code) is CodeType else None


def opened(awaitable: Any) -> tuple[CodeType, Any, Any] | None:
    """(code, frame, what it awaits) of an awaitable that runs Python code; None for futures and foreign objects."""
    kind = type(awaitable)
    if kind is CoroutineType:
        return awaitable.cr_code, awaitable.cr_frame, awaitable.cr_await
    if kind is GeneratorType:
        return awaitable.gi_code, awaitable.gi_frame, awaitable.gi_yieldfrom
    if kind is AsyncGeneratorType:
        return awaitable.ag_code, awaitable.ag_frame, awaitable.ag_await
    if kind.__name__ in _OF_CYTHON and kind.__module__.startswith("_cython_"):
        inner = unwrapped(awaitable)
        code = getattr(inner, "cr_code", None)
        return (code, inner.cr_frame, inner.cr_await) if type(code) is CodeType else None
    if kind.__name__ in _OPAQUE and kind.__module__ == "builtins":
        for inner in gc.get_referents(awaitable):
            if type(inner) in (CoroutineType, GeneratorType, AsyncGeneratorType):
                return opened(inner)
            if type(inner).__name__ in _OPAQUE and type(inner).__module__ == "builtins":
                return opened(inner)
    return None


def unwrapped(awaitable: Any) -> Any:
    """The coroutine itself, where what is awaited is Cython's wrapper of one, to which there are no weak references."""
    kind = type(awaitable)
    if kind.__name__ == "coroutine_wrapper" and kind.__module__.startswith("_cython_"):
        return next(iter(gc.get_referents(awaitable)), None)
    return awaitable


_OF_CYTHON = frozenset({"coroutine", "iterable_coroutine", "coroutine_wrapper"})
_OPAQUE = frozenset({"async_generator_asend", "async_generator_athrow", "anext_awaitable", "coroutine_wrapper"})
"""CPython's own awaitables that hide what they run; the collector still sees it (Objects/genobject.c, iterobject.c)."""
