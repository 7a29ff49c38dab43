"""The type and message of an exception, and where it was raised, without running any code of the program."""

from __future__ import annotations

import builtins
import gc
from asyncio import CancelledError
from collections import deque
from collections.abc import Iterator
from types import CodeType
from typing import Any

from .sources import is_library

_SCALARS = (str, bytes, int, float, bool, type(None))
_LONGEST = 1000
_HEAP_TYPE = 1 << 9
"""Py_TPFLAGS_HEAPTYPE: a class made by a ``class`` statement, whose methods may be the program's own."""
_GROUPS = tuple(getattr(builtins, name) for name in ("BaseExceptionGroup", "ExceptionGroup") if hasattr(builtins, name))
_UNICODE = ("encoding", "object", "start", "end", "reason")
_FORMAT_ATTRIBUTES: dict[type[BaseException], tuple[str, ...]] = {
    OSError: ("errno", "strerror", "filename", "filename2"),
    SyntaxError: ("msg", "filename", "lineno"),
    ImportError: ("msg", "name", "path"),
    UnicodeDecodeError: _UNICODE,
    UnicodeEncodeError: _UNICODE,
    UnicodeTranslateError: _UNICODE[1:],
}
"""These format attributes, which the program may have set to anything, instead of their arguments."""
_DEEPEST_TRACEBACK = 32
_LONGEST_TRACEBACK = 2000
"""One exception that is raised again and again has all the frames it ever passed."""
_args: Any = vars(BaseException)["args"].__get__
_traceback: Any = vars(BaseException)["__traceback__"].__get__
"""Of any exception, also of a class with attributes of these names."""


def describe_exception(error: BaseException) -> tuple[str, str | None]:
    """(qualified type name, message); the message is None where only the program's own code could tell it."""
    kind = type(error)
    module = kind.__module__
    hidden = type(module) is not str or module in ("builtins", "__main__")
    name = kind.__qualname__ if hidden else f"{module}.{kind.__qualname__}"
    formatter = next((base for base in kind.__mro__ if "__str__" in base.__dict__), object)
    if formatter.__flags__ & _HEAP_TYPE:
        return name, None
    if kind not in _GROUPS and any(type(argument) not in _SCALARS for argument in _args(error)):
        return name, None
    if any(type(value) not in _SCALARS for value in _formatted(error)):
        return name, None
    try:
        return name, str(error)[:_LONGEST]
    except Exception:
        return name, None


def _formatted(error: BaseException) -> Iterator[object]:
    """The values of those attributes, by their own types' descriptors: a class below may have a property of that name."""
    for kind, slots in _FORMAT_ATTRIBUTES.items():
        if issubclass(type(error), kind):
            for slot in slots:
                yield kind.__dict__[slot].__get__(error)


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


def is_foreign(error: BaseException) -> bool:
    """Whether it comes out of code that is neither ours nor the standard library's."""
    return any(not is_library(code.co_filename) for code, _ in raised_at(error))


def cancel_message(task: Any) -> object:
    """What ``cancel`` was given. The task hands it on to its exception, which only the collector sees in a C task."""
    if task._cancel_message is not None:
        return task._cancel_message
    error = getattr(task, "_cancelled_exc", None)
    for found in (error, *gc.get_referents(task)):
        if type(found) is CancelledError:
            return found.args[0] if found.args else None
    return None
