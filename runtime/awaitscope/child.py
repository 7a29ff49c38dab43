"""The child's side of ``awaitscope run --children``.

The child of ``out.awaitscope`` with the pid 7 writes ``out.7.awaitscope``, from its first loop on. A child that has no loop
leaves no file, and one that never imports asyncio pays nothing: so this file imports as little as it can.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .session import Session

VARIABLE = "AWAITSCOPE_PARENT"
"""PID:PATH of the nearest process above that writes a trace."""
STARTUP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "startup")
"""The folder for ``PYTHONPATH``."""
_PACKAGE = __name__.rpartition(".")[0]

_session: Session | None = None
_is_registered = False


def wait_for_asyncio() -> None:
    """From sitecustomize.py, before there is anything of the program."""
    ours = _hidden()
    if os.environ.get(VARIABLE):
        sys.meta_path.insert(0, _AsyncioFinder(ours))
        _register()


def wait_no_longer() -> None:
    """This process is traced in another way."""
    # By name: the class may be that of another copy of this file.
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != _AsyncioFinder.__name__]


def begin(session_type: type[Session]) -> None:
    """Traces this process from now on, if it is still asked to. Raises what Session does."""
    global _session
    pid, _, path = os.environ.get(VARIABLE, "").partition(":")
    if path and pid.isdecimal():
        stem, ending = os.path.splitext(path)
        own = f"{stem}.{os.getpid()}{ending}"
        parent = {"pid": int(pid), "path": path}
        _session = session_type(own, list(getattr(sys, "argv", [])), lazy=True, parent=parent)
        _register()


def _register() -> None:
    global _is_registered
    if not _is_registered:
        import atexit

        _is_registered = True
        atexit.register(_finish)


def _finish() -> None:
    if _session is not None:
        _session.finish(None)


def _hidden() -> dict[str, Any]:
    """Our modules, which the program does not find imported."""
    names = [name for name in sys.modules if name.partition(".")[0] == _PACKAGE]
    return {name: sys.modules.pop(name) for name in names}


class _AsyncioFinder:
    """Begins when the program has imported asyncio."""

    def __init__(self, ours: dict[str, Any]) -> None:
        self._ours = ours

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != "asyncio":
            return None
        wait_no_longer()
        for finder in list(sys.meta_path):
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                self._begin_after(spec.loader)
                return spec
        return None

    def _begin_after(self, loader: Any) -> None:
        def exec_module(module: Any) -> None:
            del loader.exec_module  # that of its class is back
            loader.exec_module(module)
            self._begin()

        loader.exec_module = exec_module

    def _begin(self) -> None:
        programs = _hidden()
        sys.modules.update(self._ours)
        try:
            from .imports import load_session_late

            begin(load_session_late())
        except Exception as error:
            sys.stderr.write(f"awaitscope: child process {os.getpid()} is not traced: {error}\n")
        _hidden()
        sys.modules.update(programs)
