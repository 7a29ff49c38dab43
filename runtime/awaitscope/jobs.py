"""Calls handed to other threads and processes: ``run_in_executor``, and ``to_thread``, which uses it.

The function is not wrapped: process pools pickle it, and programs look at what they submitted. Instead the two futures of
a job, asyncio's and the executor's, are known by their ids. Jobs start and end in whatever thread, at any moment.
"""

from __future__ import annotations

import concurrent.futures
import contextvars
import sys
import weakref
from _thread import get_ident
from functools import partial
from itertools import count
from types import BuiltinMethodType, FrameType
from typing import TYPE_CHECKING, Any

from .running import current_task
from .steprows import CANCELLED, RAISED, RETURNED

if TYPE_CHECKING:
    from .recorder import Recorder

_MOST_EARLY = 256
_LONGEST = 1000
_FINISHED: Any = concurrent.futures._base.FINISHED
_POOLS = ("concurrent.futures.thread", "concurrent.futures.process")
_ENDED = (_FINISHED, concurrent.futures._base.CANCELLED, concurrent.futures._base.CANCELLED_AND_NOTIFIED)


class Jobs:
    """The jobs of a recording. Entries go with the futures they are about."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._next = count(1)
        self.awaited: dict[int, tuple[int, object]] = {}
        """id of an asyncio future → number of the job whose result it will get."""
        self._open: dict[int, tuple[int, str, object]] = {}
        """id of a ``concurrent.futures.Future`` that has not ended → number and executor of its job."""
        self._submitted: dict[int, tuple[Any, ...]] = {}
        """Thread → the latest job, who had it submitted in which instruction, executor and function."""
        self._early: dict[int, tuple[Any, int, int]] = {}
        """The same of a future that started before we knew it → a reference to it, when, in which thread.

        That is usual: the first job of a pool runs while ``submit`` waits for the thread. Others' futures are here, too.
        """

    @property
    def are_open(self) -> bool:
        """Whether one may start or end at any moment."""
        return bool(self._open)

    def asked(self, future: Any, job: Any, asking: FrameType) -> None:
        """``asking``: the frame of ``run_in_executor``, where ``job`` has just been submitted."""
        given = asking.f_locals
        record = given["self"]._awaitscope
        if record is not None:
            kind, function = _kind(given["executor"]), self._function(given["func"], given["args"])
            self._add(future, job, record, kind, function, asking.f_back)

    def submitted(self, job: Any, submit: FrameType) -> None:
        """In the thread of a loop that is not asyncio's: its ``run_in_executor`` leaves no frame, but maybe has called this."""
        below = submit.f_back
        if submit.f_code.co_name == "submit" and submit.f_globals.get("__name__") in _POOLS and below is not None:
            given = submit.f_locals
            function = self._function(given["fn"], given["args"])
            self._submitted[get_ident()] = (id(job), id(below), below.f_lasti, _kind(given["self"]), function)

    def wrapped(self, future: Any, job: Any, record: Any, below: FrameType) -> None:
        """``below``: who has had the future made. If it had the job submitted, too, in one call, that was ``run_in_executor``."""
        *of, kind, function = self._submitted.pop(get_ident(), (0, "", 0))
        if of == [id(job), id(below), below.f_lasti]:
            self._add(future, job, record, kind, function, below)

    def _function(self, function: Any, args: tuple[Any, ...]) -> int:
        return self._recorder.positions.callback(_meant(function, args)).id

    def _add(self, future: Any, job: Any, record: Any, kind: str, function: int, caller: FrameType | None) -> None:
        recorder, number = self._recorder, next(self._next)
        early = self._early.pop(id(job), None)
        if early is not None and early[0]() is not job:
            early = None
        line: dict[str, object] = {
            "k": "job",
            "id": number,
            "loop": record.id,
            "task": recorder.tasks.get(id(current_task()), 0),
            "site": recorder.callers.site_of(caller),
            "function": function,
            "executor": kind,
            "t": recorder.now() if early is None else early[1],
        }
        recorder.add_new(line)
        self.awaited[id(future)] = (number, weakref.ref(future, partial(self.awaited.pop, id(future))))
        self._open[id(job)] = (number, kind, weakref.ref(job, partial(self._open.pop, id(job))))
        early = early or self._early.pop(id(job), None)  # just now, in its thread
        if early is not None:
            self._say_started(number, kind, early[1], early[2])
        if job._state in _ENDED:  # before we knew it
            self.end(job)

    def start(self, job: Any) -> None:
        """In the thread that will run it."""
        key, now, thread = id(job), self._recorder.now(), get_ident()
        if key not in self._open:
            if len(self._early) >= _MOST_EARLY:
                self._early.clear()
            self._early[key] = (weakref.ref(job), now, thread)
            if key not in self._open or self._early.pop(key, None) is None:
                return
        number, kind, _ = self._open[key]
        self._say_started(number, kind, now, thread)

    def _say_started(self, number: int, kind: str, at: int, thread: int) -> None:
        if kind != "process":  # that one is only handed on, some time before it starts
            line = {"k": "job_started", "job": number, "thread": self._recorder.outside.thread(thread), "t": at}
            self._recorder.add_late(line)

    def end(self, job: Any) -> None:
        """Does nothing if the future is of no job of ours."""
        known = self._open.pop(id(job), None)
        if known is None:
            return
        outcome = CANCELLED if job._state != _FINISHED else RETURNED if job._exception is None else RAISED
        self._recorder.add_late({"k": "job_ended", "job": known[0], "t": self._recorder.now(), "outcome": outcome})


def _kind(executor: Any) -> str:
    for name, kind in (("thread", "ThreadPoolExecutor"), ("process", "ProcessPoolExecutor")):
        module = sys.modules.get(f"concurrent.futures.{name}")  # which asking for the class would import
        if module is not None and type(executor) is getattr(module, kind, None):
            return name
    return type(executor).__name__[:_LONGEST]


def _meant(function: Any, args: tuple[Any, ...]) -> Any:
    """``to_thread`` submits a partial of its context's ``run``, whose first argument is the function that is meant."""
    if type(function) is partial:
        function, args = function.func, (*function.args, *args)
    inside = type(function) is BuiltinMethodType and type(function.__self__) is contextvars.Context
    return args[0] if inside and args else function
