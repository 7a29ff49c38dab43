"""Runs a program as ``python FILE`` or ``python -m MODULE`` would, with a recording around it.

The interpreter itself ends the program: exceptions leave this module and Python prints them, sets its exit code and
shuts down as always. Only the frames that are ours are taken out of the traceback first.
"""

from __future__ import annotations

import atexit
import builtins
import os
import signal
import sys
from types import ModuleType, TracebackType
from typing import Any, NoReturn

from .child import wait_no_longer
from .imports import Shadowed, is_free_threaded, load_session
from .nameless import is_ours

_HERE = os.path.dirname(os.path.abspath(__file__))
_NO_FILE = 2
"""Python's own exit code when the file cannot be opened."""


def run(
    target: str,
    is_module: bool,
    arguments: list[str],
    out: str,
    original_prefix: list[str],
    children: bool,
    limit: int | None,
) -> None:
    """Returns or raises as the program does. ``out`` is the trace file. ``original_prefix``: the interpreter and its options.

    ``children``: trace child processes too. ``limit``: bytes of the trace, where not the usual ones.
    """
    main = ModuleType("__main__")
    main.__dict__["__builtins__"] = builtins
    if sys.version_info < (3, 14):
        main.__dict__.update(__annotations__={})
    named = ["-m", target] if is_module else [target]
    sys.orig_argv = [*original_prefix, *named, *arguments]
    if sys.path and os.path.abspath(sys.path[0]) == _HERE:
        del sys.path[0]
    first_path = _first_path(target, is_module)
    sys.argv = ["-m" if is_module else target, *arguments]
    filename = os.path.join(os.getcwd(), target)
    is_bundle = not is_module and (os.path.isdir(filename) or _is_zip(filename))
    source = None if is_module or is_bundle else _read(filename)

    exit_codes = _start(out, [*named, *arguments], first_path, children, limit)
    if first_path is not None:
        sys.path.insert(0, first_path)
    sys.modules["__main__"] = main
    try:
        if is_module or is_bundle:
            import runpy

            name = target if is_module else "__main__"
            runpy._run_module_as_main(name, is_module)  # type: ignore[attr-defined]
        else:
            assert source is not None
            _fill(main, filename)
            # Not in a function of ours: nothing of this frame may be seen from the program's.
            exec(compile(source, filename, "exec", dont_inherit=True), main.__dict__)
    except SystemExit as error:
        exit_codes.append(_exit_code(error.code))
        # One of our own: a task may hold the program's, and print its traceback when it goes.
        error.__traceback__ = _after_ours(error.__traceback__)
        raise SystemExit(error.code) from None
    except BaseException as error:
        exit_codes.append(128 + signal.SIGINT if isinstance(error, KeyboardInterrupt) else 1)
        _hide_our_frames()
        raise


def _start(out: str, argv: list[str], first_path: str | None, children: bool, limit: int | None) -> list[int]:
    """Starts the recording. What is appended to the list returned is the exit code."""
    wait_no_longer()  # we may be a child of a traced program
    exit_codes: list[int] = []
    if is_free_threaded():
        _tell("free-threaded Python cannot be traced yet, other builds can. The program runs without being traced.")
        return exit_codes
    try:
        session_type = load_session(first_path)
        session = session_type(out, argv, children=children, limit=limit)
    except Shadowed as error:
        _tell(f"cannot trace here: {error}. The program runs without being traced.")
        return exit_codes
    except OSError as error:
        _tell(f"cannot write the trace {out}: {error.strerror or error}. The program runs without being traced.")
        return exit_codes
    except Exception as error:
        _tell(f"cannot trace here: {type(error).__name__}: {error}. The program runs without being traced.")
        return exit_codes

    def finish() -> None:
        session.finish(exit_codes[0] if exit_codes else 0)
        if session.failure is not None:
            kept = session.recorder.file.size
            _tell(f"tracing stopped early: {session.failure}. The first {kept:,} bytes are kept in {out}.")

    # Registered first, so called last: what the program does at exit is still recorded.
    atexit.register(finish)
    return exit_codes


def _tell(message: str) -> None:
    try:
        os.write(2, f"awaitscope: {message}\n".encode())
    except OSError:
        pass


def _first_path(target: str, is_module: bool) -> str | None:
    """What Python would put first on ``sys.path``; None with -P or -I."""
    if getattr(sys.flags, "safe_path", False) or sys.flags.isolated:
        if is_module or not os.path.isdir(target):
            return None
    if is_module:
        return os.getcwd()
    if os.path.isdir(target) or _is_zip(target):
        return os.path.abspath(target)
    return os.path.dirname(os.path.realpath(target))


def _is_zip(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            if file.read(2) == b"#!":
                import zipfile

                return zipfile.is_zipfile(path)
            file.seek(0)
            return file.read(4) == b"PK\x03\x04"
    except OSError:
        return False


def _read(filename: str) -> bytes:
    try:
        with open(filename, "rb") as file:
            return file.read()
    except OSError as error:
        sys.stderr.write(f"{sys.executable}: can't open file {filename!r}: [Errno {error.errno}] {error.strerror}\n")
        _leave(_NO_FILE)


def _leave(code: int) -> NoReturn:
    raise SystemExit(code)


def _fill(main: ModuleType, filename: str) -> None:
    from importlib.machinery import SourceFileLoader

    loader: Any = SourceFileLoader("__main__", filename)
    main.__dict__.update(__file__=filename, __loader__=loader)
    if sys.version_info < (3, 15):
        main.__dict__["__cached__"] = None


def _exit_code(code: object) -> int:
    if code is None:
        return 0
    return code & 0xFF if isinstance(code, int) else 1


def _hide_our_frames() -> None:
    """The interpreter prints the exception through ``sys.excepthook``, whoever set it; hand it a traceback without us."""
    hook = sys.excepthook

    def excepthook(kind: type[BaseException], value: BaseException, traceback: TracebackType | None) -> None:
        traceback = _after_ours(traceback)
        value.__traceback__ = traceback
        sys.last_traceback = traceback
        sys.excepthook = hook
        hook(kind, value, traceback)

    sys.excepthook = excepthook


def _after_ours(traceback: TracebackType | None) -> TracebackType | None:
    """What follows our frames; before them are those of ``runpy``, by which Python ran us."""
    place = traceback
    while place is not None and not _is_ours(place):
        place = place.tb_next
    if place is None:
        return traceback
    while place is not None and _is_ours(place):
        place = place.tb_next
    return place


def _is_ours(place: TracebackType) -> bool:
    return is_ours(place.tb_frame.f_code.co_filename)
