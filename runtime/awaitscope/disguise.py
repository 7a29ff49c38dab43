"""Makes a method that stands in for one of asyncio's look, in tracebacks, exactly like the one it stands in for.

A line of ours whose text also occurs in the original is given the original's line and columns; the other lines get the
line of the nearest such line above. File name, function name and first line are the original's.
"""

from __future__ import annotations

import sys
from functools import cache, lru_cache
from itertools import groupby
from types import CodeType, FunctionType
from typing import Any

from .nameless import file_of

_COLUMNS = sys.version_info >= (3, 11)
_LONG_FORM = 14
_MOST_UNITS = 8


def disguise(ours: FunctionType, original: FunctionType) -> None:
    """Changes ``ours`` in place. Does nothing where the sources cannot be read."""
    key = (ours.__code__, original.__code__)
    if key not in _known:
        try:
            _known[key] = _disguised(*key)
        except (OSError, UnicodeDecodeError):
            return
    ours.__code__ = _known[key]
    ours.__module__ = original.__module__
    ours.__name__ = original.__name__
    ours.__qualname__ = original.__qualname__
    ours.__doc__ = original.__doc__
    ours.__annotations__ = dict(original.__annotations__)


def borrowed(ours: Any, original: Any) -> Any:
    """``ours``, which is the original's body and more, with the original's globals: it finds there what the original
    would find, also what a program has put in its place."""
    found = FunctionType(ours.__code__, original.__globals__, ours.__name__, original.__defaults__, ours.__closure__)
    found.__kwdefaults__ = original.__kwdefaults__
    return found


_known: dict[tuple[CodeType, CodeType], CodeType] = {}
"""A process may make many recordings, with stand-ins made anew for each; the sources are read once."""


def _disguised(ours: CodeType, original: CodeType) -> CodeType:
    first = original.co_firstlineno
    mapped = _map_lines(lines_of(ours), lines_of(original), first)
    changes: dict[str, object] = {
        "co_filename": original.co_filename,
        "co_name": original.co_name,
        "co_firstlineno": first,
        "co_linetable": (_table_with_columns if _COLUMNS else _table_of_lines)(ours, mapped, first),
    }
    if hasattr(original, "co_qualname"):
        changes["co_qualname"] = original.co_qualname
    return ours.replace(**changes)  # type: ignore[arg-type]


def _map_lines(mine: list[tuple[int, str]], theirs: list[tuple[int, str]], first: int) -> dict[int, tuple[int, int]]:
    """For each line of ours, (the original's line, how much further right that stands)."""
    by_text: dict[str, list[tuple[int, str, str]]] = {}
    before = ""
    for number, text in theirs:
        plain = _normal(text)
        by_text.setdefault(plain, []).append((number, text, before))
        before = plain
    mapped: dict[int, tuple[int, int]] = {}
    latest, shift, before = first, 0, ""
    for number, text in mine:
        plain = _normal(text)
        matches = by_text.get(plain)
        if matches is not None:
            # Of equal lines the one after an equal line, else the last: `_run_once` has one for debug mode and one not.
            line, other, _ = next((match for match in matches if match[2] == before), matches[-1])
            latest, shift = line, _indent(other) - _indent(text)
        mapped[number] = (latest, shift)
        before = plain
    return mapped


def _normal(text: str) -> str:
    return text.partition("  # type: ignore")[0].strip().replace("'", '"')


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


@lru_cache(maxsize=4)
def source_lines(path: str) -> list[str]:
    """Of asyncio's modules and ours; forgotten with ``cache_clear`` when the stand-ins are in place."""
    with open(path, encoding="utf-8") as file:
        return file.read().split("\n")


def lines_of(code: CodeType) -> list[tuple[int, str]]:
    """(number, text) of the function's lines, to the next line that is indented less than its body."""
    everything = source_lines(file_of(code.co_filename))
    first = code.co_firstlineno - 1
    indent = len(everything[first]) - len(everything[first].lstrip())
    found = [(first + 1, everything[first])]
    for number in range(first + 1, len(everything)):
        text = everything[number]
        opens = text.strip().startswith(")")  # the end of a signature over several lines
        if text.strip() and not opens and len(text) - len(text.lstrip()) <= indent:
            break
        found.append((number + 1, text))
    return found


def _table_with_columns(code: CodeType, mapped: dict[int, tuple[int, int]], first: int) -> bytes:
    """Objects/locations.md of CPython 3.11: entries of up to eight code units, here all in the long form."""
    out = bytearray()
    line = first
    for (at, end_at, col, end_col), same in groupby(code.co_positions()):  # type: ignore[attr-defined]
        at = code.co_firstlineno if at is None else at
        target, shift = mapped.get(at, (first, 0))
        # Zero says "no column": statements of ours that have no counterpart.
        where = _varint(max(0, end_at - at) if end_at is not None else 0)
        where += _varint(0 if col is None else max(0, col + shift + 1))
        where += _varint(0 if end_col is None else max(0, end_col + shift + 1))
        units = len(list(same))
        while units > 0:
            count = min(units, _MOST_UNITS)
            out.append(0x80 | _LONG_FORM << 3 | count - 1)
            out += _signed(target - line)
            out += where
            line = target
            units -= count
    return bytes(out)


def _table_of_lines(code: CodeType, mapped: dict[int, tuple[int, int]], first: int) -> bytes:
    """Objects/lnotab_notes.txt of CPython 3.10: pairs of (bytes of code, change of line)."""
    out = bytearray()
    line = first
    for start, end, at in code.co_lines():
        target = line if at is None else mapped.get(at, (first, 0))[0]
        change, line = target - line, target
        length = end - start
        while not -127 <= change <= 127:
            part = 127 if change > 0 else -127
            out += bytes((0, part & 0xFF))
            change -= part
        while length > 254:
            out += bytes((254, change & 0xFF))
            change = 0
            length -= 254
        out += bytes((length, change & 0xFF))
    return bytes(out)


@cache
def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 64:
        out.append(64 | value & 63)
        value >>= 6
    out.append(value)
    return bytes(out)


def _signed(value: int) -> bytes:
    return _varint((-value << 1) | 1 if value < 0 else value << 1)
