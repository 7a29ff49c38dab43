"""Tasks that a task factory starts eagerly (3.12+): their first step runs inside ``create_task``, outside any callback.

They are noticed when ``create_task`` returns, or before, when they ask for a step or make a task or a group themselves.
What they did by then belongs to the step of their creator; after its row comes one without length, which says where the
new task stands, or that it has ended already. ``create_task`` has a stand-in only while some loop has a task factory:
without one, no task is eager.
"""

from __future__ import annotations

from asyncio.base_events import BaseEventLoop
from typing import Any

from .active import attach, give_up
from .asking import add_task
from .disguise import disguise
from .handles import TASK_TYPES
from .recorder import LoopRecorder, clock
from .rows import other_row
from .steprows import ENDED, MASK

_original_set: Any = BaseEventLoop.set_task_factory
_original_create: Any = BaseEventLoop.create_task


def set_task_factory(self: Any, factory: Any) -> None:
    _original_set(self, factory)
    if factory is not None:
        watch_factories()


def create_task(self: Any, coro: Any, **kwargs: Any) -> Any:
    if self._closed:
        self._check_closed()
    # recorder._created_eagerly reads it; while it is not there, another task is meant than the one that we create.
    parent = _running(self)  # noqa: F841
    task = _original_create(self, coro, **kwargs)
    record = self._awaitscope or attach(self)
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
        if create_task.__name__ not in _disguised:
            _disguised.add(create_task.__name__)
            disguise(_create_task, _original)
        BaseEventLoop.create_task = create_task  # type: ignore[method-assign]


def unwatch_factories() -> None:
    if BaseEventLoop.create_task is create_task:
        BaseEventLoop.create_task = _original_create  # type: ignore[method-assign]


_create_task: Any = create_task
_original: Any = _original_create
_disguised: set[str] = set()
