"""Puts our stand-ins into asyncio's ``BaseEventLoop`` and takes them out again.

The methods are replaced on the base class, not on a loop of ours: the program keeps its loops, policies, factories and
classes, and loops that exist already are traced too. Loops that do not inherit from ``BaseEventLoop`` are not traced.
"""

from __future__ import annotations

from asyncio.base_events import BaseEventLoop
from typing import Any

from . import active
from .asking import _call_soon, call_soon
from .disguise import disguise
from .eager import set_task_factory, unwatch_factories
from .recorder import Recorder
from .stepping import _run_once

_STAND_INS: dict[str, Any] = {
    "_run_once": _run_once,
    "call_soon": call_soon,
    "_call_soon": _call_soon,
    "set_task_factory": set_task_factory,
}
_originals: dict[str, Any] = {}


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
    recorder.bottom_code = _run_once.__code__


def uninstall() -> None:
    """Puts everything back; loops that are running go on with asyncio's own methods."""
    recorder = active.end()
    if recorder is None:
        return
    for name, original in _originals.items():
        setattr(BaseEventLoop, name, original)
    unwatch_factories()
    for record in recorder.loops:
        loop = record.loop()
        if loop is not None:
            # Not through __dict__: making that dictionary slows every attribute of the loop down for good.
            try:
                del loop._awaitscope
            except AttributeError:
                pass
    del BaseEventLoop._awaitscope  # type: ignore[attr-defined]
