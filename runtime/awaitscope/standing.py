"""What everyone waits for, when a loop has been quiet for a moment: a program that hangs shows why.

Taken by the watch thread while the loop's own thread is in its selector. Should that go on, the rest is left out: the next
quiet moment will tell. What a suspended function holds is learned from the collector (``gc.get_referents``), which runs no
code, and not through ``f_locals``, which would keep it. The interpreter lock is let go of between tasks, when no object of
the program is in our hands, so that none is ever let go of last by this thread.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
import weakref
from asyncio import transports
from asyncio.base_events import BaseEventLoop
from collections import deque
from collections.abc import Iterator
from functools import partial
from itertools import count
from types import FunctionType, MethodType
from typing import Any

from .groups import GatheringFuture
from .outside import SOCKET, plain
from .positions import opened
from .recorder import LoopRecorder, Recorder, clock
from .sources import asyncio_module
from .steprows import IO
from .waitkinds import wait_kind

_QUIET_NS = 100_000_000
_OFTEN_NS = 1_000_000_000
_NS_A_TASK = 15_000_000
"""A snapshot of many tasks is taken less often: some 4 kB are written, and 1 ms is spent, a second."""
_MOST_TASKS = 1000
_MOST_TIMERS = 5000
_DEEPEST = 1000
_AT_ONCE = 16
"""Tasks looked at before others may have the interpreter: some 0.3 ms."""

_Locks: Any = (asyncio.Lock, asyncio.Semaphore, asyncio.Condition)
_Things: Any = (*_Locks, asyncio.Event, asyncio.Queue, *([asyncio.Barrier] if hasattr(asyncio, "Barrier") else []))
_Timeout: Any = getattr(asyncio, "Timeout", None)
_IN_FRAME = sys.version_info < (3, 11)
"""Before 3.11 a coroutine's variables belong to its frame, not to itself."""


class Standing:
    """Call ``look`` regularly; it costs a comparison a loop while there is nothing new."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._seen: dict[int, int] = {}  # the end of the loop's latest row when we looked last, by loop
        self._next: dict[int, int] = {}  # when to look again at the earliest
        self._things: dict[int, tuple[int, object]] = {}
        self._numbers = count(1)

    def look(self) -> bool:
        """Whether nothing is to be told later of a loop that stays as it is."""
        now = clock()
        is_all = True
        for loop in self._recorder.loops:
            last = loop.last
            if not _waits(loop) or loop.fresh or now - last < _QUIET_NS:
                continue
            if self._seen.get(loop.id) == last:
                continue
            if now < self._next.get(loop.id, 0):
                is_all = False
                continue
            self._seen[loop.id] = last
            self._next[loop.id] = now + max(_OFTEN_NS, self._take(loop, now) * _NS_A_TASK)
        return is_all

    def _take(self, loop: LoopRecorder, now: int) -> int:
        """Returns how many tasks were looked at."""
        recorder = self._recorder
        timers = _timers(loop.loop())
        waits: list[dict[str, object]] = []
        numbers = recorder.live_tasks()
        for place, number in enumerate(numbers):
            if len(waits) == _MOST_TASKS:
                break
            if place % _AT_ONCE == _AT_ONCE - 1:
                time.sleep(0)
            if not _waits(loop) or loop.last != self._seen[loop.id]:
                return place  # it goes on
            wait = self._wait(loop, number, timers, now)
            if wait is not None:
                waits.append(wait)
        if not waits:
            return len(numbers)
        line: dict[str, object] = {"k": "standing", "loop": loop.id, "t": now - recorder.start, "waits": waits}
        if len(waits) == _MOST_TASKS:
            line["more"] = len(numbers) - place
        recorder.add_late(line)
        return len(waits)

    def _wait(self, loop: LoopRecorder, number: int, timers: dict[int, float], now: int) -> dict[str, object] | None:
        task = self._recorder.task(number)
        waiter = None if task is None else task._fut_waiter
        if waiter is None or task._loop is not loop.loop():
            return None
        chain = list(_chain(task._coro))
        found: dict[str, object] = {"task": number, "on": self._kind(chain, waiter)}
        due = timers.get(id(waiter), timers.get(id(task)))
        if due is not None:
            found["due"] = max(0, now - self._recorder.start + int((due - time.monotonic()) * 1e9))
        job = self._recorder.jobs.awaited.get(id(waiter))
        if job is not None:
            found["job"] = job[0]
        thing = self._awaited(chain, found)
        if thing is not None:
            found["thing"] = self._number(thing)
        holds = self._holds(chain)
        if holds:
            found["holds"] = holds
        return found

    def _kind(self, chain: list[tuple[str, str, list[Any]]], waiter: Any) -> str:
        for module, name, _ in _innermost_of_asyncio(chain):
            kind = wait_kind(module, name)
            if kind is not None:
                return kind
        recorder = self._recorder
        if id(waiter) in recorder.tasks:
            return "task"
        if id(waiter) in recorder.jobs.awaited:
            return "executor"
        if type(waiter) is GatheringFuture:
            return "gather"
        return "wait_for" if any(name == "wait_for" for _, name, _ in chain) else "future"

    def _awaited(self, chain: list[tuple[str, str, list[Any]]], found: dict[str, object]) -> Any:
        """The lock, queue, event… that the innermost functions of asyncio are about. Adds its facts to ``found``."""
        thing = None
        for _, name, held in _innermost_of_asyncio(chain):
            for one in held:
                kind = type(one)
                if issubclass(kind, _Things) and (thing is None or name == "Lock.acquire"):
                    thing = one  # what a condition waits for at first is its lock
                elif issubclass(kind, (asyncio.StreamReader, asyncio.StreamWriter)):
                    one = plain(one, "_transport")
                    if issubclass(type(one), transports.BaseTransport):
                        found["source"] = self._recorder.outside.transport(one)
                elif issubclass(kind, transports.BaseTransport):
                    found["source"] = self._recorder.outside.transport(one)
                elif issubclass(kind, SOCKET):
                    found["source"] = self._recorder.outside.socket(one, "accept" in name)
        if issubclass(type(thing), asyncio.Queue):
            inside, limit = plain(thing, "_queue"), plain(thing, "_maxsize")
            if type(inside) in (deque, list):
                found["size"] = len(inside)
            if type(limit) is int and limit > 0:
                found["limit"] = limit
        elif issubclass(type(thing), asyncio.Semaphore) and type(plain(thing, "_bound_value")) is int:
            found["limit"] = plain(thing, "_bound_value")
        return thing

    def _holds(self, chain: list[tuple[str, str, list[Any]]]) -> list[int]:
        """What the task has entered with ``async with``: the way out of it lies ready on the function's stack."""
        entered: list[Any] = []
        for module, name, held in chain:
            if module == "locks" and name.endswith("__aenter__") and entered:
                entered.pop()  # not yet
            elif module == "locks" and name == "Condition.wait":  # which lets go of it for as long as it waits
                locks = [plain(one, "_lock") for one in held if issubclass(type(one), asyncio.Condition)]
                entered = [one for one in entered if not any(one is lock for lock in locks)]
            for before, one in zip((None, *held), held):
                owner = None
                if type(one) is MethodType and _is_exit(one.__func__):
                    owner = one.__self__
                elif _is_exit(before):  # 3.14: the function and its object, one after the other
                    owner = one
                if issubclass(type(owner), _Locks):
                    entered.append(plain(owner, "_lock") if issubclass(type(owner), asyncio.Condition) else owner)
        return [self._number(one) for one in entered if one is not None]

    def _number(self, thing: Any) -> int:
        known = self._things.get(id(thing))
        if known is not None:
            return known[0]
        number, key = next(self._numbers), id(thing)
        self._things[key] = (number, weakref.ref(thing, partial(self._things.pop, key)))
        return number


