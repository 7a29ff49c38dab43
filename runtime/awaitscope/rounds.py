"""Which instructions of a function run at most once a call: the reader tells calls from each other by it.

Looked up once for each function in which something has stood, never in a step.
"""

from __future__ import annotations

import opcode
import sys
from types import CodeType

_UNIT = 2
"""Bytes of an instruction, and of what jumps are counted in."""
_EXTENDED = opcode.opmap["EXTENDED_ARG"]
_BACKWARD = frozenset(number for name, number in opcode.opmap.items() if "JUMP_BACKWARD" in name)
_SEND = opcode.opmap.get("SEND", -1)
"""An await jumps back to this while it waits: that is no loop."""
_CLEANUP = opcode.opmap.get("CLEANUP_THROW", -1)
"""From here, at the end of the function, an await that was thrown into jumps back to where it would have gone on."""
_SUSPENDS = opcode.opmap["YIELD_VALUE"] if sys.version_info >= (3, 11) else opcode.opmap["YIELD_FROM"]
_ABSOLUTE = frozenset(opcode.hasjabs)
"""Python 3.10, where some of these go back."""


def runs_once(loops: list[tuple[int, int]], lasti: int) -> bool:
    """Whether none of the function's loops goes around the instruction at ``lasti``."""
    return lasti >= 0 and not any(first <= lasti <= last for first, last in loops)


def loops_of(code: CodeType) -> list[tuple[int, int]]:
    """(first, last) byte of what each jump back of the function goes over."""
    return _loops(code.co_code)


def has_one_place(code: CodeType) -> bool:
    """Whether there is but one instruction at which the function can be suspended."""
    return code.co_code[::_UNIT].count(_SUSPENDS) == 1


def _loops(text: bytes) -> list[tuple[int, int]]:
    loops: list[tuple[int, int]] = []
    extended = before = 0
    for at in range(0, len(text), _UNIT):
        operation, argument = text[at], text[at + 1] | extended
        extended = argument << 8 if operation == _EXTENDED else 0
        if operation in _BACKWARD:
            # Counted from behind the jump and its caches; without those it is a little early, which does no harm.
            first = max(0, at + _UNIT - argument * _UNIT)
            if text[first] != _SEND and before != _CLEANUP:
                loops.append((first, at))
        elif operation in _ABSOLUTE and argument * _UNIT <= at:
            loops.append((argument * _UNIT, at))
        if operation != _EXTENDED:
            before = operation
    return loops
