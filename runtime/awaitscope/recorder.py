"""What one traced process knows: its tasks, groups, loops, and the file they are written to.

Invariants
----------
* ``tasks`` maps ``id(task)`` to the task's number from its creation until it ends or is collected, whichever is first;
  a weak reference removes the entry before the id can be used again. Nothing here keeps a task, a coroutine, a group
  or a loop alive.
* A loop's ``rows`` are appended to by the loop's thread only, always whole rows at a time, and taken by whoever
  holds ``_lock``. Everything a row refers to is in ``definitions`` or ``_new`` before the row is appended, and a
  flush takes rows first and definitions after that, but writes the definitions before the rows.
* The program must never notice: no call of ours runs code of the program (no ``__repr__``, ``__str__``, ``__eq__``),
  and a fault of ours ends the recording, not the program.
"""

from __future__ import annotations

import _thread
import sys
import time
import weakref
from asyncio import events
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from types import CoroutineType
from typing import Any

from .callers import Callers
from .cancels import Cancels
from .creations import write_created
from .endings import Endings
from .exceptions import cancel_message, describe_exception, raised_at
from .groupbook import GroupBook
from .handed import Handed
from .handles import is_done, is_task
from .jobs import Jobs
from .naming import Names
from .outside import Outside
from .planes import MASK
from .positions import Positions, code_of
from .running import current_task, thread_name
from .steprows import CANCELLED, IO, RAISED, RETURNED, measure, repaired
from .tracefile import BLOCK_ROWS, ENDS, GROUP_ENDS, TraceFile, encode_json

clock = time.perf_counter_ns
_CANCELLED = "CANCELLED"
"""The state of a task. Its method ``cancelled`` may be the program's."""

_QUIET_NS = 100_000_000
_ALIVE_NS = 1_000_000_000
"""While a loop runs and has nothing to say, the file says that the program still lives: after a moment, then this often."""
_MOST_STEPS = 2 * 1024
"""Steps that are kept in memory: so few that their integers, 200 bytes a step, are still in the processor's cache when they
are written, and that writing them holds up the loop for a fraction of a millisecond."""


class _TaskRef(weakref.ref[Any]):
    """A weak reference to a task that knows what to forget, so that making one costs no second object."""

    __slots__ = ("key", "number")
    key: int
    number: int


class LoopRecorder:
    """One event loop's rows and running clock. Times are absolute readings of ``clock``."""

    __slots__ = (
        "anchors", "asked_eagerly", "direct", "due", "eager", "extend", "flushed_at", "flushed_clock", "flushed_steps", "foreign", "fresh",
        "id", "is_closed", "is_proactor", "last", "loop", "number_of", "older", "own_context", "passes_on", "polls_in_c", "positions", "recorder", "root", "rows", "set_result", "step", "tasks", "thread_id",
        "visits", "wakers",
    )  # fmt: skip

    def __init__(self, recorder: Recorder, number: int, loop: Any) -> None:
        self.recorder = recorder
        self.id = number
        self.loop = weakref.ref(loop)
        self.rows: list[int] = []
        self.extend = self.rows.extend
        self.step = 0  # the number of the latest step
        self.last = clock()  # end of the latest row
        self.thread_id = 0  # of loops that do not know it themselves
        self.foreign: Any = None  # see foreign.py
        self.is_closed = False
        self.own_context = sys.maxsize  # see asking.call_soon
        self.is_proactor = False
        self.passes_on = False  # a callback runs that is not a task's step
        self.polls_in_c = False  # see stepping.py
        self.direct: frozenset[type] = frozenset()  # see handles.direct_types
        self.set_result = 0  # the node of SET_RESULT, once it has run
        self.eager: list[Any] = []  # what is to be written after this step: see eager.py
        self.asked_eagerly: set[int] = set()  # tasks we learnt of during their eager step
        self.older: list[int] = []  # see older.py
        self.due = _MOST_STEPS  # the loop writes its rows after this step; 0 when the watch thread asks for it
        self.fresh = True  # the clock must be set before the next row
        self.flushed_steps = 0
        self.flushed_clock = self.last
        self.flushed_at = self.last
        self.anchors: dict[int, Any] = {}  # of tasks that stand deep, see anchors.py
        self.visits: dict[int, weakref.ref[Any]] = {}
        self.tasks = recorder.tasks
        self.number_of = recorder.tasks.get
        self.wakers = recorder.outside.wakers
        self.positions = recorder.positions
        self.root = recorder.positions.root()


