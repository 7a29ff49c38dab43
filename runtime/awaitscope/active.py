"""The recording that is going on in this process, and the two things anyone may ask of it."""

from __future__ import annotations

from asyncio.base_events import BaseEventLoop
from collections.abc import Callable
from typing import Any

from .exceptions import is_foreign
from .handles import OWN_CONTEXT
from .recorder import LoopRecorder, Recorder


def _nothing() -> None: ...


_SEEN_THROUGH = ("_run_once", "call_soon")

recorder: Recorder | None = None
uninstall: Callable[[], None] = _nothing


def begin(new: Recorder, stop: Callable[[], None]) -> None:
    """``stop`` takes our stand-ins out of asyncio."""
    global recorder, uninstall
    recorder, uninstall = new, stop


def end() -> Recorder | None:
    """What was going on, which now is not."""
    global recorder, uninstall
    ended, recorder, uninstall = recorder, None, _nothing
    return ended


def attach(loop: Any) -> LoopRecorder | None:
    """The recording of a loop that has none yet; None when recording has ended."""
    if recorder is None:
        return None
    partial = own_ways(type(loop))
    found = recorder.add_loop(loop, loop._debug is True, partial)
    if partial is None:  # else frames of the program's refer to it, too
        found.own_context = OWN_CONTEXT
    loop._awaitscope = found
    recorder.loop_seen(found, loop)
    return found


def own_ways(kind: type) -> str | None:
    """What a loop class does in its own way, as far as we stand in for it; it may call asyncio's, or not."""
    own = [
        name for name in _SEEN_THROUGH if next(it for it in kind.__mro__ if name in it.__dict__) is not BaseEventLoop
    ]
    if not own:
        return None
    name = f"{kind.__module__}.{kind.__qualname__}"
    return f"{name} has its own {' and '.join(own)}: what it does there without asyncio's is not seen"


def give_up(error: BaseException) -> None:
    """A fault of ours: the program goes on without us, and is told at its end.

    Raises ``error`` again if it is not ours, but of a handler of the program's for a signal that came just now.
    """
    ended = recorder
    if type(error) is RecursionError and ended is not None:
        # The program has used up its stack, and will soon notice that itself. There may be no room for one more call here.
        ended.missed += 1
        return
    if is_foreign(error):
        raise error
    if ended is not None:
        uninstall()
        ended.fail(error)
