"""Tasks that a task factory starts eagerly (3.12+): their first step runs inside ``create_task``, outside any callback.

They are noticed when ``create_task`` returns, or before, when they ask for a step or make a task or a group themselves.
What they did by then belongs to the step of their creator; after its row comes one without length, which says where the
new task stands, or that it has ended already. ``create_task`` has a stand-in only while some loop has a task factory.

Without one, a task is eager if its class was asked for that (``Task(…, eager_start=True)``). It then asks its loop whether
that runs, which is the one sign it gives: by then it is made, and has not begun. (Should the collector run in just that
moment, it is noticed when it is first woken.) Where it stands is read when the step of its creator is over. If it is gone
by then, nobody can tell how it ended but asyncio, which complains of exceptions: else it has returned.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from _thread import get_ident
from asyncio.base_events import BaseEventLoop
from collections.abc import Iterator
from typing import Any

from .active import attach, give_up
from .asking import add_task
from .disguise import lines_of
from .handles import PyTask, is_done, is_task
from .planes import MASK
from .recorder import LoopRecorder, clock
from .rows import other_row
from .running import current_task
from .steprows import ENDED

_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST
_MOST_YOUNG = 20_000
"""With more young objects than this (a program may have stopped the collector) a task is noticed when it is first woken."""
_LATEST = 200
"""A task that has just been made is among so many of the youngest objects: of these are its context, and what a class of
the program's has made before."""
_FACTORY_FRAMES = 4
_OWN_CONTEXT = 2
"""References to the context of a new task that is its alone: the task's, and that of who counts them."""
_original_set: Any = BaseEventLoop.set_task_factory
_original_create: Any = BaseEventLoop.create_task


def set_task_factory(self: Any, factory: Any) -> None:
    _original_set(self, factory)
    if factory is not None:
        try:
            watch_factories()
        except Exception as error:
            give_up(error)


def is_running(self: Any) -> bool:
    """Asked by a task of Python 3.12 or later that is to start eagerly."""
    running = self._thread_id is not None
    record = self._awaitscope
    if running and record is not None and self._thread_id == get_ident():
        task = _about_to_start(self, record)
        if task is not None:
            _running(self)  # who makes it may itself be in its eager step, and not be noticed yet
            number = add_task(record, task, clock())
            _note_start(record, task, number)
        task = None
    return running


def _about_to_start(loop: Any, record: LoopRecorder) -> Any:
    """The task that is being made right now, of which the collector knows; None if somebody else asks."""
    try:
        if gc.get_count()[0] > _MOST_YOUNG or _is_in_create_task(record):
            return None
        for found in reversed(gc.get_objects(generation=0)[-_LATEST:]):
            if is_task(found):
                is_new = found._loop is loop and id(found) not in record.tasks and not is_done(found)
                return found if is_new else None
    except Exception as error:
        give_up(error)
    return None


def _is_in_create_task(record: LoopRecorder) -> bool:
    """Whether our ``create_task`` will see the task. Not if what that makes has begun, and makes this one by its class."""
    if not _stand_in or BaseEventLoop.create_task is not _stand_in[0]:
        return False
    frame: Any = sys._getframe(3)
    for _ in range(_FACTORY_FRAMES):
        if frame is None or frame.f_code is _stand_in[0].__code__:
            break
        frame = frame.f_back
    if frame is None or frame.f_code is not _stand_in[0].__code__:
        return False
    return bool(record.tasks.get(id(current_task()), 0) == frame.f_locals.get("parent"))


def _context_of(task: Any) -> Any:
    kind: Any = PyTask if issubclass(type(task), PyTask) else asyncio.Task
    return kind.get_context(task)


def _note_start(record: LoopRecorder, task: Any, number: int) -> None:
    try:
        if sys.getrefcount(_context_of(task)) > _OWN_CONTEXT:
            record.recorder.add_late({"k": "context", "task": number})
        record.recorder.names.keep(task, number)
        record.asked_eagerly.add(number)
        record.eager.append(number)
    except Exception as error:
        give_up(error)


def _returned(loop: Any, coro: Any, task: Any, context: Any) -> Any:
    """What ``create_task`` returns, seen by us."""
    record = loop._awaitscope or attach(loop)
    if record is not None and is_task(task):
        number = record.tasks.get(id(task), 0)
        if number in record.asked_eagerly:
            record.asked_eagerly.discard(number)
        elif number:
            return task
        else:
            number = add_task(record, task, clock(), coro)
        if number:
            _note(record, task, number, context)
    return task


def _running(loop: Any) -> int:
    if loop._closed:
        return 0
    record = loop._awaitscope or attach(loop)
    try:
        return 0 if record is None else record.recorder.running()
    except Exception as error:
        give_up(error)
        return 0


