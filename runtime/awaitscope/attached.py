"""The half of ``awaitscope attach`` that runs inside the traced program, wherever its main thread just was.

It answers by files: empty when all is well, else what is wrong.
"""

from __future__ import annotations

import atexit
import os
import sys
from typing import TYPE_CHECKING

from .imports import load_session_late

if TYPE_CHECKING:
    from .session import Session

NAME = __name__.rpartition(".")[0]
"""The package is loaded under a name of its own. While tracing, `sys.modules` has this module under it."""

_session: Session | None = None


def start(answer: str, out: str) -> None:
    global _session
    this = sys.modules[__name__]
    try:
        _session = load_session_late()(out, list(sys.argv))
    except Exception as error:
        if isinstance(error, OSError):
            problem = f"it cannot write the trace {out}: {error.strerror or error}"
        else:
            problem = str(error) if type(error) is RuntimeError else f"{type(error).__name__}: {error}"
        tell(answer, problem)
        return
    sys.modules[NAME] = this
    atexit.register(_finish)
    tell(answer, "")


def finish(answer: str, later: str) -> None:
    """``later``: the answer when it has to be asked for again."""
    if _session is not None and _session.recorder.is_writing:
        # Perhaps in this very thread, in the middle of which we are: it would wait for itself.
        tell(later, "")
        return
    failure = _finish()
    tell(answer, "" if failure is None else f"tracing stopped early: {failure}")


def _finish() -> str | None:
    global _session
    session, _session = _session, None
    if session is None:
        return None
    session.finish(None)
    atexit.unregister(_finish)
    sys.modules.pop(NAME, None)
    return session.failure


def tell(answer: str, text: str) -> None:
    """All at once: whoever waits for the file finds it whole."""
    with open(answer + ".part", "w", encoding="utf-8", errors="replace") as file:
        file.write(text)
    os.replace(answer + ".part", answer)
