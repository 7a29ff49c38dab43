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
"""Between two looks at a program that sleeps: so seldom that it costs nothing, and longer than a second, after which the
file says again that the program lives."""
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
            # The same signal ends and rouses: which of them it was, `_running` says.
            while not self._signal.acquire(timeout=period) or self._running:
                period = _DOZE_S if self._tick() else _PERIOD_S
        finally:
            self._ended.release()