class Recorder:
    """Starts a trace file, if ``lazy`` with the first loop. Raises OSError when it cannot be made."""

    def __init__(
        self,
        path: str,
        header: Mapping[str, object],
        task_types: tuple[type, ...],
        gather_type: type,
        lazy: bool,
        limit: int,
    ) -> None:
        self.start = clock()
        self.file = TraceFile(path, {**header, "monotonic_start": self.start}, limit)
        self._lazy = lazy
        if not lazy:
            self.file.create()
        self.definitions: list[str] = []
        self._late: list[str] = []
        self.ends: list[int] = []  # rows of tasks that ended: task, outcome, clock in two parts
        self.positions = Positions(
            self.definitions, [*((kind, "task") for kind in task_types), (gather_type, "gather")]
        )
        self.outside = Outside(self)
        self.jobs = Jobs(self)
        self.tasks: dict[int, int] = {}
        self.groups: dict[int, int] = {}
        self.callers = Callers(self.positions, self.groups)
        self._refs: dict[int, _TaskRef] = {}
        self._forget = self._forget_task
        self.names = Names(self._refs, self.now)
        self._new: list[Any] = []  # rows and lines, see creations.py
        self.handed = Handed(self)
        self.book = GroupBook(self.tasks, self.groups, self._new, self._late, self.now)
        self.cancels = Cancels(self)
        self.timeout_waits: Callable[[Any], None]  # see timeouts.py
        self.endings = Endings(self)
        self.loops: list[LoopRecorder] = []  # without those that are gone
        self.loop_count = 0
        self._numbers = count(1)
        self._lock = _thread.allocate_lock()
        self.failure: str | None = None
        self.missed = 0  # calls of which nothing could be noted, since this was last written
        self._written_at = self.start
        self._said_alive = False
        self._told_loss = self.start
        self.start_watch: Callable[[], None] = _nothing
        self.rouse_watch: Callable[[], None] = _nothing
        self.dozes = False  # the watch thread does not look at a loop that goes on before it is roused
        self.loop_seen: Callable[[LoopRecorder, Any], None] = _nothing
        self.child_started: Callable[[Any], None] = _nothing
        self.loop_runs: Callable[[LoopRecorder], None] = _nothing  # in the loop's own thread, each time it begins to

    # ------------------------------------------------------------------ loops

    def add_loop(self, loop: Any, debug: bool, partial: str | None = None) -> LoopRecorder:
        """``partial``: what of it cannot be recorded."""
        self.loop_count += 1
        found = LoopRecorder(self, self.loop_count, loop)
        line: dict[str, object] = {
            "k": "loop",
            "id": found.id,
            "thread": thread_name(),
            "class": type(loop).__name__,
            "debug": debug,
        }
        # The variable, not the function, which would make one, and which warns from 3.14 on.
        policy = getattr(events, "_event_loop_policy", None)
        if policy is not None:
            line["policy"] = type(policy).__name__
        line["t"] = clock() - self.start
        self.definitions.append(encode_json(line))
        if partial is not None:
            self.say_partial(found, partial)
        self.loops.append(found)
        return found

    def say_partial(self, loop: LoopRecorder, what: str) -> None:
        """What of it cannot be recorded."""
        self.definitions.append(encode_json({"k": "partial", "loop": loop.id, "what": what}))

    # ------------------------------------------------------------------ tasks

    def add_task(self, loop: LoopRecorder, task: Any, created: bool, now: int, coro: Any = None) -> int:
        """``created``: asyncio is creating the task right now, in the frames below this one.

        ``coro``: what it runs, for a task that has ended and forgotten it.
        """
        number = next(self._numbers)
        tasks = self.tasks
        key = id(task)
        tasks[key] = number
        try:
            self._refs[number] = ref = _TaskRef(task, self._forget)
            ref.key = key
            ref.number = number
            running = current_task()
            if running is task and created:  # an eager task, in its first step
                parent, site, group = self.callers.eager(loop)
                loop.asked_eagerly.add(number)
            else:
                parent = tasks.get(id(running), 0) if created else 0
                site, group = self.callers.here(loop) if created else (0, 0)
            del running
            coro = task._coro or coro
            if not site and self.handed.known:
                parent, site = self.handed.take(coro, number, parent)
            code = coro.cr_code if type(coro) is CoroutineType else code_of(coro)
            known = self.positions.codes.get(id(code))
            entry = known.id if known is not None else 0 if code is None else self.positions.code(code, coro).id
            at = now - self.start
            self._new.append((number, loop.id, parent, group, site, entry, at & MASK, at >> 32))
        except BaseException:  # the stack is used up, or Ctrl+C was pressed
            tasks.pop(key, None)
            self._refs.pop(number, None)
            raise
        return number

    def running(self) -> int:
        """The task that is running in this thread; 0: none. An eager one in its first step is noticed now."""
        task: Any = current_task()
        number = self.tasks.get(id(task), 0)
        if number or not is_task(task) or is_done(task):
            return number
        loop = getattr(task._loop, "_awaitscope", None)
        return 0 if loop is None else self.add_task(loop, task, True, clock())

    def now(self) -> int:
        return clock() - self.start

    def add_new(self, line: Mapping[str, object]) -> None:
        """In order with the tasks and groups that are made; later lines and rows may refer to it."""
        self._new.append((encode_json(line),))

    def add_late(self, line: Mapping[str, object]) -> None:
        """A line that may refer to tasks and groups that are not written yet."""
        self._late.append(encode_json(line))

    def live_tasks(self) -> list[int]:
        return list(self._refs)

    def task(self, number: int) -> Any:
        """The task, while it is alive and has not ended."""
        ref = self._refs.get(number)
        return None if ref is None else ref()

    def _forget_task(self, ref: _TaskRef) -> None:
        number = ref.number
        if self.tasks.get(ref.key) == number:
            del self.tasks[ref.key]
            self.endings.going(ref.key, number)
        self._refs.pop(number, None)
        self.names.forget(number)
        self.cancels.forget(number)

    def destroyed_task(self, task: Any, number: int) -> None:
        self.names.end(task, number, self._late)

    def end_task(self, loop: LoopRecorder, task: Any, number: int) -> int:
        """Forgets a task that has ended; returns its outcome. Reads the outcome without marking it as retrieved."""
        self.tasks.pop(id(task), None)
        if loop.visits:
            loop.visits.pop(number, None)
        if loop.anchors:
            loop.anchors.pop(number, None)
        self.names.end(task, number, self._late)
        self._refs.pop(number, None)
        error = task._exception
        if error is None and task._state != _CANCELLED:
            return RETURNED
        return self._end_badly(task, number, error)

    def _end_badly(self, task: Any, number: int, error: BaseException | None) -> int:
        if error is None:
            message = cancel_message(task)
            if message is not None:
                text = message if type(message) is str else None
                self._late.append(
                    encode_json({"k": "exception", "task": number, "type": "CancelledError", "message": text})
                )
            return CANCELLED
        self.endings.raised(task, number)
        self._say_raised(number, error)
        return RAISED

    def _say_raised(self, number: int, error: BaseException) -> None:
        kind, text = describe_exception(error)
        line: dict[str, object] = {"k": "exception", "task": number, "type": kind, "message": text}
        traceback = [self.positions.site(code, lasti).id for code, lasti in raised_at(error)]
        if traceback:
            line["traceback"] = traceback
        self._late.append(encode_json(line))

    def end_unseen_task(self, number: int, error: BaseException | None = None) -> None:
        """Nobody saw it end, and it is gone, or is going: with ``error``, of which asyncio complains. What is said first holds."""
        outcome = RETURNED
        if error is not None:
            outcome = RAISED
            self._say_raised(number, error)
        at = self.now()
        self.ends.extend((number, outcome, at & MASK, at >> 32))

    def end_eager_task(self, loop: LoopRecorder, task: Any, number: int) -> int:
        """As ``end_task``, of a task that its creator may still give a name."""
        ref = self._refs[number]
        outcome = self.end_task(loop, task, number)
        self.names.eager[number] = ref
        return outcome

    # ------------------------------------------------------------------ writing

    @property
    def is_writing(self) -> bool:
        return self._lock.locked()

    def flush_loop(self, loop: LoopRecorder) -> None:
        """From the loop's own thread, between two steps."""
        self.start_watch()  # it may be gone since a fork
        with self._lock:
            rows = _take(loop.rows)
            first, began = loop.flushed_steps + 1, loop.flushed_clock
            loop.flushed_steps, loop.flushed_clock = loop.step, loop.last
            loop.due = loop.step + _MOST_STEPS
            loop.flushed_at = loop.last
            self._write(loop, rows, first, began)

    def tick(self) -> None:
        """From the watch thread: loops that run are asked to write; for those that did not get to it, we do."""
        if self._lazy and not self.loop_count:
            return
        self.file.keep_to_limit(self._lock, self.now())
        if self.file.lost_steps and clock() - self._told_loss > _ALIVE_NS:
            self._told_loss = clock()
            with self._lock:
                lost = self.file.take_lost_steps()
            self.add_late(self._loss(lost))
        self.endings.look_again()
        blocked = []
        for loop in self.loops:
            if not loop.due:
                blocked.append(loop)
            elif loop.rows:
                loop.due = 0
        quiet = clock() - self._written_at
        if quiet > (_ALIVE_NS if self._said_alive else _QUIET_NS) and any(not loop.fresh for loop in self.loops):
            self.definitions.append(self._alive())
            if not self._said_alive:
                self.names.look_again(self._late)
            self.flush_all(loops=blocked)
            self._said_alive = True
        elif blocked or self._has_definitions() or self.endings.waiting:
            self.flush_all(loops=blocked)

    def say_alive(self) -> None:
        """From the watch thread, while there is nothing else to write."""
        with self._lock:
            self.file.write_definitions([self._alive()])
            self._written_at = clock()

    def _alive(self) -> str:
        return encode_json({"k": "alive", "t": clock() - self.start})

    def is_quiet(self) -> bool:
        """Whether there will be nothing to write before a loop goes on that waits for something now, or begins to run."""
        now = clock()
        return (
            self._said_alive
            and not self._has_definitions()
            and not self.endings.waiting
            and not self.jobs.are_open
            and not self.file.is_shortening
            and all(
                not loop.rows
                and not loop.foreign
                and (loop.fresh or (loop.step == IO and now - loop.last >= _QUIET_NS))
                for loop in self.loops
            )
        )

    def flush_all(self, wait: float = -1, loops: Sequence[LoopRecorder] | None = None) -> None:
        """From any thread, at any moment: also while a loop is in the middle of a step."""
        if not self._lock.acquire(timeout=wait):
            return  # whoever holds the lock is writing, or is the very thread that was interrupted to call us
        try:
            for loop in self.loops if loops is None else loops:
                rows = _take(loop.rows)
                first, began = loop.flushed_steps + 1, loop.flushed_clock
                steps, end = measure(rows, began, self.start)
                loop.flushed_steps += steps
                loop.due = loop.flushed_steps + _MOST_STEPS
                loop.flushed_clock = end
                loop.flushed_at = clock()
                self._write(loop, rows, first, began)
            self._write_definitions()
        finally:
            self._lock.release()

    def _write_definitions(self) -> None:
        """Under the lock."""
        self.endings.write(self._late)
        if self.missed:
            self._late.append(encode_json({"k": "lost", "count": self.missed, "what": "calls", "t": self.now()}))
            self.missed = 0
        if not self._has_definitions():
            return
        self._written_at = clock()
        self._said_alive = False
        # In this order, whoever appends meanwhile: the new ones refer to definitions, the late ones to the new.
        group_ends = _take(self.book.ends)
        late = _take(self._late)
        new = _take(self._new)
        lines = _take(self.definitions)
        write_created(self.file, new, lines, late, self.names.first)
        self.file.write_definitions(lines)
        self.file.write_definitions(late)
        self.file.write_rows(GROUP_ENDS, group_ends)

    def _has_definitions(self) -> bool:
        return bool(self.definitions or self._new or self._late or self.book.ends)

    def _loss(self, steps: int) -> dict[str, object]:
        return {"k": "lost", "count": steps, "what": "steps", "t": self.now()}

    def _write(self, loop: LoopRecorder, rows: list[int], first: int, began: int) -> None:
        """Under the lock."""
        ends = _take(self.ends)
        self._write_definitions()
        at = 0
        while at < len(rows):
            part = rows if len(rows) <= BLOCK_ROWS * 5 else rows[at : at + BLOCK_ROWS * 5]
            since = began - self.start
            try:
                self.file.write_steps(loop.id, first, since, part)
            except OverflowError:
                self.file.write_steps(loop.id, first, since, repaired(part))
            at += len(part)
            if at < len(rows):
                steps, began = measure(part, began, self.start)
                first += steps
        self.file.write_rows(ENDS, ends)  # after the steps, which know better when an eager task ended
        if self.file.error is not None and self.failure is None:
            self.failure = self.file.error.strerror or repr(self.file.error.args)

    def step_began(self, loop: LoopRecorder, step: int) -> int | None:
        """When the step that goes on began; None if it is over. From any thread; takes as long as there are rows."""
        with self._lock:
            steps, end = measure(loop.rows[:], loop.flushed_clock, self.start)
            return end if loop.flushed_steps + steps == step - 1 else None

    def close_loop(self, loop: LoopRecorder) -> None:
        """It is noticed a moment later; its last step or wait was when it was closed, as near as can be told."""
        loop.is_closed = True
        self._late.append(encode_json({"k": "loop_closed", "id": loop.id, "t": loop.last - self.start}))

    def finish(self, exit_code: int | None, wait: float = -1) -> None:
        """Writes everything and the end; further calls do nothing."""
        if self.file.error is None and (self.loop_count or not self._lazy):
            self.names.look_at_all(self._late)
            self.endings.finish(sys.modules.get("__main__"))
            self.flush_all(wait)
            lost = self.file.take_lost_steps()
            if lost:
                self.file.write_definitions([encode_json(self._loss(lost))])
            end: dict[str, object] = {"k": "end", "t": clock() - self.start, "exit_code": exit_code}
            self.file.write_definitions([encode_json(end)])
        self.file.close()

    def fail(self, error: BaseException) -> None:
        """A fault of ours: say so in the trace and stop recording; the program goes on."""
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = "" if place is None else f" (line {place.tb_lineno} of {place.tb_frame.f_code.co_name})"
        self.failure = f"{type(error).__name__}: {describe_exception(error)[1]}{where}"
        line = encode_json({"k": "failed", "message": self.failure, "t": clock() - self.start})
        with self._lock:
            self.file.write_definitions([line])
        self.file.close()


def _nothing(*_: object) -> None: ...


def _take(items: list[Any]) -> list[Any]:
    """What is in the list now, taken out of it; another thread may append at any moment."""
    taken = items[:]
    del items[: len(taken)]
    return taken
