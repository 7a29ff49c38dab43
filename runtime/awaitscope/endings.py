"""What ends without anybody noticing: exceptions never asked for, tasks collected while pending, coroutines never awaited.

asyncio and Python complain of these when the object goes; complaints.py hears it. While a task is finalized it is known
by its id, which is nobody else's yet. Its weak reference's callback comes before that when the collector finds the task
in a cycle (Modules/gcmodule.c clears weak references first), else after it (Modules/_asynciomodule.c, TaskObj_dealloc).
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterable, Iterator
from functools import partial
from types import CodeType, CoroutineType, FrameType, ModuleType
from typing import TYPE_CHECKING, Any

from .tracefile import encode_json

if TYPE_CHECKING:
    from .recorder import Recorder

_MOST_GOING = 4096
"""Tasks between their weak reference's end and their own: those of one collection, at most."""
_DEEPEST_STACK = 64
_DESTROYED = "Task was destroyed but it is pending!"
_UNRETRIEVED = " exception was never retrieved"
"""asyncio's messages; before the second stands the name of the task's class."""
_SOON_NS = 1_000_000_000
"""Whoever awaits a task asks for its exception at once; others get this long."""
_AT_ONCE = 1000
"""Tasks looked at in one moment, however many raised."""
_call: Any = weakref.ref.__call__
_is_unasked: Any = getattr(getattr(asyncio.Task, "_log_traceback", None), "__get__", None)
"""Of a C task: whether nobody has asked for its exception."""


class Endings:
    """Belongs to a recorder. Everything may be called from any thread, in the middle of anything: by the collector."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._raised: dict[int, int] = {}  # id → number of each task that raised and is not gone
        self._refs: dict[int, weakref.ref[Any]] = {}
        self._when: dict[int, int] = {}  # of those that nobody has been seen to ask for: when they raised
        self._unasked: set[int] = set()  # of these it was told
        self._looked = 0
        self._going: dict[int, int] = {}  # of those that may still be finalized
        self.waiting: list[tuple[CodeType, list[tuple[CodeType, int]], tuple[str, int, str] | None, int]] = []

    def raised(self, task: Any, number: int) -> None:
        """The task has ended with an exception, which somebody may ask for."""
        key = id(task)
        self._going.pop(key, None)
        self._raised[key] = number
        self._refs[number] = weakref.ref(task, partial(self._gone, key, number))
        self._when[number] = self._recorder.now()

    def _gone(self, key: int, number: int, _: object) -> None:
        self._refs.pop(number, None)
        if number not in self._unasked:
            self._when.pop(number, None)
        if self._raised.get(key) == number:
            del self._raised[key]
            self.going(key, number)

    def going(self, key: int, number: int) -> None:
        """No weak reference leads to the task any more; it may be about to be finalized."""
        self._going[key] = number
        if len(self._going) > _MOST_GOING:
            self._going.pop(next(iter(self._going)), None)

    def look_again(self) -> None:
        """From the watch thread. A task that is kept may have died unnoticed, long before anybody complains of it."""
        now = self._recorder.now()
        if not self._when or now - self._looked < _SOON_NS or _is_unasked is None:
            return
        self._looked = now
        due = [number for number in list(self._when)[:_AT_ONCE] if now - self._when.get(number, now) >= _SOON_NS]
        known = [(number, ref) for number, ref in ((number, self._refs.get(number)) for number in due) if ref]
        unasked = {
            number for (number, _), is_unasked in zip(known, _states_of([ref for _, ref in known])) if is_unasked
        }
        for number in due:
            when = self._when.pop(number, None)
            if when is not None and number in unasked:
                self._when[number] = when  # behind those that were not looked at
                if number not in self._unasked:
                    self._unasked.add(number)
                    self._say({"k": "unasked", "task": number, "t": now})
            elif number in self._unasked:
                self._unasked.discard(number)
                self._say({"k": "asked", "task": number, "t": now})

    def complained(self, context: object) -> bool:
        """``context``: what a loop's exception handler is given. Whether it says that a task ended unnoticed."""
        if type(context) is not dict:
            return False
        message = context.get("message")
        if type(message) is not str:
            return False
        recorder = self._recorder
        if message == _DESTROYED:
            kind, known, key = "destroyed", recorder.tasks, id(context.get("task"))
        elif message.endswith(_UNRETRIEVED):
            kind, known, key = "unretrieved", self._raised, id(context.get("future"))
        else:
            return False
        number = known.get(key, 0)
        if not number and kind == "unretrieved":
            number = self._unseen(context.get("future"))
        number = number or self._going.pop(key, 0)
        if number:
            if kind == "destroyed":
                recorder.destroyed_task(context["task"], number)
            self._when.pop(number, None)
            self._unasked.discard(number)
            self._say({"k": kind, "task": number, "t": recorder.now()})
        return True

    def _unseen(self, future: Any) -> int:
        """The number of a task that is live, as far as we know; 0 if it is none. See eager.py."""
        number = self._recorder.tasks.get(id(future), 0)
        if number:
            self._recorder.end_unseen_task(number, future._exception)
        return number

    def dropped(self, coro: Any, frame: FrameType | None) -> None:
        """``frame``: where the coroutine is dropped. Told by ``write``: here the collector may be running."""
        if type(coro) is not CoroutineType:
            return
        origin = coro.cr_origin[0] if coro.cr_origin else None
        places: list[tuple[CodeType, int]] = []
        while frame is not None and len(places) < _DEEPEST_STACK:
            places.append((frame.f_code, frame.f_lasti))
            frame = frame.f_back
        self.waiting.append((coro.cr_code, places, origin, self._recorder.now()))

    def write(self, lines: list[str]) -> None:
        """Adds what waits to be told to ``lines``, which are written after the definitions."""
        positions = self._recorder.positions
        while self.waiting:
            code, places, origin, at = self.waiting.pop(0)
            entry = positions.code(code)
            site = 0
            if origin is not None:
                site = positions.line(*origin).id
            else:
                for place in places:
                    if positions.code(place[0]).user:
                        site = positions.site(*place).id
                        break
            lines.append(encode_json({"k": "never_awaited", "code": entry.id, "site": site, "t": at}))

    def finish(self, main: ModuleType | None) -> None:
        """The recording ends: what nobody has asked for by now, nobody will. ``main``: the program's module."""
        for number, ref in list(self._refs.items()):
            task = ref()
            if task is not None and task._log_traceback:
                self._say({"k": "unretrieved", "task": number, "t": self._recorder.now()})
            task = None
        self._refs.clear()
        self._when.clear()
        self._raised.clear()
        for value in list(vars(main).values()) if type(main) is ModuleType else ():
            if type(value) is CoroutineType and _never_started(value):
                self.dropped(value, None)

    def _say(self, line: dict[str, object]) -> None:
        self._recorder.add_late(line)


def _states_of(refs: Iterable[weakref.ref[Any]]) -> Iterator[bool]:
    """Whether nobody has asked, of each task; False where it is gone, or is in pure Python.

    As with names, see naming.py, no frame of ours holds a task in the meantime.
    """
    states = map(_is_unasked, map(_call, refs))
    while True:
        try:
            yield next(states) is True
        except StopIteration:
            return
        except TypeError:
            yield False


def _never_started(coro: Any) -> bool:
    if coro.cr_frame is None or coro.cr_running:
        return False
    return not coro.cr_suspended if hasattr(coro, "cr_suspended") else coro.cr_frame.f_lasti < 0
