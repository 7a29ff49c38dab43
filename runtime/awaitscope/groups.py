"""Notes the groups a program makes: ``gather`` and ``TaskGroup``.

Both are noticed when asyncio makes the object that stands for the group, whatever name the program calls it by.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

from .recorder import Recorder

GatheringFuture: type = asyncio.tasks._GatheringFuture  # type: ignore[attr-defined]
TaskGroup: type | None = getattr(asyncio, "TaskGroup", None)  # 3.11

_originals: list[tuple[type, Any]] = []


def install(recorder: Recorder, give_up: Callable[[BaseException], None]) -> None:
    def owner() -> int:
        try:
            task = asyncio.current_task()
        except RuntimeError:  # no running loop
            return 0
        return recorder.tasks.get(id(task), 0)

    def gathering_init(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        try:
            caller = sys._getframe(2)  # gather()
            recorder.add_group(
                "gather",
                self,
                owner(),
                caller,
                members=[recorder.tasks[id(child)] for child in self._children if id(child) in recorder.tasks],
                return_exceptions=caller.f_locals.get("return_exceptions") is True,
            )
        except Exception as error:
            give_up(error)

    def taskgroup_init(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        try:
            recorder.add_group("taskgroup", self, owner(), sys._getframe(2))
        except Exception as error:
            give_up(error)

    _replace(GatheringFuture, gathering_init)
    if TaskGroup is not None:
        _replace(TaskGroup, taskgroup_init)


def _replace(owner: type, ours: Any) -> None:
    original = owner.__dict__["__init__"]

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        ours(original, self, *args, **kwargs)

    __init__.__qualname__ = original.__qualname__
    __init__.__module__ = original.__module__
    __init__.__wrapped__ = original  # type: ignore[attr-defined]
    _originals.append((owner, original))
    owner.__init__ = __init__  # type: ignore[misc]


def uninstall() -> None:
    while _originals:
        owner, original = _originals.pop()
        owner.__init__ = original  # type: ignore[misc]
