"""Tasks that a task factory starts eagerly (3.12+): their first step runs inside ``create_task``, outside any callback.

They are noticed when ``create_task`` returns, or before, when they ask for a step or make a task or a group themselves.
What they did by then belongs to the step of their creator; after its row comes one without length, which says where the
new task stands, or that it has ended already. ``create_task`` has a stand-in only while some loop has a task factory:
without one, no task is eager.
"""

from __future__ import annotations

from asyncio.base_events import BaseEventLoop
from collections.abc import Iterator
from typing import Any

from .active import attach, give_up
from .asking import add_task
from .disguise import lines_of
from .handles import TASK_TYPES
from .recorder import LoopRecorder, clock
from .rows import other_row
from .steprows import ENDED, MASK

_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST
_original_set: Any = BaseEventLoop.set_task_factory
_original_create: Any = BaseEventLoop.create_task


def set_task_factory(self: Any, factory: Any) -> None:
    _original_set(self, factory)
    if factory is not None:
        try:
            watch_factories()
        except Exception as error:
            give_up(error)


def _returned(loop: Any, coro: Any, task: Any) -> Any:
    """What ``create_task`` returns, seen by us."""
    record = loop._awaitscope or attach(loop)
    if record is not None and isinstance(task, TASK_TYPES):
        number = record.tasks.get(id(task), 0)
        if number in record.asked_eagerly:
            record.asked_eagerly.discard(number)
            _note(record, task, number)
        elif not number:
            number = add_task(record, task, clock(), coro)
            if number:
                _note(record, task, number)
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


def _note(record: LoopRecorder, task: Any, number: int) -> None:
    try:
        if task.done():
            recorder = record.recorder
            ended = recorder.end_eager_task(record, task, number)
            at = recorder.now()
            recorder.ends.extend((number, ended, at & MASK, at >> 32))
            record.eager.append((number, 0, 0, 0, 0, ENDED, number, ended, 0, 0))
        else:
            record.eager.append(other_row(record, task, number, (0, 0, 0)))
    except Exception as error:
        give_up(error)


def extend_eager(record: LoopRecorder) -> int:
    """Appends the rows of tasks that started inside the step whose row is the latest. Returns the latest step's number.

    A timeout that began in that step is written now, too.
    """
    found, record.eager = record.eager, []
    distance = 0
    for row in found:
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
            call = _parsed("_returned(self, coro, None)").body[0].value
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
    return _returned(self, coro, _original_create(self, coro, **kwargs))


_stand_in: list[Any] = []
