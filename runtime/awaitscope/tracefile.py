"""Appends blocks to a trace file. Knows bytes, not asyncio; the format is docs/trace-format.md."""

from __future__ import annotations

import errno
import json
import os
import struct
import sys
from array import array
from collections.abc import Mapping, Sequence

MAGIC = b"\x89AWS\r\n\x1a\n"
VERSION = 1
DEFINITIONS = 1
TASKS = 2
STEPS = 3

# Bound now: programs replace functions of os, in tests above all.
_write_bytes = os.write
_truncate = os.ftruncate
_close = os.close

_BLOCK = struct.Struct("<II")
_HEADER = struct.Struct("<8sII")
_LONGEST_HEADER = 1 << 20
_CLOSED = -1
_NO_FILE = -2
"""In place of a descriptor."""
_HIGH_DESCRIPTOR = 512
"""Our descriptor is moved up here, so that the numbers of the program's own files are those it would have without us."""


def encode_json(value: Mapping[str, object]) -> str:
    """One line of ASCII JSON: lone surrogates and control characters in names survive as escapes."""
    return json.dumps(value, separators=(",", ":"))


class TraceFile:
    """An open trace. Every write is one ``write`` call of whole blocks; the first failure closes it for good.

    ``error`` is then the reason, ``size`` the number of bytes that were kept.
    """

    def __init__(self, path: str, header: Mapping[str, object]) -> None:
        """Raises OSError when the path names something that is not a trace."""
        _refuse_to_replace(path)
        self.path = path
        self.size = 0
        self.error: OSError | None = None
        self._fd = _NO_FILE
        self._header = header

    def create(self) -> None:
        """Done by the first write, if not before. Raises OSError."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        self._fd = _moved_up(os.open(self.path, flags, 0o644))
        text = _padded(encode_json(self._header).encode())
        self._write(MAGIC + struct.pack("<II", VERSION, len(text)) + text)
        if self.error is not None:
            raise self.error

    def write_definitions(self, lines: Sequence[str]) -> None:
        """``lines``: JSON objects, one a string."""
        payload = _padded("\n".join(lines).encode() + b"\n")
        self._write(_BLOCK.pack(DEFINITIONS, len(payload)) + payload)

    def write_rows(self, kind: int, prefix: Sequence[int], values: Sequence[int]) -> None:
        """``prefix`` and ``values``: integers of 32 bits. Raises OverflowError where one does not fit."""
        payload = array("I", [*prefix, *values])  # from one list: array.extend takes three times as long
        if sys.byteorder == "big":
            payload.byteswap()
        data = payload.tobytes()
        self._write(_BLOCK.pack(kind, len(data)) + data)

    def close(self) -> None:
        if self._fd >= 0:
            fd, self._fd = self._fd, _CLOSED
            try:
                _close(fd)
            except OSError:  # the program closed it: some close every descriptor there may be
                pass
        self._fd = _CLOSED

    def _write(self, data: bytes) -> None:
        if self._fd == _NO_FILE:
            try:
                self.create()
            except OSError as error:
                self.error = error
                self.close()
        if self._fd == _CLOSED:
            return
        start = self.size
        try:
            while data:
                written = _write_bytes(self._fd, data)
                self.size += written
                data = data[written:]
        except OSError as error:
            self.error = error
            self.size = start
            try:
                # A torn block in the middle of the file would look like damage; cut it off where the device lets us.
                _truncate(self._fd, start)
            except OSError:
                pass
            self.close()


def read_header(path: str) -> dict[str, object] | None:
    """The header of a trace; None where there is none, or not yet. Raises OSError."""
    with open(path, "rb") as file:
        start = file.read(_HEADER.size)
        if len(start) < _HEADER.size:
            return None
        magic, _, length = _HEADER.unpack(start)
        text = file.read(length) if magic == MAGIC and length <= _LONGEST_HEADER else b""
    try:
        header = json.loads(text)
    except ValueError:
        return None
    return header if isinstance(header, dict) else None


def _refuse_to_replace(path: str) -> None:
    if not os.path.isfile(path):
        return
    try:
        with open(path, "rb") as file:
            start = file.read(len(MAGIC))
    except OSError:
        return  # not to be read; whether it can be written is another question
    if not MAGIC.startswith(start):
        raise FileExistsError(errno.EEXIST, "it exists and is not a trace", path)


def _padded(text: bytes) -> bytes:
    return text + b" " * (-len(text) % 4)


def _moved_up(fd: int) -> int:
    try:
        import fcntl

        moved = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _HIGH_DESCRIPTOR)
    except (ImportError, AttributeError, OSError):
        return fd  # Windows, or a limit below that number
    os.close(fd)
    return moved
