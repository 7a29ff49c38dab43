"""Puts our stand-ins into asyncio's ``BaseEventLoop`` and takes them out again.

The methods are replaced on the base class, not on a loop of ours: the program keeps its loops, policies, factories and
classes, and loops that exist already are traced too. For loops that do not inherit from ``BaseEventLoop`` see foreign.py.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from asyncio.base_events import BaseEventLoop
from typing import Any

from . import active, foreign
from .asking import _add_callback, _call_soon, call_soon
from .disguise import disguise
from .eager import is_running, set_task_factory, unwatch_factories
from .recorder import Recorder
from .stepping import _run_once

_STAND_INS: dict[str, Any] = {
    "_run_once": _run_once,
    "call_soon": call_soon,
    "_call_soon": _call_soon,
    "_add_callback": _add_callback,
    "set_task_factory": set_task_factory,
}
if sys.version_info >= (3, 12):
    _STAND_INS["is_running"] = is_running
_originals: dict[str, Any] = {}


def is_installed() -> bool:
    """Whether stand-ins of ours are in place: also those of another copy of this package, under whatever name."""
    module = BaseEventLoop.__dict__["_run_once"].__globals__.get("__name__")
    return isinstance(module, str) and module.startswith("awaitscope")


def install(recorder: Recorder) -> None:
    """One recorder at a time."""
    active.begin(recorder, uninstall)
    for name, ours in _STAND_INS.items():
        original = BaseEventLoop.__dict__[name]
        if name not in _originals:
            disguise(ours, original)
        _originals[name] = original
        setattr(BaseEventLoop, name, ours)
    BaseEventLoop._awaitscope = None  # type: ignore[attr-defined]
    recorder.callers.bottoms[id(_run_once.__code__)] = _run_once.__code__
    foreign.install()


def uninstall() -> None:
    """Puts everything back; loops that are running go on with asyncio's own methods."""
    recorder = active.end()
    if recorder is None:
        return
    for name, original in _originals.items():
        setattr(BaseEventLoop, name, original)
    unwatch_factories()
    foreign.uninstall()
    elsewhere = False
    for record in recorder.loops:
        loop = record.loop()
        if loop is not None:
            elsewhere = elsewhere or getattr(loop, "_thread_id", None) not in (None, get_ident())
            # Not through __dict__: making that dictionary slows every attribute of the loop down for good.
            try:
                del loop._awaitscope
            except AttributeError:
                pass
    if not elsewhere:  # a loop in another thread may just have called one of ours, which will look for it
        del BaseEventLoop._awaitscope  # type: ignore[attr-defined]
