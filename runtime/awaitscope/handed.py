"""Coroutines that are handed to a loop for asyncio to make a task of them later: who did that, and from where.

``run_coroutine_threadsafe`` does so, whoever gives ``create_task`` to ``call_soon``, and Python, for an async generator that is
dropped. When the task is made nothing of the program stands below, so what did is remembered until then.
"""

from __future__ import annotations

import asyncio
import weakref
from functools import partial
from types import BuiltinMethodType, CodeType, CoroutineType, FrameType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from .handles import is_in_c, variables_of
from .running import current_task
from .tracefile import encode_json

if TYPE_CHECKING:
    from .recorder import Recorder

_DEEPEST_STACK = 64
_RUN_COROUTINE = [
    inside
    for inside in asyncio.run_coroutine_threadsafe.__code__.co_consts
    if type(inside) is CodeType and inside.co_name == "callback"
]
"""What that asks the loop to call."""

_CLOSING = "async_generator_athrow"
"""The type of ``generator.aclose()``, which has no name to import it by: what Python has made a task of when a generator is
dropped."""


class Handed:
    """Belongs to a recorder. From any thread, also while the collector runs: so places become nodes only when asked for."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.known: dict[int, list[Any]] = {}
        """id of a coroutine → task that handed it over, number of the thread (0: the loop's own), where that stood, whether it
        dropped a generator, and a reference to the handle, which keeps the coroutine: with it, the entry goes."""

    def note(self, callback: Any, args: Any, thread: int, frame: FrameType | None) -> int:
        """The key of what is handed over for ``callback`` to make a task of, 0 if nothing is. ``thread``: 0 is the loop's own."""
        coro = _coroutine(callback, args)
        if coro is None:
            return 0
        recorder = self._recorder
        places: list[tuple[CodeType, int]] = []
        while frame is not None and len(places) < _DEEPEST_STACK and not recorder.callers.is_bottom(frame.f_code):
            places.append((frame.f_code, frame.f_lasti))
            frame = frame.f_back
        number = recorder.outside.thread(thread) if thread else 0
        by = recorder.tasks.get(id(current_task()), 0)
        self.known[id(coro)] = [by, number, places, type(coro).__name__ == _CLOSING, None]
        return id(coro)

    def hold(self, key: int, handle: Any) -> None:
        """``handle``: what the loop will call. It may have done so already, in its own thread."""
        entry = self.known.get(key)
        if entry is not None:
            entry[4] = weakref.ref(handle, partial(self.known.pop, key))

    def take(self, coro: Any, number: int, creator: int) -> tuple[int, int]:
        """(creator, creating call) of a task of which no frame tells; ``creator`` as far as was known."""
        entry = self.known.pop(id(coro), None)
        if entry is None:
            return creator, 0
        by, thread, places, dropped, _ = entry
        recorder = self._recorder
        line: dict[str, object] = {"k": "created_by", "task": number}
        if thread:
            line["thread"] = thread
        if dropped:
            line["dropped"] = True
        if len(line) > 2:
            recorder.definitions.append(encode_json(line))
        return creator or by, recorder.callers.site_among(places)


def _coroutine(callback: Any, args: Any) -> Any:
    """What ``callback``, called with ``args``, makes a task of, as far as that can be told without running it."""
    kind = type(callback)
    if kind is FunctionType and callback.__code__ in _RUN_COROUTINE:
        return variables_of(callback).get("coro")
    first = args[0] if args else None
    if type(first) is CoroutineType:
        return first  # a callback of the program's own will be seen to make the task itself
    if kind is MethodType and (type(callback.__func__) is FunctionType or is_in_c(callback.__func__)):
        return first if callback.__func__.__name__ == "create_task" else None
    return first if kind is BuiltinMethodType and callback.__name__ == "create_task" else None
