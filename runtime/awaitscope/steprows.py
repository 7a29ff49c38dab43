"""The rows of a ``steps`` block, as docs/trace-format.md describes them: five integers each, in one flat list."""

from __future__ import annotations

import struct

from .planes import MASK, mask_size

# Rows that are not steps, by their first integer.
IDLE = 0xFFFFFFFF
ENDED = 0xFFFFFFFE
AWAITS = 0xFFFFFFFD
CLOCK = 0xFFFFFFFC
LONG_READY = 0xFFFFFFFB
LONG_RUN = 0xFFFFFFFA
FIRST_TAG = 0xFFFFFF00
SINCE_WAKER = 0xFFFFFFFF
SPECIAL_WAKER = 0x80000000
# Causes of a wake that are not steps: negative, so that SPECIAL_WAKER - cause is the waker written.
IO = -1
TIMER = -2
THREAD = -3
SOURCES = -0x1000000  # minus the number of the source, the signal, the thread: see outside.py
SIGNALS = -0x2000000
THREADS = -0x3000000
CONTINUES = 0x80000000

RETURNED = 1
RAISED = 2
CANCELLED = 3

COLUMNS = 5
RUN = 1
"""The column that tells neighbours apart, see planes.py."""
STEPS_HEAD = struct.Struct("<IIQ")
"""Of a block: the loop, the number of its first step, the running clock."""
_ROW = 4 * COLUMNS
"""Bytes."""
_TOP = 3
"""The plane of the tags' highest bytes."""


def measure(rows: list[int], began: int, start: int) -> tuple[int, int]:
    """(number of step rows, where the running clock ends) of whole rows that begin at clock ``began``."""
    steps = 0
    for at in range(0, len(rows), 5):
        tag = rows[at]
        if tag < FIRST_TAG:
            steps += 1
            began += rows[at + 1]
        elif tag == IDLE:
            began += rows[at + 1]
        elif tag == CLOCK:
            began = start + rows[at + 1] + (rows[at + 2] << 32)
    return steps, began


def repaired(rows: list[int]) -> list[int]:
    """The rows with every duration that does not fit in 32 bits moved into a row of its own before it."""
    out: list[int] = []
    for at in range(0, len(rows), 5):
        tag, run, ready, waker, node = rows[at : at + 5]
        if tag < FIRST_TAG or tag == IDLE:
            run, ready = max(run, 0), max(ready, 0)
            if run > MASK:
                out.extend((LONG_RUN, run & MASK, run >> 32, 0, 0))
                run = MASK
            if ready > MASK:
                out.extend((LONG_READY, ready & MASK, ready >> 32, 0, 0))
                ready = 0
        # A waker that far back, or a node beyond two thousand million, is unknown rather than wrong.
        out.extend((tag, run, ready, waker if 0 <= waker <= MASK else 0, node if 0 <= node <= MASK else 0))
    return out


def count_steps(data: bytes, at: int) -> int:
    """How many step rows there are among those that were packed into ``data`` at ``at``."""
    count, written = map(int, struct.unpack_from("<II", data, at))
    at += 4 + mask_size(COLUMNS)
    if not written >> _TOP & 1:
        return 0 if data[at + _TOP] == FIRST_TAG >> 24 else count
    plane = at + _ROW + count * (written & (1 << _TOP) - 1).bit_count()
    return count - data.count(FIRST_TAG >> 24, plane, plane + count)
