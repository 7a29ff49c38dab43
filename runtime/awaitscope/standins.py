"""Puts stand-ins for asyncio's functions in their places, and the originals back.

What is replaced are names that asyncio itself looks up when it runs (methods, globals of its modules), so that it does
not matter by which name a program calls gather, wait and the like, nor when it imported them.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from . import active
from .disguise import disguise

_MISSING = object()
_replaced: list[tuple[Any, str, object, object]] = []


def replace(owner: Any, name: str, ours: Any) -> None:
    """``owner``: a class or module. A name that it lacks is added: a module's global may come before a built-in."""
    original = vars(owner).get(name, _MISSING)
    if isinstance(original, FunctionType):
        disguise(ours, original)
    _replaced.append((owner, name, original, ours))
    setattr(owner, name, ours)


def restore() -> None:
    """Puts everything back, the latest first; but not over what the program has put there."""
    while _replaced:
        owner, name, original, ours = _replaced.pop()
        if vars(owner).get(name) is not ours:
            continue
        if original is _MISSING:
            delattr(owner, name)
        else:
            setattr(owner, name, original)


def guarded(note: Callable[..., object]) -> Callable[..., None]:
    """``note``, called by a stand-in. A fault of ours ends the recording; after that, nothing is noted."""

    def safely(*args: Any) -> None:
        if active.recorder is not None:
            try:
                note(*args)
            except Exception as error:
                active.give_up(error)

    return safely
