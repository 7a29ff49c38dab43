"""A file in which the system tells of this process, read again and again. Linux only."""

from __future__ import annotations

import os
from collections.abc import Callable

from . import files

_LONGEST = 100
_pread: Callable[[int, int, int], bytes] | None = getattr(os, "pread", None)  # moves nobody's place in a file


class ProcFile:
    __slots__ = ("_fd", "_same")

    def __init__(self, path: str) -> None:
        """Raises OSError where the system does not tell."""
        if _pread is None:
            raise OSError("not on this system")
        self._fd = files.open_high(path, files.READING)
        self._same = _identity(self._fd)

    def numbers(self) -> list[int]:
        """Raises OSError or ValueError, also when the descriptor is no longer ours."""
        assert _pread is not None
        return [int(word) for word in _pread(self._fd, _LONGEST, 0).split()]

    def close(self) -> None:
        try:
            if _identity(self._fd) == self._same:
                files.close(self._fd)
        except OSError:  # the program closed it: some close every descriptor there may be
            pass


def _identity(fd: int) -> tuple[int, int]:
    found = files.status(fd)
    return found.st_dev, found.st_ino