def _waits(loop: LoopRecorder) -> bool:
    """In its selector, or, of a loop that is not asyncio's, in no step that we see."""
    return loop.step == IO if loop.foreign is None else loop.step == 0 and loop.foreign.runs()


def _is_exit(function: Any) -> bool:
    return type(function) is FunctionType and function.__name__ == "__aexit__"


def _chain(awaitable: Any) -> Iterator[tuple[str, str, list[Any]]]:
    """Outermost first: (module of asyncio's, or empty; qualified name; objects held) of the functions of a task."""
    for _ in range(_DEEPEST):
        inner = opened(awaitable)
        if inner is None or inner[1] is None:
            return
        code, frame, deeper = inner
        held = gc.get_referents(frame if _IN_FRAME else awaitable)
        name = getattr(awaitable, "__qualname__", "")
        yield asyncio_module(code.co_filename), name if type(name) is str else "", held
        awaitable = deeper


def _innermost_of_asyncio(chain: list[tuple[str, str, list[Any]]]) -> list[tuple[str, str, list[Any]]]:
    """Where the program's own code, or a library's, ends and asyncio's begins."""
    place = len(chain)
    while place > 0 and chain[place - 1][0]:
        place -= 1
    return chain[place:]


def _timers(loop: Any) -> dict[int, float]:
    """Ids of futures and tasks that a timer will wake or cancel → when, on the clock of ``time.monotonic``."""
    found: dict[int, float] = {}
    if loop is None or type(loop).time is not BaseEventLoop.time:
        return found  # a clock of the program's own
    for handle in loop._scheduled[:_MOST_TIMERS]:
        callback, args = handle._callback, handle._args
        if args:
            found.setdefault(id(args[0]), handle._when)
        elif type(callback) is MethodType and type(callback.__self__) is _Timeout:
            task = plain(callback.__self__, "_task")
            if task is not None:
                found[id(task)] = min(handle._when, found.get(id(task), handle._when))
    return found
