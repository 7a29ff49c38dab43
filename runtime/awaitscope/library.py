"""``awaitscope.trace``: records a part of a program that imports us.

    with awaitscope.trace("out.awaitscope"):
        asyncio.run(main())

It may also stand inside a coroutine: the loop and its tasks are then older than the recording (older.py).
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # importing this costs a program next to nothing
if TYPE_CHECKING:
    from types import TracebackType

    from .session import Session


class trace:
    """Records everything that asyncio does in this process between ``__enter__`` and ``__exit__``.

    Raises OSError when the file cannot be made, RuntimeError when the process is being traced already or cannot be.
    Exceptions of the block pass through. One object may be used several times; the file is then written anew.
    """

    path: str
    """The absolute path of the file. By default it is named like the program: ``server.awaitscope``."""

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path = os.path.abspath(_default_name() if path is None else path)
        self._session: Session | None = None
        self._failure: str | None = None

    @property
    def failure(self) -> str | None:
        """Why recording stopped before the block did: a full disk, a fault of ours. None while all is well."""
        return self._failure if self._session is None else self._session.failure

    def __enter__(self) -> trace:
        # Not with this module: importing it must not import asyncio.
        from .session import Session

        self._session = Session(self.path, list(sys.argv))
        self._failure = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.finish(None)
            self._failure = session.failure


def _default_name() -> str:
    program = sys.argv[0] if sys.argv else ""
    stem = os.path.splitext(os.path.basename(program))[0]
    if stem == "__main__":  # python -m PACKAGE
        stem = os.path.basename(os.path.dirname(program))
    return (stem if stem not in ("", "-c", "-m", "-") else "trace") + ".awaitscope"
