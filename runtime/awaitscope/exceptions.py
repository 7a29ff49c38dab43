"""The type and message of an exception, and where it was raised, without running any code of the program."""

from __future__ import annotations

import builtins
from collections import deque
from types import CodeType
from typing import Any

_SCALARS = (str, bytes, int, float, bool, type(None))
_LONGEST = 1000
_HEAP_TYPE = 1 << 9
"""Py_TPFLAGS_HEAPTYPE: a class made by a ``class`` statement, whose methods may be the program's own."""
_GROUPS = tuple(getattr(builtins, name) for name in ("BaseExceptionGroup", "ExceptionGroup") if hasattr(builtins, name))
_FORMAT_ATTRIBUTES = (OSError, SyntaxError, UnicodeError, ImportError)
"""These format attributes, which the program may have set to anything, instead of their arguments."""
_DEEPEST_TRACEBACK = 32
_LONGEST_TRACEBACK = 2000
"""One exception that is raised again and again has all the frames it ever passed."""
_traceback: Any = vars(BaseException)["__traceback__"].__get__
"""Of any exception, also of a class with an attribute of this name."""


def describe_exception(error: BaseException) -> tuple[str, str | None]:
    """(qualified type name, message); the message is None where only the program's own code could tell it."""
    kind = type(error)
    module = kind.__module__
    hidden = type(module) is not str or module in ("builtins", "__main__")
    name = kind.__qualname__ if hidden else f"{module}.{kind.__qualname__}"
    formatter = next((base for base in kind.__mro__ if "__str__" in base.__dict__), object)
    if formatter.__flags__ & _HEAP_TYPE:
        return name, None
    if kind not in _GROUPS and any(type(argument) not in _SCALARS for argument in error.args):
        return name, None
    if isinstance(error, _FORMAT_ATTRIBUTES) and any(
        type(value) not in _SCALARS for value in (getattr(error, slot, None) for slot in _slots(error))
    ):
        return name, None
    try:
        return name, str(error)[:_LONGEST]
    except Exception:
        return name, None


def _slots(error: BaseException) -> tuple[str, ...]:
    if isinstance(error, OSError):
        return ("errno", "strerror", "filename", "filename2")
    if isinstance(error, SyntaxError):
        return ("msg", "filename", "lineno")
    if isinstance(error, ImportError):
        return ("msg", "name", "path")
    return ("encoding", "object", "start", "end", "reason")


def raised_at(error: BaseException) -> list[tuple[CodeType, int]]:
    """The frames that the exception passed, innermost first: code and the index of an instruction."""
    frames: deque[tuple[CodeType, int]] = deque(maxlen=_DEEPEST_TRACEBACK)
    place = _traceback(error)
    for _ in range(_LONGEST_TRACEBACK):
        if place is None:
            break
        frames.appendleft((place.tb_frame.f_code, place.tb_lasti))
        place = place.tb_next
    return list(frames)
