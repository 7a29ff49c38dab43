"""The system's calls on files, bound before a program can replace them, which tests do above all."""

from __future__ import annotations

import os

write = os.write
truncate = os.ftruncate
close = os.close
_open = os.open
_read = os.read
_seek = os.lseek
replace = os.replace
remove = os.unlink
status = os.fstat

IS_WINDOWS = os.name == "nt"
"""A file that is open can neither be replaced nor renamed there."""
READING = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
WRITING = os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
NEW = WRITING | os.O_CREAT | os.O_TRUNC
_HIGH_DESCRIPTOR = 512
"""Our descriptors are moved up here, so that the numbers of the program's own files are those it would have without us."""


def open_high(path: str, flags: int) -> int:
    fd = _open(path, flags, 0o644)
    try:
        import fcntl

        moved = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _HIGH_DESCRIPTOR)
    except (ImportError, AttributeError, OSError):
        return fd  # Windows, or a limit below that number
    close(fd)
    return moved


def open_to_append(path: str) -> int:
    fd = open_high(path, WRITING)
    _seek(fd, 0, os.SEEK_END)
    return fd


def read_at(fd: int, offset: int, length: int) -> bytes:
    """``length`` bytes, or as many as there are from ``offset``."""
    _seek(fd, offset, os.SEEK_SET)
    found = _read(fd, length)
    while 0 < len(found) < length:
        more = _read(fd, length - len(found))
        if not more:
            break
        found += more
    return found


def write_all(fd: int, data: bytes) -> None:
    while data:
        data = data[write(fd, data) :]
