"""A thread that writes what a busy or blocked loop has not had the time to write, so that the file is never far behind.

It is not one of ``threading``'s, so the program does not find it there; it is gone while the process forks, because
CPython warns of threads then; and it ends with the recording.
"""

from __future__ import annotations

import _thread
import os
import time
from collections.abc import Callable

_PERIOD_S = 0.035
_DOZE_S = 1.05
_DOZE_SHARE = 1 / 8
_LONGEST_DOZE_S = 30.0
"""Between two looks at a program that sleeps: an eighth of how long it has slept, within these. At each the file says again
that the program lives, so that is how well the length of a wait is known that a crash ended."""
_MOMENT_S = 0.0005
_LONGEST_WAIT_S = 1.0
"""How long stopping may take; the thread needs a moment at most, unless the disk hangs."""


class Watch:
    """Calls ``tick`` every 35 ms between ``start`` and ``stop``; after one that returned True, when it is roused, or seldom."""

    def __init__(self, tick: Callable[[], bool]) -> None:
        self._tick = tick
        self._signal = _thread.allocate_lock()
        self._ended = _thread.allocate_lock()
        self._running = False
        self._pid = os.getpid()
        self._over = False
        self._thread = 0

    def start(self) -> None:
        if self._running or self._over or os.getpid() != self._pid:
            return
        self._running = True
        self._signal.acquire(False)
        self._ended.acquire(False)
        try:
            _thread.start_new_thread(self._run, ())
        except RuntimeError:  # no more threads to be had: the loop itself still writes
            self._running = False

    def stop(self) -> bool:
        """Returns when the thread is gone, or False when it does not go. `start` starts it again."""
        if not self._running or os.getpid() != self._pid:
            return True
        self._running = False
        self.rouse()
        return self._ended.acquire(timeout=_LONGEST_WAIT_S)

    def rouse(self) -> None:
        """Has it look at once."""
        try:
            self._signal.release()
        except RuntimeError:  # it is about to, or there is no thread
            pass

    def leave(self) -> None:
        """Before a fork: CPython counts the threads that the system knows, which forgets a thread a little later."""
        was_running = self._running
        self.stop()
        place = f"/proc/self/task/{self._thread}"
        deadline = time.monotonic() + _LONGEST_WAIT_S
        while was_running and os.path.exists(place) and time.monotonic() < deadline:
            time.sleep(_MOMENT_S)

    def end(self) -> bool:
        """Whether the thread is gone."""
        self._over = True
        return self.stop()

    def _run(self) -> None:
        self._thread = _thread.get_native_id()
        try:
            period = _PERIOD_S
            asleep = 0.0
            # The same signal ends and rouses: which of them it was, `_running` says.
            while not self._signal.acquire(timeout=period) or self._running:
                asleep = asleep + period if self._tick() else 0.0
                period = _until_next_look(asleep)
        finally:
            self._ended.release()


def _until_next_look(asleep: float) -> float:
    """Seconds. ``asleep``: how long the program has slept."""
    return max(_DOZE_S, min(asleep * _DOZE_SHARE, _LONGEST_DOZE_S)) if asleep else _PERIOD_S
