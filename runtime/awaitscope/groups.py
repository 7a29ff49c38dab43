"""Notes the groups a program makes: ``gather`` and ``TaskGroup``.

Both are noticed when asyncio makes the object that stands for the group, whatever name the program calls it by.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from .disguise import disguise
from .recorder import Recorder, current_task

_Note = Callable[[Any, FrameType], None]

GatheringFuture: type = asyncio.tasks._GatheringFuture  # type: ignore[attr-defined]
TaskGroup: type | None = getattr(asyncio, "TaskGroup", None)  # 3.11

_originals: list[tuple[type, Any]] = []


def install(recorder: Recorder, give_up: Callable[[BaseException], None]) -> None:
    def owner() -> int:
        return recorder.tasks.get(id(current_task()), 0)

    def note_gather(future: Any, caller: FrameType) -> None:
        try:
            recorder.add_group(
                "gather",
                future,
                owner(),
                caller,
                members=[recorder.tasks[id(child)] for child in future._children if id(child) in recorder.tasks],
                return_exceptions=caller.f_locals.get("return_exceptions") is True,
            )
        except Exception as error:
            give_up(error)

    def note_taskgroup(group: Any, caller: FrameType) -> None:
        try:
            recorder.add_group("taskgroup", group, owner(), caller)
        except Exception as error:
            give_up(error)

    _replace(GatheringFuture, lambda original: _gathering_init(original, note_gather))
    if TaskGroup is not None:
        _replace(TaskGroup, lambda original: _taskgroup_init(original, note_taskgroup))


# Both with the very parameters of the original: what is wrong with a call is then said of this call, in no frame of ours.


def _gathering_init(original: Any, note: _Note) -> Any:
    def __init__(self: Any, children: Any, *, loop: Any) -> None:
        original(self, children, loop=loop)
        note(self, sys._getframe(1))

    return __init__


def _taskgroup_init(original: Any, note: _Note) -> Any:
    def __init__(self: Any) -> None:
        original(self)
        note(self, sys._getframe(1))

    return __init__


def _replace(owner: type, make: Callable[[Any], Any]) -> None:
    original = owner.__dict__["__init__"]
    ours = make(original)
    disguise(ours, original)
    _originals.append((owner, original))
    owner.__init__ = ours  # type: ignore[misc]


def uninstall() -> None:
    while _originals:
        owner, original = _originals.pop()
        owner.__init__ = original  # type: ignore[misc]
