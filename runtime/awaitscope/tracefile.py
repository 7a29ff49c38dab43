"""Appends blocks to a trace file. Knows bytes, not asyncio; the format is docs/trace-format.md."""

from __future__ import annotations

import errno
import json
import os
import struct
from _thread import LockType
from collections.abc import Mapping, Sequence
from functools import partial

from . import files
from .planes import MASK, Table, packed, packed_table
from .shortening import Shortening
from .steprows import COLUMNS, FIRST_TAG, RUN, STEPS_HEAD

MAGIC = b"\x89AWS\r\n\x1a\n"
VERSION = 1
DEFINITIONS = 1
STEPS = 5
# Columns and what they hold: docs/trace-format.md.
TASKS: Table = (6, 9, (0, 6, 7, 8), 6)
ENDS: Table = (7, 4, (2, 3), 2)
GROUPS: Table = (8, 12, (0, 4, 6, 7), 6)
GROUP_ENDS: Table = (9, 4, (2, 3), 2)
BLOCK_ROWS = 64 * 1024
_BLOCK_LINES = 4 * 1024
"""Rows and lines a block; keep a block far below what readers accept."""

DEFAULT_LIMIT = 1_000_000_000
"""Bytes."""
_BLOCK = struct.Struct("<II")
_HEADER = struct.Struct("<8sII")
_LONGEST_HEADER = 1 << 20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC})
_CLOSED = -1
_NO_FILE = -2
"""In place of a descriptor."""


def encode_json(value: Mapping[str, object]) -> str:
    """One line of ASCII JSON: lone surrogates and control characters in names survive as escapes."""
    return json.dumps(value, separators=(",", ":"))


