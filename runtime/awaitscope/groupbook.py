"""The groups of a recording: their numbers, and what is written about them.

A group is found again by the id of the object that asyncio makes for it. Only weak references are held: they remove
the entry before the id can be used again.

Most groups are one ``wait_for`` or ``timeout`` each, so these are rows of integers; a line of JSON tells of those that have
several members.
"""

from __future__ import annotations

import struct
import time
import weakref
from asyncio import CancelledError, events
from asyncio.base_events import BaseEventLoop
from collections.abc import Callable, Collection
from itertools import count
from types import FrameType
from typing import Any

from .handles import FUTURE_TYPES, is_in_c
from .planes import MASK

# By their numbers in a row: docs/trace-format.md.
_KINDS = {"gather": 1, "taskgroup": 2, "wait": 3, "as_completed": 4, "wait_for": 5, "timeout": 6, "shield": 7}
_OUTCOMES = {None: 0, "returned": 1, "raised": 2, "cancelled": 3, "timed_out": 4}
Due = tuple[float | None, int | None]
"""Of a wait: its timeout in seconds, as the program gave it, and the nanoseconds that are left until it falls due."""
NEVER: Due = (None, None)
_NO_TIMEOUT = (0, 0x7FF80000)
"""Not a number."""
_SECONDS = struct.Struct("<d")
_HALVES = struct.Struct("<II")
_MOST_MEMBERS = 1000
_MANY_MEMBERS = 100_000
"""A loop of ``wait`` over many tasks names them all each time; past this many at one site, only the first are listed."""
_LONGEST_S = 1e9
_running_loop = events._get_running_loop


class _GroupRef(weakref.ref[Any]):
    """A weak reference to what stands for a group, or holds it open, that knows what to forget or to write when that is gone."""

    __slots__ = ("key", "number", "outcome", "owner")
    key: int
    number: int
    outcome: str | Callable[[], str] | None
    owner: int


