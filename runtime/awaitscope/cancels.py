"""Who asked which task to cancel, and from where.

``Task.cancel`` is a method of a C type, which nobody can replace. But it cancels the future that the task waits for, and
that wakes the task at once, through ``call_soon``, while the frames of whoever cancels still stand below. A task that
waits for no future when it is cancelled (it has not started, or is ready) gives no such sign; those that asyncio itself
cancels are noted by its functions' stand-ins.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from types import BuiltinMethodType, CodeType, FrameType, MethodType
from typing import TYPE_CHECKING, Any

from .handles import TASK_TYPES

if TYPE_CHECKING:
    from .recorder import Recorder

_DEEPEST_STACK = 64
_PY_FUTURE: Any = asyncio.futures._PyFuture  # type: ignore[attr-defined]
FUTURE_TYPES: tuple[type[Any], ...] = (asyncio.Future, _PY_FUTURE)


def is_cancelled(future: Any) -> bool:
    """False for what is not a future of asyncio's: the program's own are not asked."""
    for kind in FUTURE_TYPES:
        if issubclass(type(future), kind):
            return kind.cancelled(future) is True
    return False


class Cancels:
    """Writes a recording's ``cancel`` lines.

    ``nobody``: ids of code that cancels on behalf of no task, like the handler of Ctrl+C.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._acting: dict[int, Callable[[FrameType], int]] = {}
        self.nobody: set[int] = set()
        self._noted: set[int] = set()  # since the innermost stand-in began to cancel
        self._asked: set[int] = set()  # are told already, and will be woken by what they await

    def acts(self, function: Any, group: Callable[[FrameType], int]) -> None:
        """``function`` of asyncio cancels for the program; ``group`` has the number of the group from its frame."""
        self._acting[id(function.__code__)] = group

    def acts_as(self, function: Any, name: str) -> None:
        """The same for a function in which a variable of this name is what stands for the group."""
        self.acts(function, lambda frame: self._recorder.groups.get(id(frame.f_locals.get(name)), 0))

    def woken(self, number: int, future: Any, frame: FrameType | None) -> None:
        """A task is being woken by a future that was cancelled; ``frame``: who did that, or any frame above it."""
        recorder = self._recorder
        if isinstance(future, TASK_TYPES):
            # It awaited a task that was itself cancelled.
            inner = recorder.tasks.get(id(future), 0)
            if number in self._asked:
                self._asked.discard(number)
            elif inner:
                self._add(number, inner, 0, 0)
            return
        shielded = recorder.book.task_shielded_by(future)
        if shielded is not None:
            if self._from_inside_shield(frame):
                self._add(number, shielded, 0, 0)
                return
            recorder.book.end(recorder.groups[id(future)], "cancelled")
        recorder.book.set_outcome(number, "cancelled")
        self._note(number, frame)

    def _from_inside_shield(self, frame: FrameType | None) -> bool:
        """Whether a shield's future is being cancelled because what is shielded was."""
        while frame is not None and self._recorder.positions.code(frame.f_code).source.is_asyncio:
            if frame.f_code.co_name == "_inner_done_callback":
                return True
            frame = frame.f_back
        return False

    def asking(self) -> set[int]:
        """A stand-in begins to cancel tasks; what this returns is for ``asked``."""
        before, self._noted = self._noted, set()
        return before

    def asked(self, before: set[int], tasks: Iterable[Any], frame: FrameType | None) -> None:
        """It has cancelled ``tasks``: those of which nothing was noted meanwhile were not waiting for a future."""
        for task in tasks:
            number = self._recorder.tasks.get(id(task), 0)
            if number and number not in self._noted:
                self._note(number, frame)
                if not task._must_cancel:
                    self._asked.add(number)
        self._noted |= before

    def _note(self, number: int, frame: FrameType | None) -> None:
        by, site, group = self._origin(frame)
        self._add(number, by, site, group)

    def _add(self, number: int, by: int, site: int, group: int) -> None:
        self._noted.add(number)
        recorder = self._recorder
        line = {"k": "cancel", "task": number, "by": by, "site": site, "t": recorder.now(), "group": group}
        recorder.add_late(line)

    def _origin(self, frame: FrameType | None) -> tuple[int, int, int]:
        """(task that runs, node of the call, group that acts for the program) of the cancelling frames."""
        recorder = self._recorder
        positions = recorder.positions
        by = recorder.running()
        group = 0
        library: FrameType | None = None
        for _ in range(_DEEPEST_STACK):
            if frame is None or recorder.callers.is_bottom(frame.f_code):
                break
            code: CodeType = frame.f_code
            if id(code) in self.nobody:
                return 0, 0, group
            group_of = self._acting.get(id(code))
            if group_of is not None and not group:
                group = group_of(frame)
            entry = positions.code(code)
            if entry.user:
                return by, positions.site(code, frame.f_lasti).id, group
            if library is None and not entry.source.is_asyncio:
                library = frame
            frame = frame.f_back
        site = 0 if library is None else positions.site(library.f_code, library.f_lasti).id
        return by, site, group


def waiting_tasks(future: Any) -> list[Any]:
    """The tasks that a future wakes when it is done."""
    found = []
    for entry in future._callbacks or ():
        callback = entry[0] if type(entry) is tuple else entry
        if type(callback) in (BuiltinMethodType, MethodType) and isinstance(callback.__self__, TASK_TYPES):
            found.append(callback.__self__)
    return found
