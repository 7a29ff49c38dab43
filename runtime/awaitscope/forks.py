"""What a recording does around ``os.fork``. Registered once a process, because what is registered stays for good."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from typing import Protocol


class Forking(Protocol):
    """Who is told of forks."""

    def before_fork(self) -> None: ...
    def after_in_parent(self) -> None: ...
    def after_in_child(self) -> None: ...


def listen(listener: Forking) -> None:
    """Tells ``listener``, without keeping it alive, instead of the one before."""
    global _listener
    if _listener is _nobody and hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
    _listener = weakref.ref(listener)


def _nobody() -> Forking | None:
    return None


def _before() -> None:
    found = _listener()
    if found is not None:
        found.before_fork()


def _in_parent() -> None:
    found = _listener()
    if found is not None:
        found.after_in_parent()


def _in_child() -> None:
    found = _listener()
    if found is not None:
        found.after_in_child()


_listener: Callable[[], Forking | None] = _nobody
