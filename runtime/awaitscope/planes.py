"""Rows of integers as bytes, by planes, as docs/trace-format.md describes them: a plane has one byte of every row."""

from __future__ import annotations

import struct
import sys
from array import array
from operator import sub

MASK = 0xFFFFFFFF
_COARSE = MASK - 63
"""To read a clock takes about as long as this is not exact, and the lowest bits of a time are noise that nothing shortens."""
_COUNT = struct.Struct("<I")


Table = tuple[int, int, tuple[int, ...], int]
"""How the rows of one kind of block are written: the block's type, columns, which of them say how much more it is than in the
row before, and which is always written, see ``packed``: the lower half of its time, made a multiple of 64 ns."""


def packed_table(table: Table, rows: list[int]) -> bytes:
    """The first row as it is, the others by planes; at least one, in one flat list.

    Raises OverflowError where an integer does not fit in 32 bits.
    """
    _, width, differing, kept = table
    rows[kept::width] = [low & _COARSE for low in rows[kept::width]]
    first, others = rows[:width], rows[width:]
    if not others:
        return _bytes(first)
    for column in differing:
        values = rows[column::width]
        differences = list(map(sub, values[1:], values))
        if min(differences) < 0:
            differences = [number & MASK for number in differences]
        others[column::width] = differences
    return _bytes(first) + packed(others, width, kept)


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
