"""A disk that is full while a trace is over its limit, and the shorter file that is to take its place is being built."""

from __future__ import annotations

import errno
import os
import random
import sys
import threading
import unittest
from pathlib import Path
from unittest import mock

import tracefile
from running import ROOT, folder

sys.path.insert(0, str(ROOT / "runtime"))

from awaitscope import files, shortening
from awaitscope.tracefile import TraceFile

LIMIT = 1_000_000
PIECE = 32_768
"""So much at a time that the shorter file is seen half built."""
ROWS = 1000
CHANCE = random.Random(1)
BLOCK = [number for _ in range(ROWS) for number in (1, *(CHANCE.getrandbits(31) for _ in range(4)))]
"""Steps that do not get shorter in a file."""


class Disk:
    """The files of a folder may together have so many bytes."""

    def __init__(self, base: Path, size: int) -> None:
        self.base = base
        self.size = size
        self._write = files.write

    def used(self) -> int:
        return sum(path.stat().st_size for path in self.base.iterdir())

    def write(self, fd: int, data: bytes) -> int:
        free = self.size - self.used()
        if free <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._write(fd, data[:free])


class FullDisk(unittest.TestCase):
    def setUp(self) -> None:
        holder = folder()
        self.base = holder.__enter__()
        self.addCleanup(holder.__exit__, None, None, None)
        self.lock = threading.Lock()
        self.blocks = 0

    def trace_over_its_limit(self, room: int) -> TraceFile:
        """On a disk with so much room beside it."""
        trace = TraceFile(str(self.base / "t.awaitscope"), {"python": "3.12"}, LIMIT)
        trace.create()
        trace.write_definitions(['{"k":"loop","id":1,"thread":"MainThread","class":"Loop","t":0}'])
        while trace.size <= LIMIT:
            self.write_steps(trace)
        disk = Disk(self.base, trace.size + room)
        for patch in (mock.patch.object(files, "write", disk.write), mock.patch.object(shortening, "_PIECE", PIECE)):
            patch.start()
            self.addCleanup(patch.stop)
        self.addCleanup(trace.close)
        return trace

    def write_steps(self, trace: TraceFile) -> None:
        trace.write_steps(1, self.blocks * ROWS + 1, self.blocks, BLOCK)
        self.blocks += 1

    def half_built(self, trace: TraceFile) -> Path:
        """The shorter file, of which something is there."""
        trace.keep_to_limit(self.lock, 1)
        [part] = self.parts()
        while part.stat().st_size < PIECE:
            trace.keep_to_limit(self.lock, 1)
        return part

    def parts(self) -> list[Path]:
        return list(self.base.glob("*.part"))

    def read(self, trace: TraceFile) -> tracefile.Trace:
        trace.write_definitions(['{"k":"name","task":1,"name":"written afterwards"}'])
        self.assertIsNone(trace.error)
        trace.close()
        found = tracefile.read(Path(trace.path))
        self.assertIn("written afterwards", Path(trace.path).read_bytes().decode("latin-1"))
        return found

    def test_with_room_the_shorter_file_takes_the_place(self) -> None:
        trace = self.trace_over_its_limit(room=LIMIT)
        self.half_built(trace)
        while self.parts():
            trace.keep_to_limit(self.lock, 1)
        self.assertLess(self.read(trace).lost, self.blocks * ROWS)
        self.assertLess(trace.size, LIMIT)

    def test_the_shorter_file_does_not_fit(self) -> None:
        trace = self.trace_over_its_limit(room=LIMIT // 10)
        trace.keep_to_limit(self.lock, 1)
        self.assertEqual(len(self.parts()), 1)
        while self.parts():
            trace.keep_to_limit(self.lock, 1)
        self.write_steps(trace)
        self.assertEqual(trace.take_lost_steps(), ROWS)
        self.assertEqual(len(self.read(trace).loops[1].steps), (self.blocks - 1) * ROWS)

    def test_the_trace_itself_does_not_fit_beside_it(self) -> None:
        trace = self.trace_over_its_limit(room=LIMIT // 2)
        part = self.half_built(trace)
        while part.stat().st_size > 0:
            self.write_steps(trace)
        self.assertEqual(part.stat().st_size, 0)
        trace.keep_to_limit(self.lock, 1)
        self.assertEqual(self.parts(), [])
        self.write_steps(trace)
        self.assertEqual(trace.take_lost_steps(), ROWS)
        self.assertEqual(len(self.read(trace).loops[1].steps), (self.blocks - 1) * ROWS)

    def test_another_failure_than_a_full_disk_ends_the_trace(self) -> None:
        trace = self.trace_over_its_limit(room=LIMIT)
        self.half_built(trace)
        size = trace.size
        with mock.patch.object(files, "write", side_effect=OSError(errno.EIO, "broken")):
            self.write_steps(trace)
        self.assertEqual((trace.error.errno, trace.size, Path(trace.path).stat().st_size), (errno.EIO, size, size))
        trace.keep_to_limit(self.lock, 1)
        self.assertEqual(self.parts(), [])


if __name__ == "__main__":
    unittest.main()
