"""Notes ``timeout`` and ``timeout_at`` (3.11+), and ``wait_for`` where it is made of them (3.12+).

They are noticed when asyncio makes the ``Timeout`` (Lib/asyncio/timeouts.py), whatever name the program calls it by.
Programs make many that end before anything has waited; so one is written after the step that made it, if it is open
then.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio import events
from types import CodeType, FrameType
from typing import Any

from .active import give_up
from .cancels import requests
from .groupbook import due_in
from .handles import FUTURE_TYPES
from .recorder import Recorder
from .standins import guarded, replace
from .steprows import AWAITS

Timeout: Any = getattr(asyncio, "Timeout", None)
running_loop = events._get_running_loop
_WAIT_FOR = asyncio.wait_for.__code__
_TIMEOUT: Any = getattr(getattr(asyncio, "timeout", None), "__code__", None)


_Begun = tuple[FrameType | None, CodeType, int]
"""A ``Timeout`` of which nothing is written yet: frame of wait_for or timeout, for the step that made it; its call."""


def install(recorder: Recorder) -> None:
    if Timeout is None:
        return
    book, cancels = recorder.book, recorder.cancels
    original_init, original_exit = Timeout.__init__, Timeout.__aexit__
    _State: Any = sys.modules[Timeout.__module__]._State
    # By id: the group, once it is written. What is never exited stays until another has its place.
    open_ones: dict[int, _Begun | int] = {}
    at_once: set[int] = set()  # those among them that no step's end will see
    codes = recorder.positions.codes

    def __init__(self: Any, when: Any) -> None:
        original_init(self, when)
        try:
            note(self, sys._getframe(1))
        except Exception as error:
            give_up(error)

    def reschedule(self: Any, when: Any) -> None:
        if self._state is not _State.ENTERED:
            if self._state is _State.CREATED:
                raise RuntimeError("Timeout has not been entered")
            raise RuntimeError(
                f"Cannot change state of {self._state.value} Timeout",
            )

        moved = when is not self._when
        self._when = when

        if self._timeout_handler is not None:
            self._timeout_handler.cancel()

        if when is None:
            self._timeout_handler = None
        else:
            loop = events.get_running_loop()
            if when <= loop.time():
                self._timeout_handler = loop.call_soon(self._on_timeout)
            else:
                self._timeout_handler = loop.call_at(when, self._on_timeout)
        if moved:
            note_deadline(self)
        elif at_once:
            note_entered(self)

    def first_reschedule(self: Any, when: Any) -> None:  # 3.11.0 to 3.11.2
        assert self._state is not _State.CREATED
        if self._state is not _State.ENTERED:
            raise RuntimeError(
                f"Cannot change state of {self._state.value} Timeout",
            )

        moved = when is not self._when
        self._when = when

        if self._timeout_handler is not None:
            self._timeout_handler.cancel()

        if when is None:
            self._timeout_handler = None
        else:
            loop = events.get_running_loop()
            if when <= loop.time():
                self._timeout_handler = loop.call_soon(self._on_timeout)
            else:
                self._timeout_handler = loop.call_at(when, self._on_timeout)
        if moved:
            note_deadline(self)
        elif at_once:
            note_entered(self)

    def _on_timeout(self: Any) -> None:
        assert self._state is _State.ENTERED
        before = cancels.asking()
        self._task.cancel()
        self._state = _State.EXPIRING
        # drop the reference early
        self._timeout_handler = None
        note_cancel(self, before, sys._getframe())

    def __aexit__(self: Any, exc_type: Any, exc_val: Any, exc_tb: Any) -> Any:
        try:
            note_exit(self, exc_type)
        except Exception as error:
            give_up(error)
        return original_exit(self, exc_type, exc_val, exc_tb)

    def note(timeout: Any, caller: FrameType) -> None:
        frame = caller
        if caller.f_code is _TIMEOUT:
            caller = caller.f_back or caller
            if caller.f_code is _WAIT_FOR:
                frame = caller
                caller = caller.f_back or caller
        code, lasti = caller.f_code, caller.f_lasti
        entry = codes.get(id(code))
        if entry is None or not entry.user:
            place = recorder.callers.place_of(caller)
            if place is None:
                return  # asyncio's own, as while it shuts the executor down
            code, lasti = place
        open_ones[id(timeout)] = (frame, code, lasti)
        eager = latest()
        if eager is None:
            at_once.add(id(timeout))
        else:
            eager.append(timeout)

    def latest() -> list[Any] | None:
        """What is to be written after this step; None for a loop whose steps are not ours."""
        return getattr(getattr(running_loop(), "_awaitscope", None), "eager", None)

    @guarded
    def note_waiting(timeout: Any) -> None:
        """The step that made it has ended, and it is open."""
        begun = open_ones.get(id(timeout))
        if type(begun) is not tuple:
            return
        if timeout._task is None:  # not entered yet
            open_ones[id(timeout)] = (None, *begun[1:])
            return
        number = open_ones[id(timeout)] = write(timeout, begun)
        if begun[0] is not None and begun[0].f_code is _WAIT_FOR:
            link(number, recorder.tasks.get(id(timeout._task), 0))

    def link(number: int, owner: int) -> None:
        """The step whose row is the latest is the owner's, which now waits in its ``wait_for``."""
        record = getattr(running_loop(), "_awaitscope", None)
        if record is not None and owner and record.rows[-5:-4] == [owner]:  # else a task is said to be awaited
            record.extend((AWAITS, 2, number, 0, 0))

    @guarded
    def note_entered(timeout: Any) -> None:
        if id(timeout) in at_once:
            at_once.discard(id(timeout))
            note_waiting(timeout)

    def write(timeout: Any, begun: _Begun) -> int:
        delay: object = None
        kind = "timeout"
        members: tuple[Any, ...] = ()
        frame, code, lasti = begun
        if frame is not None and frame.f_code is _TIMEOUT:
            delay = frame.f_locals["delay"]
        elif frame is not None and frame.f_code is _WAIT_FOR:
            kind = "wait_for"
            arguments = frame.f_locals
            delay = arguments["timeout"]
            if issubclass(type(arguments["fut"]), FUTURE_TYPES):
                members = (arguments["fut"],)
        owner = recorder.tasks.get(id(timeout._task), 0)
        site = recorder.positions.site(code, lasti).id
        return book.add(kind, owner, site, members, due=due_in(delay, timeout._when))

    @guarded
    def note_deadline(timeout: Any) -> None:
        number = open_ones.get(id(timeout))
        if type(number) is int:  # else it is not written yet
            book.move_deadline(number, timeout._when)

    @guarded
    def note_cancel(timeout: Any, before: set[int], frame: FrameType) -> None:
        cancels.asked(before, (timeout._task,), frame)

    def note_exit(timeout: Any, exc_type: Any) -> None:
        number = open_ones.pop(id(timeout), None)
        if type(number) is tuple:
            if number[0] is not None:  # in the step that made it
                eager = latest()
                if eager and eager[-1] is timeout:
                    eager.pop()  # then there is nothing to see to after the step
                return
            number = write(timeout, number)
        if type(number) is not int:
            return
        if exc_type is None:
            outcome = "returned"
        elif not issubclass(exc_type, asyncio.CancelledError):
            outcome = "raised"
        elif timeout._state is _State.EXPIRING and requests(timeout._task) - 1 <= getattr(
            timeout, "_cancelling", 0
        ):  # 3.11.3
            outcome = "timed_out"
        else:
            outcome = "cancelled"
        book.end(number, outcome)

    def group_of(frame: FrameType) -> int:
        number = open_ones.get(id(frame.f_locals["self"]))
        return number if type(number) is int else 0

    recorder.timeout_waits = note_waiting
    replace(Timeout, "__init__", __init__)
    is_first = "Timeout has not been entered" not in Timeout.reschedule.__code__.co_consts
    replace(Timeout, "reschedule", first_reschedule if is_first else reschedule)
    replace(Timeout, "_on_timeout", _on_timeout)
    replace(Timeout, "__aexit__", __aexit__)
    cancels.acts(_on_timeout, group_of)
