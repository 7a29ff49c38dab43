"""Rows of integers as bytes, by planes, as docs/trace-format.md describes them: a plane has one byte of every row."""

from __future__ import annotations

import struct
import sys
from array import array
from itertools import pairwise

MASK = 0xFFFFFFFF
_COUNT = struct.Struct("<I")


class Table:
    """How the rows of one kind of block are written: the first as it is, the others by planes."""

    __slots__ = ("columns", "differences", "kept", "kind")

    def __init__(self, kind: int, columns: int, differences: tuple[int, ...], kept: int) -> None:
        """``differences``: columns that say how much more it is than in the row before. ``kept``: see ``packed``."""
        self.kind = kind
        self.columns = columns
        self.differences = differences
        self.kept = kept

    def packed(self, rows: list[int]) -> bytes:
        """At least one row, in one flat list. Raises OverflowError where an integer does not fit in 32 bits."""
        width = self.columns
        first, others = rows[:width], rows[width:]
        if not others:
            return _bytes(first)
        for column in self.differences:
            values = rows[column::width]
            others[column::width] = [(after - before) & MASK for before, after in pairwise(values)]
        return _bytes(first) + packed(others, width, self.kept)


def packed(rows: list[int], columns: int, kept: int) -> bytes:
    """Their number, which planes are written, the first row, and the planes. One is left out where its bytes are all the same.

    Neighbours have most of their bytes in common, so this is half as long, or less. ``kept``: the column whose lowest bytes
    are always written, so that a block claims no more rows than it has bytes. Raises OverflowError as above.
    """
    data = _bytes(rows)
    size = 4 * columns
    count = len(data) // size
    written = 0
    planes = []
    for number in range(size):
        plane = data[number::size]
        if number == 4 * kept or plane != plane[:1] * count:
            written |= 1 << number
            planes.append(plane)
    which = written.to_bytes(mask_size(columns), "little")
    return b"".join((_COUNT.pack(count), which, data[:size], *planes, bytes(-len(planes) * count % 4)))


def mask_size(columns: int) -> int:
    """Bytes that say which planes are written: a bit each, in whole integers."""
    return 4 * -(-columns // 8)


def _bytes(values: list[int]) -> bytes:
    integers = array("I", values)
    if sys.byteorder == "big":
        integers.byteswap()
    return integers.tobytes()
