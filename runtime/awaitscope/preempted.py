"""What the system takes from a loop: time in which its thread could have run, and got no processor.

Runs in the watch thread. Linux counts it for each thread, in ``schedstat``; elsewhere nobody does, and nothing is written.
With it a reader can tell a program that blocks its loop from a machine that is busy with something else.
"""

from __future__ import annotations

import os
from _thread import get_native_id
from collections.abc import Callable

from . import files
from .recorder import LoopRecorder, Recorder, clock
from .tracefile import encode_json

_LEAST_NS = 5_000_000
"""Less, between two looks, is what every program has to live with."""
_MOST_THREADS = 16
_LONGEST = 100
_pread: Callable[[int, int, int], bytes] | None = getattr(os, "pread", None)  # moves nobody's place in a file


class _Thread:
    __slots__ = ("at", "fd", "id", "same", "waited")

    def __init__(self, thread: int) -> None:
        """Raises OSError where the system does not tell."""
        self.id = thread
        self.fd = files.open_high(f"/proc/self/task/{thread}/schedstat", files.READING)
        self.same = _identity(self.fd)
        self.at = clock()
        self.waited = self.read()

    def read(self) -> int:
        """Nanoseconds since the thread began. Raises OSError or ValueError, also when the descriptor is no longer ours."""
        assert _pread is not None
        _, waited, _ = _pread(self.fd, _LONGEST, 0).split()
        return int(waited)

    def close(self) -> None:
        try:
            if _identity(self.fd) == self.same:
                files.close(self.fd)
        except OSError:  # the program closed it: some close every descriptor there may be
            pass


class Preemption:
    """Call ``look`` regularly: three microseconds a running loop."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._threads: dict[int, _Thread] = {}  # by loop
        self._is_told = _pread is not None

    def loop_runs(self, loop: LoopRecorder) -> None:
        """In the thread of the loop, which begins to run."""
        known = self._threads.get(loop.id)
        thread = get_native_id()
        if not self._is_told or (known is not None and known.id == thread) or len(self._threads) >= _MOST_THREADS:
            return
        try:
            self._threads[loop.id] = _Thread(thread)
        except (OSError, ValueError):
            self._is_told = False  # not on this machine
        if known is not None:
            known.close()

    def look(self) -> None:
        for number, thread in list(self._threads.items()):
            loop = next((loop for loop in self._recorder.loops if loop.id == number), None)
            is_over = loop is None or loop.fresh
            try:
                self._tell(number, thread)
            except (OSError, ValueError):  # the thread is gone
                is_over = True
            if is_over and self._threads.pop(number, None) is thread:
                thread.close()

    def _tell(self, number: int, thread: _Thread) -> None:
        waited, now, began = thread.read(), clock(), thread.at
        took = waited - thread.waited
        thread.waited, thread.at = waited, now
        if took >= _LEAST_NS:
            start = self._recorder.start
            # A wait counts when it is over: the first of these may have begun before we looked last.
            since = max(0, began - took - start)
            line = {"k": "preempted", "loop": number, "from": since, "t": now - start, "ns": took}
            self._recorder.definitions.append(encode_json(line))

    def end(self) -> None:
        self._is_told = False
        while self._threads:
            self._threads.popitem()[1].close()


def _identity(fd: int) -> tuple[int, int]:
    found = files.status(fd)
    return found.st_dev, found.st_ino