def _note(record: LoopRecorder, task: Any, number: int, context: Any) -> None:
    try:
        if context is not None:
            record.recorder.add_late({"k": "context", "task": number})
        record.eager.append(_row(record, task, number))
    except Exception as error:
        give_up(error)


def _row(record: LoopRecorder, task: Any, number: int) -> tuple[int, ...]:
    """Where a task stands after its eager step. Whose row it follows is not known yet."""
    if not is_done(task):
        return other_row(record, task, number, (0, 0, 0))
    recorder = record.recorder
    ended = recorder.end_eager_task(record, task, number)
    at = recorder.now()
    recorder.ends.extend((number, ended, at & MASK, at >> 32))
    return (number, 0, 0, 0, 0, ENDED, number, ended, 0, 0)


def _row_of_started(record: LoopRecorder, number: int) -> tuple[int, ...] | None:
    """The same of a task that was not made by ``create_task``; None if somebody has told of it."""
    if number not in record.asked_eagerly:
        return None
    record.asked_eagerly.discard(number)
    try:
        task = record.recorder.task(number)
        if task is not None:
            return _row(record, task, number)
        record.recorder.end_unseen_task(number)
        return (number, 0, 0, 0, 0)
    except Exception as error:
        give_up(error)
        return None


def extend_eager(record: LoopRecorder) -> int:
    """Appends the rows of tasks that started inside the step whose row is the latest. Returns the latest step's number.

    A timeout that began in that step is written now, too.
    """
    found, record.eager = record.eager, []
    distance = 0
    for row in found:
        if type(row) is int:
            row = _row_of_started(record, row)
            if row is None:
                continue
        if type(row) is tuple:
            distance += 1
            record.step += 1
            record.extend((*row[:3], distance, *row[4:]))
        else:
            record.recorder.timeout_waits(row)
    return record.step


def watch_factories() -> None:
    if BaseEventLoop.create_task is _original_create:
        if not _stand_in:
            _stand_in.append(_with_our_calls(_original_create) or _around_original)
        BaseEventLoop.create_task = _stand_in[0]  # type: ignore[method-assign]


def unwatch_factories() -> None:
    if _stand_in and BaseEventLoop.create_task is _stand_in[0]:
        BaseEventLoop.create_task = _original_create  # type: ignore[method-assign]


def _with_our_calls(original: Any) -> Any:
    """asyncio's own function, compiled again with calls of ours at its start and in its ``return``; None without source.

    It runs factories, and eager tasks: a function of ours around it would be one frame more in their tracebacks, and in
    the stacks that tasks remember in debug mode.
    """
    try:
        lines = lines_of(original.__code__)
    except (OSError, UnicodeDecodeError):
        return None
    names = original.__code__.co_varnames
    context = "context" if "context" in names else "kwargs.get('context')" if "kwargs" in names else "None"
    shift = original.__code__.co_firstlineno - 2
    tree = _parsed(
        "\n".join(["def make(_running, _returned):", *(text for _, text in lines), f"    return {original.__name__}"])
    )
    function = tree.body[0].body[0]
    for node in [*_nodes(tree)]:
        if hasattr(node, "lineno"):
            node.lineno += shift
            node.end_lineno += shift
    for node in [*_nodes(function)]:
        if type(node).__name__ == "Return" and node.value is not None:
            value = node.value
            call = _parsed(f"_returned(self, coro, None, {context})").body[0].value
            _place(call, value)
            call.args[2] = value
            node.value = call
    # callers.py reads it; while it is not there, another task is meant than the one that is being created.
    first = _parsed("parent = _running(self)").body[0]
    _place(first, function)
    function.body.insert(1, first)  # after the docstring
    made: dict[str, Any] = {}
    code = compile(tree, original.__code__.co_filename, "exec", dont_inherit=True)
    exec(code, original.__globals__, made)
    stand_in = made["make"](_running, _returned)
    if hasattr(original.__code__, "co_qualname"):
        stand_in.__code__ = stand_in.__code__.replace(co_qualname=original.__code__.co_qualname)
    stand_in.__qualname__ = original.__qualname__
    return stand_in


def _parsed(source: str) -> Any:
    """As ``ast.parse``, without importing ``ast``, of which the program may have its own."""
    return compile(source, "<eager>", "exec", _ONLY_AST, dont_inherit=True)


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for name in node._fields:
        value = getattr(node, name)
        for child in value if isinstance(value, list) else [value]:
            if hasattr(child, "_fields"):
                yield from _nodes(child)


def _place(new: Any, old: Any) -> None:
    for node in _nodes(new):
        if hasattr(node, "lineno"):
            node.lineno = node.end_lineno = old.lineno
            node.col_offset, node.end_col_offset = old.col_offset, old.col_offset


def _around_original(self: Any, coro: Any, **kwargs: Any) -> Any:
    parent = _running(self)  # noqa: F841
    return _returned(self, coro, _original_create(self, coro, **kwargs), kwargs.get("context"))


_stand_in: list[Any] = []
