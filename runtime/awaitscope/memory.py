"""How much memory the process has: read in the watch thread, which costs it a few microseconds a look. Linux only."""

from __future__ import annotations

import os

from .procfile import ProcFile
from .recorder import Recorder
from .tracefile import encode_json

_PART = 16
_LEAST_BYTES = 1 << 20
"""A change by less than a sixteenth, or than 1 MB, is not told."""


class Memory:
    """Call ``look`` regularly."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._file: ProcFile | None = None
        self._page = 0  # bytes
        self._told = 0
        self._has_begun = False

    def begin(self) -> None:
        """A loop begins to run: from now on it is worth knowing."""
        if self._has_begun:
            return
        self._has_begun = True
        try:
            self._page = os.sysconf("SC_PAGE_SIZE")
            self._file = ProcFile("/proc/self/statm")
        except (AttributeError, OSError, ValueError):
            return  # not on this machine
        self.look()

    def look(self) -> None:
        file = self._file
        if file is None:
            return
        try:
            resident = file.numbers()[1] * self._page
        except (OSError, ValueError, IndexError):
            self.end()
            return
        if abs(resident - self._told) >= max(_LEAST_BYTES, self._told // _PART):
            self._told = resident
            line = {"k": "memory", "t": self._recorder.now(), "resident": resident}
            self._recorder.definitions.append(encode_json(line))

    def end(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()
