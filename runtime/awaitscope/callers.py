"""Who made what: the calls of the program in which tasks and groups are made.

No frame of our own is ever in a variable: that would be a cycle, which keeps what its callers hold.
"""

from __future__ import annotations

import sys
from asyncio import _get_running_loop, create_task, ensure_future, gather
from asyncio.base_events import BaseEventLoop
from collections.abc import Iterable
from types import CodeType, FrameType
from typing import Any

from .positions import Positions

_DEEPEST_STACK = 64
_OUR_FRAMES = 4
"""Frames of ours above asyncio's when a task is created: here, add_task, loop._add_task, loop.call_soon."""
_MAKERS = frozenset(maker.__code__ for maker in (create_task, ensure_future, gather, BaseEventLoop.create_task))
"""Functions of asyncio that run nothing of the program but what makes tasks."""


class Callers:
    """``groups``: id → number of the TaskGroups that are open."""

    def __init__(self, positions: Positions, groups: dict[int, int]) -> None:
        self._positions = positions
        self._groups = groups
        self._boundary_code: CodeType | None = None
        self._boundary_depth = 0
        self._boundary_inner: CodeType | None = None
        self._caller_code: CodeType | None = None  # the latest creating call
        self._caller_lasti = 0
        self._caller_site = 0
        self.bottoms: dict[int, CodeType] = {}  # by id: what runs loops. Below its frame, nobody created anything

    def here(self, record: Any) -> tuple[int, int]:
        """(creating call, TaskGroup) of the task that asyncio is creating. ``record``: the LoopRecorder.

        Below us lie some frames of asyncio, then the caller's. Programs make most tasks through one function of asyncio:
        if that very function stands where it stood last time, the frame below it is the caller, and the others need
        not be made into objects to be looked at.
        """
        if self._boundary_code is not None:
            try:
                boundary = sys._getframe(self._boundary_depth)
            except ValueError:  # the stack is not that deep this time
                boundary = sys._getframe(_OUR_FRAMES)
            inner = self._boundary_inner
            if boundary.f_code is self._boundary_code and (
                inner is None or sys._getframe(self._boundary_depth - 1).f_code is inner
            ):
                caller = boundary.f_back
                if caller is not None:
                    code, lasti = caller.f_code, caller.f_lasti
                    if code is self._caller_code and lasti == self._caller_lasti:
                        return self._caller_site, 0
                    entry = self._positions.codes.get(id(code))
                    if entry is not None and entry.user:
                        site = self._positions.site(code, lasti).id
                        self._caller_code, self._caller_lasti, self._caller_site = code, lasti, site
                        return site, 0
        frame: FrameType | None = sys._getframe(_OUR_FRAMES)
        creators = _creators(record.loop())
        found = self.of(frame, creators)
        self._boundary_code = None
        depth = _OUR_FRAMES
        if _get_running_loop() is None:  # whoever runs a loop stands below all that runs in it, too
            return found
        while found[0] and not found[1] and frame is not None and frame.f_back is not None:
            code = frame.f_back.f_code
            if id(code) in self.bottoms:  # made by a call of the class itself: what is below runs the loop
                break
            if self._positions.code(code).user:
                if code not in creators and self._positions.code(frame.f_code).source.is_asyncio:
                    self._boundary_code, self._boundary_depth = frame.f_code, depth
                    # Others, as wait_for, may have the program's frames above them another time.
                    is_maker = frame.f_code in _MAKERS
                    self._boundary_inner = None if is_maker else sys._getframe(depth - 1).f_code
                break
            frame = frame.f_back
            depth += 1
        return found

    def eager(self, record: Any) -> tuple[int, int, int]:
        """(creator, creating call, TaskGroup) of a task that asks for its next step before ``create_task`` returns."""
        code = BaseEventLoop.create_task.__code__
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and not self.is_bottom(frame.f_code):
            if frame.f_code is code and "parent" in frame.f_locals:  # see eager.create_task
                return frame.f_locals["parent"], *self.of(frame.f_back, _creators(record.loop()))
            frame = frame.f_back
        return 0, 0, 0  # made by a call of ``Task`` itself, which leaves no frame

    def of(self, frame: FrameType | None, creators: tuple[object, ...] = ()) -> tuple[int, int]:
        """(node of the creating call, TaskGroup it was made in). User code if there is any, else the nearest library.

        ``creators``: code of the program that makes tasks for others, whose callers are meant.
        """
        group = 0
        library: FrameType | None = None
        for _ in range(_DEEPEST_STACK):
            if frame is None or self.is_bottom(frame.f_code):
                break
            entry = self._positions.code(frame.f_code)
            if entry.user and frame.f_code not in creators:
                return self._positions.site(frame.f_code, frame.f_lasti).id, group
            if entry.is_taskgroup_create and group == 0:
                group = self._groups.get(id(frame.f_locals.get("self")), 0)
            elif library is None and not entry.source.is_asyncio and frame.f_code not in creators:
                library = frame
            frame = frame.f_back
        return (0 if library is None else self._positions.site(library.f_code, library.f_lasti).id), group

    def site_among(self, places: Iterable[tuple[CodeType, int]]) -> int:
        """As ``site_of``, of what frames looked like: code and instruction of each, innermost first."""
        library: tuple[CodeType, int] | None = None
        for place in places:
            entry = self._positions.code(place[0])
            if entry.user:
                return self._positions.site(*place).id
            if library is None and not entry.source.is_asyncio:
                library = place
        return 0 if library is None else self._positions.site(*library).id

    def is_bottom(self, code: CodeType) -> bool:
        """Whether the frame of this code is the loop's own, or whoever runs it."""
        return id(code) in self.bottoms and _get_running_loop() is not None

    def site_of(self, frame: FrameType | None) -> int:
        place = self.place_of(frame)
        return 0 if place is None else self._positions.site(*place).id

    def place_of(self, frame: FrameType | None) -> tuple[CodeType, int] | None:
        """(code, instruction) in the first frame from here down that is the program's, else in the first library's."""
        library: FrameType | None = None
        for _ in range(_DEEPEST_STACK):
            if frame is None or self.is_bottom(frame.f_code):
                break
            entry = self._positions.code(frame.f_code)
            if entry.user:
                return frame.f_code, frame.f_lasti
            if library is None and not entry.source.is_asyncio:
                library = frame
            frame = frame.f_back
        return None if library is None else (library.f_code, library.f_lasti)


def _creators(loop: Any) -> tuple[object, ...]:
    """The program's own code by which its loop makes tasks: a task factory, methods of a loop class."""
    if loop is None:
        return ()
    kind = type(loop)
    # The method may be the program's; loops in C have nothing else.
    factory = loop._task_factory if issubclass(kind, BaseEventLoop) else loop.get_task_factory()
    makers = (factory, kind.create_task, kind.call_soon)
    return tuple(code for code in (getattr(maker, "__code__", None) for maker in makers) if code is not None)
