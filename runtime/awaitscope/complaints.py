"""Stand-ins for the functions by which asyncio and Python complain that something ended unnoticed; see endings.py.

They have the original's body and its globals: no frame of ours is between the program and whoever it asked to be told.
"""

from __future__ import annotations

import sys
import warnings
from asyncio.base_events import BaseEventLoop, logger  # type: ignore[attr-defined]
from collections.abc import Callable
from types import FrameType
from typing import Any

from .disguise import borrowed
from .nameless import is_ours
from .recorder import Recorder
from .standins import guarded, replace

_HANDLERS_HAVE_CONTEXT = sys.version_info >= (3, 12)


def _handler(original: Any, note: Callable[[object], None]) -> Any:
    has_context = _HANDLERS_HAVE_CONTEXT

    # Lib/asyncio/base_events.py; before 3.12 without the context.
    def call_exception_handler(self: Any, context: Any) -> None:
        note(context)
        if self._exception_handler is None:
            try:
                self.default_exception_handler(context)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException:
                logger.error("Exception in default exception handler", exc_info=True)
        else:
            try:
                ctx = None
                if has_context:
                    thing = context.get("task")
                    if thing is None:
                        thing = context.get("future")
                    if thing is None:
                        thing = context.get("handle")
                    if thing is not None and hasattr(thing, "get_context"):
                        ctx = thing.get_context()
                if ctx is not None and hasattr(ctx, "run"):
                    ctx.run(self._exception_handler, self, context)
                else:
                    self._exception_handler(self, context)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as exc:
                try:
                    # fmt: off
                    self.default_exception_handler({
                        "message": "Unhandled error in exception handler",
                        "exception": exc,
                        "context": context,
                    })
                    # fmt: on
                except (SystemExit, KeyboardInterrupt):
                    raise
                except BaseException:
                    logger.error(
                        "Exception in default exception handler "
                        "while handling an unexpected error "
                        "in custom exception handler",
                        exc_info=True,
                    )

    return borrowed(call_exception_handler, original)


def _warning(original: Any, note: Callable[[object, FrameType], None]) -> Any:
    current_frame, ours = sys._getframe, is_ours
    by_module = "_wm" in original.__globals__

    # Lib/warnings.py, from 3.14 on Lib/_py_warnings.py; called from C by _PyErr_WarnUnawaitedCoroutine.
    def _warn_unawaited_coroutine(coro: Any) -> None:
        note(coro, current_frame(1))
        # fmt: off
        msg_lines = [
            f"coroutine '{coro.__qualname__}' was never awaited\n"
        ]
        # fmt: on
        if coro.cr_origin is not None:
            import linecache, traceback  # noqa: E401, I001

            def extract() -> Any:
                for filename, lineno, funcname in reversed(coro.cr_origin):
                    if ours(filename):
                        continue  # the frames that run the program
                    line = linecache.getline(filename, lineno)
                    yield (filename, lineno, funcname, line)

            msg_lines.append("Coroutine created at (most recent call last)\n")
            msg_lines += traceback.format_list(list(extract()))
        msg = "".join(msg_lines).rstrip("\n")
        if by_module:
            # fmt: off
            _wm.warn(
                msg, category=RuntimeWarning, stacklevel=2, source=coro
            )
            # fmt: on
        else:
            warn(msg, category=RuntimeWarning, stacklevel=2, source=coro)

    return borrowed(_warn_unawaited_coroutine, original)


_wm: Any = warnings
warn = warnings.warn
"""The stand-in finds these names in the original's globals."""


def install(recorder: Recorder) -> None:
    """Taken out again with all other stand-ins."""
    endings = recorder.endings
    original: Any = BaseEventLoop.call_exception_handler
    replace(BaseEventLoop, "call_exception_handler", _handler(original, guarded(endings.complained)))
    original = getattr(warnings, "_warn_unawaited_coroutine", None)
    if original is not None:
        replace(warnings, "_warn_unawaited_coroutine", _warning(original, guarded(endings.dropped)))