class TraceFile:
    """An open trace. Every write is one ``write`` call of whole blocks; the first failure closes it for good.

    ``error`` is then the reason, ``size`` the number of bytes that were kept. Beyond its limit the oldest steps are given
    up, see shortening.py; where the disk does not let us, the newest are, and ``lost_steps`` counts them.
    """

    def __init__(self, path: str, header: Mapping[str, object], limit: int = DEFAULT_LIMIT) -> None:
        """``limit``: in bytes. Raises OSError when the path names something that is not a trace."""
        _refuse_to_replace(path)
        self.path = path
        self.size = 0
        self.error: OSError | None = None
        self._fd = _NO_FILE
        self._header = header
        self._head = 0  # its length in the file
        self._limit = limit
        self._shorten_at = limit
        self._steps_size = 0  # bytes of steps blocks in the file
        self._keeps_steps = True
        self.lost_steps = 0
        self._shortening: Shortening | None = None
        self._is_at_it = False

    def create(self) -> None:
        """Done by the first write, if not before. Raises OSError."""
        self._fd = files.open_high(self.path, files.NEW)
        text = _padded(encode_json(self._header).encode())
        self._write(MAGIC + struct.pack("<II", VERSION, len(text)) + text)
        self._head = self.size
        if self.error is not None:
            raise self.error

    def write_definitions(self, lines: Sequence[str]) -> None:
        """``lines``: JSON objects, one a string; if there are any."""
        for at in range(0, len(lines), _BLOCK_LINES):
            self._write(_definitions(lines[at : at + _BLOCK_LINES]))

    def write_rows(self, table: Table, values: list[int]) -> None:
        """``values``: the rows, if there are any, in one flat list. Raises OverflowError where one does not fit in 32 bits."""
        kind, columns = table[:2]
        most = BLOCK_ROWS * columns
        for at in range(0, len(values), most):
            data = packed_table(table, values if len(values) <= most else values[at : at + most])
            self._write(_BLOCK.pack(kind, len(data)) + data)

    def write_steps(self, loop: int, first: int, clock: int, rows: list[int]) -> None:
        """``clock``: where the loop's running clock is before the rows. Raises OverflowError as ``write_rows`` does."""
        if not self._keeps_steps:
            self.lost_steps += sum(1 for tag in rows[::5] if tag < FIRST_TAG)
            return
        data = STEPS_HEAD.pack(loop, first & MASK, clock) + packed(rows, COLUMNS, RUN)
        self._write(_BLOCK.pack(STEPS, len(data)) + data)
        self._steps_size += _BLOCK.size + len(data)

    def take_lost_steps(self) -> int:
        """Steps given up since the last call; under the lock."""
        taken, self.lost_steps = self.lost_steps, 0
        return taken

    @property
    def is_shortening(self) -> bool:
        return self._shortening is not None

    def keep_to_limit(self, lock: LockType, now: int) -> None:
        """From the watch thread. ``lock``: whoever holds it may write. ``now``: the trace's time."""
        if self._shortening is None and (self.size <= self._shorten_at or not self._keeps_steps):
            return
        if self._is_at_it:  # the disk hangs, and the recording ends in another thread
            return
        self._is_at_it = True
        try:
            with lock:
                if self._fd < 0:
                    self.stop_shortening()
                    return
                size = self.size
                if self._shortening is None:
                    too_many = self._steps_size - max(self._limit // 4, self._limit // 2 - (size - self._steps_size))
                    if too_many <= 0:
                        self._shorten_at = size + self._limit // 2
                        return
                    self._shortening = Shortening(
                        self.path, self._fd, self._head, size, too_many, STEPS, partial(_lost, now)
                    )
            if self._shortening.work(size):
                with lock:
                    self._take_place(self._shortening)
        except OSError:
            with lock:
                self._keeps_steps = False
                self.stop_shortening()
        finally:
            self._is_at_it = False

    def _take_place(self, shorter: Shortening) -> None:
        """Under the lock."""
        if self._fd < 0:
            return
        old, self._fd = self._fd, _CLOSED
        try:
            self._fd = shorter.finish(self.size, old)
        except OSError:
            self._fd = files.open_to_append(self.path) if files.IS_WINDOWS else old
            raise
        self._shortening = None
        self.size = shorter.size
        self._steps_size -= shorter.dropped
        # What is never given up may be more than the limit by itself: not again at once.
        self._shorten_at = max(self._limit, self.size + self._limit // 2)

    def stop_shortening(self, is_ours: bool = True) -> None:
        """When no watch thread is at it any more. ``is_ours``: False in a forked child, where the file is the parent's."""
        if self._shortening is not None:
            self._shortening.abandon(remove=is_ours)
            self._shortening = None

    def close(self) -> None:
        if self._fd >= 0:
            fd, self._fd = self._fd, _CLOSED
            try:
                files.close(fd)
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
        while data:
            try:
                written = files.write(self._fd, data)
            except OSError as error:
                if not self._make_room(error):
                    self._fail(error, start)
                    return
            else:
                self.size += written
                data = data[written:]

    def _make_room(self, error: OSError) -> bool:
        """On a full disk the shorter file, while it is built, gives its place to the trace itself; then it is not built."""
        if error.errno not in _FULL or self._shortening is None or not self._shortening.give_way():
            return False
        self._keeps_steps = False
        return True

    def _fail(self, error: OSError, start: int) -> None:
        self.error = error
        self.size = start
        try:
            # A torn block in the middle of the file would look like damage; cut it off where the device lets us.
            files.truncate(self._fd, start)
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


def _definitions(lines: Sequence[str]) -> bytes:
    payload = _padded("\n".join(lines).encode() + b"\n")
    return _BLOCK.pack(DEFINITIONS, len(payload)) + payload


def _lost(now: int, steps: int, begins: int | None) -> bytes:
    line = {"k": "lost", "count": steps, "what": "steps", "t": now if begins is None else begins}
    return _definitions([encode_json(line)])


def _padded(text: bytes) -> bytes:
    return text + b" " * (-len(text) % 4)
