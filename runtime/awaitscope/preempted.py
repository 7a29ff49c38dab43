"""What the system takes from a loop: time in which its thread could have run, and got no processor.

Runs in the watch thread. Linux counts it for each thread, in ``schedstat``; elsewhere nobody does, and nothing is written.
With it a reader can tell a program that blocks its loop from a machine that is busy with something else.
"""

from __future__ import annotations

from _thread import get_native_id

from .procfile import ProcFile
from .recorder import LoopRecorder, Recorder, clock
from .tracefile import encode_json

_LEAST_NS = 5_000_000
"""Less, between two looks, is what every program has to live with."""
_MOST_THREADS = 16


class _Thread:
    __slots__ = ("at", "file", "id", "waited")

    def __init__(self, thread: int) -> None:
        """Raises OSError where the system does not tell."""
        self.id = thread
        self.file = ProcFile(f"/proc/self/task/{thread}/schedstat")
        self.at = clock()
        self.waited = self.read()

    def read(self) -> int:
        """Nanoseconds since the thread began. Raises OSError or ValueError, also when the descriptor is no longer ours."""
        _, waited, _ = self.file.numbers()
        return waited


class Preemption:
    """Call ``look`` regularly: three microseconds a running loop."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._threads: dict[int, _Thread] = {}  # by loop
        self._is_told = True

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
            known.file.close()

    def look(self) -> None:
        for number, thread in list(self._threads.items()):
            loop = next((loop for loop in self._recorder.loops if loop.id == number), None)
            is_over = loop is None or loop.fresh
            try:
                self._tell(number, thread)
            except (OSError, ValueError):  # the thread is gone
                is_over = True
            if is_over and self._threads.pop(number, None) is thread:
                thread.file.close()

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
            self._threads.popitem()[1].file.close()
