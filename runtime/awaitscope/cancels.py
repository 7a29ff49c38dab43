"""Who asked which task to cancel, and from where.

``Task.cancel`` is a method of a C type, which nobody can replace. But it cancels the future that the task waits for, and
that wakes the task at once, through ``call_soon``, while the frames of whoever cancels still stand below. A task that
waits for no future when it is cancelled (it has not started, or is ready) gives no such sign. Those that asyncio itself
cancels are noted by its functions' stand-ins; of the others we learn at their end, and say who did it if only one task has
run since they were ready.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterable
from types import BuiltinMethodType, CodeType, FrameType, MethodType
from typing import TYPE_CHECKING, Any

from .handles import FUTURE_TYPES, PyTask, StepType, callbacks_of, is_task
from .steprows import FIRST_TAG

if TYPE_CHECKING:
    from .recorder import LoopRecorder, Recorder

_DEEPEST_STACK = 64
_ROWS_BACK = 64
_REQUESTS: tuple[tuple[type[Any], Any], ...] = tuple(
    (kind, kind.cancelling)
    for kind in (asyncio.Task, PyTask)
    if hasattr(kind, "cancelling")  # 3.11
)


def is_cancelled(future: Any) -> bool:
    """False for what is not a future of asyncio's: the program's own are not asked."""
    for kind in FUTURE_TYPES:
        if issubclass(type(future), kind):
            return kind.cancelled(future) is True
    return False


def _is_pending(future: Any) -> bool:
    """True for what is neither None nor a future of asyncio's."""
    for kind in FUTURE_TYPES:
        if issubclass(type(future), kind):
            return kind.done(future) is not True
    return future is not None


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
        self._ran_nothing = (0, 0, 0, 0)  # loop, step, its cause, and who ran since then
        self.told: dict[int, int] = {}  # how often it was said of a task that it is cancelled

    def acts(self, function: Any, group: Callable[[FrameType], int]) -> None:
        """``function`` of asyncio cancels for the program; ``group`` has the number of the group from its frame."""
        self._acting[id(function.__code__)] = group

    def acts_as(self, function: Any, name: str) -> None:
        """The same for a function in which a variable of this name is what stands for the group."""
        self.acts(function, lambda frame: self._recorder.groups.get(id(frame.f_locals.get(name)), 0))

    def woken(self, number: int, future: Any, frame: FrameType | None) -> None:
        """A task is being woken by a future that was cancelled; ``frame``: who did that, or any frame above it."""
        recorder = self._recorder
        if is_task(future):
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

    def at_once(self, task: Any, frame: FrameType, group: int) -> None:
        """It is cancelled next, for the group; if it waits for a future then, that will tell us."""
        number = self._recorder.tasks.get(id(task), 0)
        if number and not _is_pending(task._fut_waiter):
            by, site, _ = self._origin(frame)
            self._add(number, by, site, group)

    def _note(self, number: int, frame: FrameType | None) -> None:
        by, site, group = self._origin(frame)
        self._add(number, by, site, group)

    def _add(self, number: int, by: int, site: int, group: int) -> None:
        self._noted.add(number)
        recorder = self._recorder
        self.told[number] = self.told.get(number, 0) + 1
        line = {"k": "cancel", "task": number, "by": by, "site": site, "t": recorder.now(), "group": group}
        recorder.add_late(line)

    def forget(self, number: int) -> None:
        """The task is gone."""
        self.told.pop(number, None)

    def ended(self, record: LoopRecorder, task: Any, number: int, handle: Any, start: int) -> None:
        """A task has ended cancelled, in a step that began at ``start`` and whose row is not written yet."""
        told = self.told.pop(number, 0)
        by = self._ran_since(record, handle.cause) if handle.cause > 0 else 0
        if handle.at and type(handle._callback) is StepType:  # its first step, which ran nothing of the program
            self._ran_nothing = (record.id, record.step, handle.cause, by)
        if requests(task) > told:
            line = {"k": "cancel", "task": number, "site": 0, "t": start - self._recorder.start, "group": 0}
            if not _was_raised(task):  # its function returned: it was asked in the step that has just ended
                self._recorder.add_late({**line, "by": number})
            elif by:
                self._recorder.add_late({**line, "by": by, "ready": True})

    def _ran_since(self, record: LoopRecorder, first: int) -> int:
        """The only task that ran from the step ``first`` to now; 0 if there are others, or if that is too long ago."""
        if self._ran_nothing[:3] == (record.id, record.step - 1, first):
            return self._ran_nothing[3]
        rows = record.rows[-_ROWS_BACK * 5 :]  # a copy, because the watch thread may take them away
        step = record.step
        found = 0
        for at in range(len(rows) - 5, -1, -5):
            tag = rows[at]
            if tag >= FIRST_TAG:
                continue
            step -= 1
            if tag == 0 or found not in (0, tag):
                return 0
            found = tag
            if step == first:
                return found
        return 0

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


def _was_raised(task: Any) -> bool:
    """Whether a CancelledError came out of the coroutine of a cancelled task, which then keeps it."""
    if issubclass(type(task), PyTask):
        return True  # most often; nobody else's attributes are read
    return any(issubclass(type(held), asyncio.CancelledError) for held in gc.get_referents(task))


def requests(task: Any) -> int:
    """How often it was asked to cancel, less what it took back. Before 3.11 that cannot be told."""
    for kind, requests in _REQUESTS:
        if issubclass(type(task), kind):
            return int(requests(task))
    return 0


def waiting_tasks(future: Any) -> list[Any]:
    """The tasks that a future wakes when it is done."""
    found = []
    for callback in callbacks_of(future):
        if type(callback) in (BuiltinMethodType, MethodType) and is_task(callback.__self__):
            found.append(callback.__self__)
    return found
