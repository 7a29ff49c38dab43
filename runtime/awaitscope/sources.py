"""Source files as the trace names them: path, whose code it is, its hash, and columns in UTF-16 units."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from itertools import islice
from types import CodeType

from .nameless import is_ours

_PACKAGE_FOLDERS = frozenset({"site-packages", "dist-packages"})
_STDLIB = os.path.dirname(os.path.realpath(os.__file__))
_ASYNCIO = os.path.dirname(os.path.realpath(asyncio.__file__))
_HERE = os.path.dirname(os.path.realpath(__file__))


class Source:
    """One source file. ``user`` is False for the standard library, installed packages and code without a file."""

    __slots__ = ("_lines", "id", "is_asyncio", "path", "sha256", "user")

    def __init__(self, number: int, path: str) -> None:
        self.id = number
        self.path = path = _installed(path) or path
        real = os.path.realpath(path)
        folder = os.path.dirname(real)
        self.is_asyncio = folder == _ASYNCIO or folder == _HERE or is_ours(path)
        self.user = not path.startswith("<") and not _is_library(real)
        self.sha256: str | None = None
        self._lines: list[bytes] | None = None
        if self.user:
            self._read()

    def _read(self) -> None:
        try:
            with open(self.path, "rb") as file:
                data = file.read()
        except OSError:
            self.user = os.path.splitext(self.path)[1] in (".py", ".pyw")
            return
        self.sha256 = hashlib.sha256(data).hexdigest()
        self._lines = data.splitlines()

    def _line(self, line: int) -> bytes | None:
        return self._lines[line - 1] if self._lines is not None and 0 < line <= len(self._lines) else None

    def utf16_column(self, line: int, column: int) -> int:
        """``line`` from 1; ``column`` in bytes of UTF-8, as code objects count. Returns UTF-16 units."""
        text = self._line(line)
        if text is None or text.isascii():
            return column
        return len(text[:column].decode("utf-8", "replace").encode("utf-16-le")) // 2

    def end_of_head(self, line: int, column: int) -> int | None:
        """Where the first line of an ``async with``, ``async for`` or ``for`` that starts here ends, in bytes; else None.

        Leaving the block, or taking the next item, counts for the whole statement in the code object; people look for it at its head.
        """
        text = self._line(line)
        if text is None or not text[column:].startswith((b"async with", b"async for", b"for ")):
            return None
        return len(text.rstrip())


def asyncio_module(path: str) -> str:
    """``locks`` for asyncio's own ``locks.py``, ``uvloop`` for uvloop's; empty for other files."""
    known = _modules.get(path)
    if known is None:
        folder, name = os.path.split(path)
        known = _modules[path] = os.path.splitext(name)[0] if os.path.realpath(folder) == _ASYNCIO else ""
    return known


_modules: dict[str, str] = {"uvloop/loop.pyx": "uvloop"}


def is_library(path: str) -> bool:
    """Whether it is the standard library's, or ours; not an installed package's."""
    if is_ours(path) or path.startswith("<frozen "):
        return True
    real = os.path.realpath(path)
    return real.startswith(_STDLIB + os.sep) and _PACKAGE_FOLDERS.isdisjoint(real.split(os.sep))


def _is_library(real_path: str) -> bool:
    if real_path.startswith((_STDLIB + os.sep, _HERE + os.sep)):
        return True
    return not _PACKAGE_FOLDERS.isdisjoint(real_path.split(os.sep))


def _installed(path: str) -> str | None:
    """The file of an installed package, where its code has been compiled and names it from the folder of packages on (Cython)."""
    if os.path.isabs(path) or not path.endswith(".py") or os.path.exists(path):
        return None
    for folder in sys.path:
        if isinstance(folder, str) and not _PACKAGE_FOLDERS.isdisjoint(folder.split(os.sep)):
            full = os.path.join(folder, path)
            if os.path.exists(full):
                return full
    return None


class Position:
    """A range in a source file; columns are None before Python 3.11."""

    __slots__ = ("col", "end_col", "end_line", "line")

    def __init__(self, line: int, end_line: int | None, col: int | None, end_col: int | None) -> None:
        self.line = line
        self.end_line = end_line
        self.col = col
        self.end_col = end_col


_Range = tuple["int | None", "int | None", "int | None", "int | None"]
_FAR = 2_000
"""Instructions that are walked over again and again; beyond them it is remembered what stands where."""


class Ranges:
    """Where the instructions of a function stand: Python tells it only from the first one on."""

    __slots__ = ("_code", "_known", "_starts")

    def __init__(self, code: CodeType) -> None:
        self._code = code
        self._starts: list[int] = []
        self._known: list[_Range] = []

    def at(self, index: int) -> _Range | None:
        """By the index of the instruction, with columns (3.11)."""
        if index <= _FAR:
            return next(islice(self._code.co_positions(), index, None), None)  # type: ignore[attr-defined]
        if not self._known:
            for i, here in enumerate(self._code.co_positions()):  # type: ignore[attr-defined]
                self._add(i, here)
        return self._find(index)

    def line_at(self, lasti: int) -> int | None:
        """By its byte, before 3.11."""
        if not self._known:
            for start, _, line in self._code.co_lines():
                self._add(start, (line, None, None, None))
        return self._find(lasti)[0]

    def _add(self, start: int, here: _Range) -> None:
        if not self._known or here != self._known[-1]:
            self._starts.append(start)
            self._known.append(here)

    def _find(self, at: int) -> _Range:
        low, high = 0, len(self._starts)
        while high - low > 1:
            middle = (low + high) // 2
            if self._starts[middle] <= at:
                low = middle
            else:
                high = middle
        return self._known[low] if self._known else (None, None, None, None)


def position_of(code: CodeType, lasti: int, source: Source | None, ranges: Ranges) -> Position:
    """Where the instruction at ``lasti`` (bytes) stands in the source. Never raises; falls back to the ``def`` line."""
    if lasti >= 0:
        if hasattr(code, "co_positions"):  # 3.11
            line, end_line, col, end_col = ranges.at(lasti // 2) or (None, None, None, None)
            if line is not None:
                if end_line is None or col is None or end_col is None:
                    return Position(line, None, None, None)
                if source is not None:
                    head = source.end_of_head(line, col) if end_line > line else None
                    if head is not None:
                        end_line, end_col = line, head
                    col = source.utf16_column(line, col)
                    end_col = source.utf16_column(end_line, end_col)
                return Position(line, end_line, col, end_col)
        else:
            line = ranges.line_at(lasti)
            if line is not None:
                return Position(line, None, None, None)
    return Position(code.co_firstlineno, None, None, None)