class GroupBook:
    """``numbers``: id(object) → number of the group it stands for. ``tasks``: id(task) → number of the task."""

    def __init__(
        self,
        tasks: dict[int, int],
        numbers: dict[int, int],
        new: list[Any],
        late: list[str],
        now: Callable[[], int],
    ) -> None:
        """``new``: what is to be written in the order of its making, see creations.py. ``now``: time since the trace's start."""
        self._tasks = tasks
        self._numbers = numbers
        self._new = new
        self._late = late
        self._now = now
        self.ends: list[int] = []  # rows of how groups ended: group, outcome, time in two parts
        self._due = NEVER
        self._due_words = _words(NEVER)  # of the latest group
        self._next = count(1)
        self._refs: dict[int, _GroupRef] = {}
        self._until: dict[int, _GroupRef] = {}
        self.watched: dict[int, _GroupRef] = {}  # gathers, by id of what their members call when done
        self._listed: dict[int, int] = {}  # members so far, by site
        self.waits: dict[int, int] = {}  # the open wait or wait_for that a task is in
        self._shields: dict[int, int] = {}  # the latest group by id of the shielded future
        self._shielded: dict[int, int] = {}  # the shielded task, by group
        self._outcomes: dict[int, str] = {}  # what is known already of how an open wait will end

    def add(
        self, kind: str, owner: int, site: int, members: Collection[Any] = (), facts: str = "", due: Due = NEVER
    ) -> int:
        """``site``: the node of the call. ``facts``: further fields as JSON, each after a comma."""
        number = next(self._next)
        now = self._now()
        seconds, left = due
        if facts or len(members) > 1 or kind == "taskgroup" or (left is not None and left < 0):
            said = self._members(members, site) + facts
            if seconds is not None:
                said += f',"timeout":{seconds!r}'
            if left is not None:
                said += f',"deadline":{max(now + left, 0)}'
            line = f'{{"k":"group","id":{number},"kind":"{kind}","owner":{owner},"site":{site}{said},"t":{now}}}'
            self._new.append(line if kind == "taskgroup" else (line,))
            return number
        member = futures = 0
        for one in members:
            member = self._tasks.get(id(one), 0)
            futures = 0 if member else 1
        if due != self._due:  # most programs wait for the same time again
            self._due, self._due_words = due, _words(due)
        self._new.append((number, _KINDS[kind], owner, site, member, futures, now & MASK, now >> 32, *self._due_words))
        return number

    def _members(self, members: Collection[Any], site: int) -> str:
        known = [self._tasks.get(id(member), 0) for member in members]
        tasks = [number for number in known if number]
        futures, more = len(known) - len(tasks), 0
        listed = self._listed.get(site, 0)
        if listed > _MANY_MEMBERS:
            more = max(0, len(tasks) - _MOST_MEMBERS)
            tasks = tasks[:_MOST_MEMBERS]
        if len(tasks) > _MOST_MEMBERS:
            self._listed[site] = listed + len(tasks)
        said = f',"members":[{",".join(map(str, tasks))}]'
        if futures:
            said += f',"futures":{futures}'
        return f'{said},"more":{more}' if more else said

    def link(self, thing: Any, number: int) -> None:
        """From now on ``thing`` stands for the group."""
        self._numbers[id(thing)] = number
        self._refer(thing, number, self._forget)

    def _refer(self, thing: Any, number: int, forget: Callable[[_GroupRef], None]) -> None:
        self._refs[number] = ref = _GroupRef(thing, forget)
        ref.key = id(thing)
        ref.number = number

    def _forget(self, ref: _GroupRef) -> None:
        number = ref.number
        if self._numbers.get(ref.key) == number:
            del self._numbers[ref.key]
        self._refs.pop(number, None)
        self._shielded.pop(number, None)

    # ------------------------------------------------------------------ how they end

    def end(self, number: int, outcome: str | None) -> None:
        """``outcome``: None where it is that of the members."""
        now = self._now()
        self.ends.extend((number, _OUTCOMES[outcome], now & MASK, now >> 32))

    def wait_until_gone(self, coro: Any, number: int, owner: int, outcome: str | Callable[[], str] | None) -> None:
        """The group ends when the coroutine does, which then is gone: with ``outcome``, unless another is set before."""
        self.waits[owner] = number
        self._until[number] = ref = _GroupRef(coro, self._gone)
        ref.number = number
        ref.owner = owner
        ref.outcome = outcome

    def wait_in(self, frame: FrameType, owner: int) -> int:
        """The wait that the task is in, if this is the frame of its coroutine; else 0."""
        number = self.waits.get(owner, 0)
        ref = self._until.get(number)
        coro = None if ref is None else ref()
        return number if coro is not None and coro.cr_frame is frame else 0

    def _gone(self, ref: _GroupRef) -> None:
        number, outcome = ref.number, ref.outcome
        del self._until[number]
        if self.waits.get(ref.owner) == number:
            del self.waits[ref.owner]
        if self._outcomes:
            outcome = self._outcomes.pop(number, None) or outcome
        self.end(number, outcome() if callable(outcome) else outcome)

    def set_outcome(self, owner: int, outcome: str) -> None:
        """How the wait that the task is in will end; the first reason counts."""
        number = self.waits.get(owner)
        if number is not None:
            self._outcomes.setdefault(number, outcome)

    def watch(self, callback: Any, future: Any, number: int) -> None:
        """The gather is looked at whenever ``callback`` was called, which is what ends it."""
        self.watched[id(callback)] = ref = _GroupRef(future, self._unwatch)
        ref.key = id(callback)
        ref.number = number

    def called(self, callback: Any) -> None:
        ref = self.watched.get(id(callback))
        outcome = None if ref is None else how_ended(ref())
        if ref is not None and outcome is not None:
            self._unwatch(ref)
            self.end(ref.number, outcome)

    def _unwatch(self, ref: _GroupRef) -> None:
        if self.watched.get(ref.key) is ref:
            del self.watched[ref.key]

    # ------------------------------------------------------------------ shields

    def add_shield(self, inner: Any, owner: int, site: int) -> None:
        """The future that ``shield`` hands out does not exist yet; ``link_shield`` tells of it."""
        number = self.add("shield", owner, site, (inner,))
        self._shields[id(inner)] = number
        self._shielded[number] = self._tasks.get(id(inner), 0)
        self._refer(inner, number, self._forget_shield)

    def link_shield(self, outer: Any, inner: Any) -> int | None:
        number = self._shields.pop(id(inner), None)
        if number is not None:
            self.link(outer, number)
        return number

    def _forget_shield(self, ref: _GroupRef) -> None:
        if self._shields.get(ref.key) == ref.number:
            del self._shields[ref.key]
            self._shielded.pop(ref.number, None)
            self._refs.pop(ref.number, None)

    def task_shielded_by(self, outer: Any) -> int | None:
        """None if ``outer`` is not the future of a shield; 0 if what is shielded is no task."""
        return self._shielded.get(self._numbers.get(id(outer), 0))

    # ------------------------------------------------------------------ deadlines

    def move_deadline(self, number: int, when: object) -> None:
        left = None
        if when is not None:
            until = _until(when)
            if until is None:
                return
            left = _seconds(until)
        now = self._now()
        due = "null" if left is None else max(now + int(left * 1e9), 0)
        self._late.append(f'{{"k":"deadline","group":{number},"deadline":{due},"t":{now}}}')


def how_ended(future: Any) -> str | None:
    """None: it has not, or is not a future of asyncio's. Does not mark its exception as retrieved."""
    if not issubclass(type(future), FUTURE_TYPES) or future._state == "PENDING":
        return None
    if future._state == "CANCELLED" or issubclass(type(future._exception), CancelledError):
        return "cancelled"
    return "returned" if future._exception is None else "raised"


def _words(due: Due) -> tuple[int, ...]:
    """The last integers of a group's row."""
    seconds, left = due
    timeout = _NO_TIMEOUT if seconds is None else _HALVES.unpack(_SECONDS.pack(seconds))
    return (*timeout, MASK, MASK) if left is None else (*timeout, left & MASK, left >> 32)


def due_in(delay: object, when: object = None) -> Due:
    """Of a wait for ``delay`` seconds, or until ``when`` on the loop's clock."""
    seconds = _seconds(delay)
    left = seconds if when is None else _seconds(_until(when))
    if left is None:
        left = seconds
    return seconds, None if left is None else int(left * 1e9)


def _seconds(value: object) -> float | None:
    """A timeout as the program gave it, if it is a plain number; one of thirty years is none."""
    return value if type(value) in (int, float) and -_LONGEST_S < value < _LONGEST_S else None  # type: ignore[operator, return-value]


def _until(when: object) -> float | None:
    """Seconds from now; None where the loop's clock is not known."""
    now = _time_of(_running_loop())
    return when - now if now is not None and type(when) is float else None


def _time_of(loop: Any) -> float | None:
    """A loop with a ``time`` of the program's own is not asked; one in C is."""
    method = getattr(type(loop), "time", None)
    if method is BaseEventLoop.time:
        return time.monotonic()
    return method(loop) if method is not None and is_in_c(method) else None
