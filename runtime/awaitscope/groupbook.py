"""The groups of a recording: their numbers, and what is written about them.

A group is found again by the id of the object that asyncio makes for it. Only weak references are held: they remove
the entry before the id can be used again.
"""

from __future__ import annotations

import time
import weakref
from asyncio import events
from asyncio.base_events import BaseEventLoop
from collections.abc import Callable, Collection
from functools import partial
from itertools import count
from typing import Any

_MOST_MEMBERS = 1000
_MANY_MEMBERS = 100_000
"""A loop of ``wait`` over many tasks names them all each time; past this many at one site, only the first are listed."""
_LONGEST_S = 1e9
_NO_MEMBERS = ',"members":[]'
_running_loop = events._get_running_loop


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
        """``now``: nanoseconds since the trace's start."""
        self._tasks = tasks
        self._numbers = numbers
        self._new = new
        self._late = late
        self._now = now
        self._next = count(1)
        self._refs: dict[int, weakref.ref[Any]] = {}
        self._until: dict[int, weakref.ref[Any]] = {}
        self._listed: dict[int, int] = {}  # members so far, by site
        self.waits: dict[int, int] = {}  # the open wait or wait_for that a task is in
        self._shields: dict[int, int] = {}  # the latest group by id of the shielded future
        self._shielded: dict[int, int] = {}  # the shielded task, by group
        self._outcomes: dict[int, str] = {}  # what is known already of how an open wait will end

    def add(self, kind: str, owner: int, site: int, members: Collection[Any] = (), facts: str = "") -> int:
        """``site``: the node of the call. ``facts``: further fields as JSON, each after a comma."""
        number = next(self._next)
        said = self._members(members, site) if members else _NO_MEMBERS
        self._new.append(
            f'{{"k":"group","id":{number},"kind":"{kind}","owner":{owner},"site":{site}{said}{facts},"t":{self._now()}}}'
        )
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
        self._refs[number] = weakref.ref(thing, partial(self._forget, id(thing), number))

    def _forget(self, key: int, number: int, _: object) -> None:
        if self._numbers.get(key) == number:
            del self._numbers[key]
        self._refs.pop(number, None)
        self._shielded.pop(number, None)

    # ------------------------------------------------------------------ how they end

    def end(self, number: int, outcome: str | None) -> None:
        """``outcome``: None where it is that of the members."""
        said = "" if outcome is None else f',"outcome":"{outcome}"'
        self._late.append(f'{{"k":"group_ended","group":{number},"t":{self._now()}{said}}}')

    def wait_until_gone(self, coro: Any, number: int, owner: int, outcome: str | Callable[[], str] | None) -> None:
        """The group ends when the coroutine does, which then is gone: with ``outcome``, unless another is set before."""
        self.waits[owner] = number
        self._until[number] = weakref.ref(coro, partial(self._gone, number, owner, outcome))

    def _gone(self, number: int, owner: int, outcome: str | Callable[[], str] | None, _: object) -> None:
        del self._until[number]
        if self.waits.get(owner) == number:
            del self.waits[owner]
        said = self._outcomes.pop(number, None) or outcome
        self.end(number, said() if callable(said) else said)

    def set_outcome(self, owner: int, outcome: str) -> None:
        """How the wait that the task is in will end; the first reason counts."""
        number = self.waits.get(owner)
        if number is not None:
            self._outcomes.setdefault(number, outcome)

    # ------------------------------------------------------------------ shields

    def add_shield(self, inner: Any, owner: int, site: int) -> None:
        """The future that ``shield`` hands out does not exist yet; ``link_shield`` tells of it."""
        number = self.add("shield", owner, site, (inner,))
        self._shields[id(inner)] = number
        self._shielded[number] = self._tasks.get(id(inner), 0)
        self._refs[number] = weakref.ref(inner, partial(self._forget_shield, id(inner), number))

    def link_shield(self, outer: Any, inner: Any) -> int | None:
        number = self._shields.pop(id(inner), None)
        if number is not None:
            self.link(outer, number)
        return number

    def _forget_shield(self, key: int, number: int, _: object) -> None:
        if self._shields.get(key) == number:
            del self._shields[key]
            self._shielded.pop(number, None)
            self._refs.pop(number, None)

    def task_shielded_by(self, outer: Any) -> int | None:
        """None if ``outer`` is not the future of a shield; 0 if what is shielded is no task."""
        return self._shielded.get(self._numbers.get(id(outer), 0))

    # ------------------------------------------------------------------ deadlines

    def deadline(self, delay: object, when: object = None) -> str:
        """The facts ``timeout`` and ``deadline`` of a wait for ``delay`` seconds, or until ``when`` on the loop's clock."""
        seconds = _seconds(delay)
        said = "" if seconds is None else f',"timeout":{seconds!r}'
        left = None if when is None else _left_until(when)
        left = seconds if left is None else left
        return said if left is None else f'{said},"deadline":{self._due(left)}'

    def _due(self, left: float) -> int:
        due = self._now() + int(left * 1e9)
        return due if due > 0 else 0

    def move_deadline(self, number: int, when: object) -> None:
        left = None if when is None else _left_until(when)
        due = "null" if left is None else self._due(left)
        self._late.append(f'{{"k":"deadline","group":{number},"deadline":{due},"t":{self._now()}}}')


def _seconds(value: object) -> float | None:
    """A timeout as the program gave it, if it is a plain number; one of thirty years is none."""
    return value if type(value) in (int, float) and -_LONGEST_S < value < _LONGEST_S else None  # type: ignore[operator, return-value]


def _left_until(when: object) -> float | None:
    # A loop with a ``time`` of the program's own is not asked.
    if type(when) is not float or getattr(type(_running_loop()), "time", None) is not BaseEventLoop.time:
        return None
    return _seconds(when - time.monotonic())
