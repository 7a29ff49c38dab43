"""Shortens a trace that is over its limit: a flight recorder keeps the newest steps, and of the older time who lived.

The shorter file is built beside the trace as ``PATH.part``, a few megabytes at a time, while the loops go on writing;
then it takes the trace's place. What to keep is read from the trace itself: however long the run, nothing about its
blocks is remembered.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
from collections.abc import Callable

from . import files
from .steprows import STEPS_HEAD, count_steps

_PIECE = 1 << 20
_PIECES_AT_ONCE = 8
"""Eight megabytes every 35 ms are more than any program writes, and cost the watch thread some 5 ms."""
_HEAD = struct.Struct("<II")


class Shortening:
    """Every method may raise OSError; then ``abandon`` it."""

    def __init__(
        self,
        path: str,
        fd: int,
        head: int,
        end: int,
        too_many: int,
        steps_kind: int,
        lost: Callable[[int, int | None], bytes],
    ) -> None:
        """``head``: the length of the file's header. ``end``: its size by now, at the end of a block.

        ``too_many``: bytes of steps blocks to give up at least. ``lost``: makes the block that tells of it, from the
        number of steps and the clock at which the steps that are kept begin.
        """
        self.size = 0
        """Of the new file."""
        self.dropped = 0
        """Bytes of steps blocks that are not in it."""
        self._path = os.path.realpath(path)
        self._part = self._path + ".part"
        self._steps_kind = steps_kind
        self._lost = lost
        self._lost_steps = 0
        self._end = end
        self._too_many = too_many
        self._told = False
        self._gave_way = False
        self._at = head  # what is before is dealt with
        self._fd = self._new = -1
        try:
            self._fd = files.open_high(self._path, files.READING)
            found, ours = files.status(self._fd), files.status(fd)
            if not stat.S_ISREG(found.st_mode) or (found.st_ino, found.st_dev) != (ours.st_ino, ours.st_dev):
                raise OSError(errno.ENOENT, "the trace is not there any more", path)
            if os.path.lexists(self._part) and not _may_go(self._part):
                raise OSError(errno.EEXIST, "it exists and is not a part of a trace", self._part)
            self._new = files.open_high(self._part, files.NEW)
            self._keep(files.read_at(self._fd, 0, head))
        except BaseException:
            self.abandon()
            raise

    def work(self, end: int) -> bool:
        """Some of the work. ``end``: the trace's size by now. True when little is left, for ``finish``."""
        for _ in range(_PIECES_AT_ONCE):
            if self._gave_way:
                raise OSError(errno.ENOSPC, "the trace needed the room", self._part)
            if not self._told:
                self._sort_out()
            elif end - self._at > _PIECE:
                self._copy(_PIECE)
            else:
                return True
        return False

    def finish(self, end: int, old: int) -> int:
        """Copies the rest and takes the place of the trace, whose descriptor is ``old``. Returns the new one.

        While nobody writes. When it fails, the trace is as before, but on Windows to be opened again.
        """
        while self._at < end:
            self._copy(min(_PIECE, end - self._at))
        files.close(self._fd)
        self._fd = -1
        if files.IS_WINDOWS:
            files.close(self._new)
            self._new = -1
            files.close(old)
            files.replace(self._part, self._path)
            return files.open_to_append(self._path)
        files.replace(self._part, self._path)
        new, self._new = self._new, -1
        files.close(old)
        return new

    def give_way(self) -> bool:
        """Frees what it has taken of the disk, from any thread, also while another works here. Whether that may help."""
        if self._gave_way or self._new < 0:
            return False
        self._gave_way = True
        try:
            files.truncate(self._new, 0)
        except OSError:
            return False
        return True

    def abandon(self, remove: bool = True) -> None:
        """``remove``: False in a forked child, whose parent goes on with the file."""
        for fd in (self._fd, self._new):
            if fd >= 0:
                try:
                    files.close(fd)
                except OSError:  # the program closed it
                    pass
        if self._new >= 0 and remove:
            try:
                files.remove(self._part)
            except OSError:
                pass
        self._fd = self._new = -1

    def _sort_out(self) -> None:
        """One piece of the time that is given up: keeps all of its blocks but those of steps."""
        data = self._read(min(_PIECE, self._end - self._at))
        if self._at + len(data) < self._end:
            length = _HEAD.unpack_from(data)[1] + _HEAD.size
            if length > len(data):
                data = self._read(length)
        at = 0
        kept: list[bytes] = []
        while at + _HEAD.size <= len(data):
            kind, length = _HEAD.unpack_from(data, at)
            after = at + _HEAD.size + length
            if after > len(data):
                break
            if kind != self._steps_kind:
                kept.append(data[at:after])
            elif self.dropped < self._too_many:
                self.dropped += after - at
                self._lost_steps += count_steps(data, at + _HEAD.size + STEPS_HEAD.size)
            else:
                _, _, begins = STEPS_HEAD.unpack_from(data, at + _HEAD.size)
                kept.append(self._lost(self._lost_steps, begins))
                self._told = True
                break
            at = after
        self._at += at
        if self._at >= self._end and not self._told:
            kept.append(self._lost(self._lost_steps, None))
            self._told = True
        self._keep(b"".join(kept))

    def _copy(self, length: int) -> None:
        self._keep(self._read(length))
        self._at += length

    def _read(self, length: int) -> bytes:
        data = files.read_at(self._fd, self._at, length)
        if len(data) < length:
            raise OSError(errno.EIO, "the trace is shorter than what was written", self._path)
        return data

    def _keep(self, data: bytes) -> None:
        files.write_all(self._new, data)
        self.size += len(data)


def _may_go(part: str) -> bool:
    """Whether what is at ``part`` is what a shortening left when its process was killed."""
    with open(part, "rb") as file:
        return b"\x89AWS".startswith(file.read(4))
