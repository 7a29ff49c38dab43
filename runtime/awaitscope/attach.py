"""``awaitscope attach PID``: traces a program that runs already, by ``sys.remote_exec`` of Python 3.14.

Two little scripts are run by the program's main thread, one to start and one to finish; what they call is in attached.py.
A script must stay in its place until it is run: of a missing one, the program would complain.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__))
_PERIOD_S = 0.05
_SOON_S = 3.0
"""A program that runs any Python code comes to a script much sooner; after that, we say what we are waiting for."""
_PATIENCE_S = 60.0

_SCRIPT = """\
def order(name, runtime, answer, out, ours):
    import os, sys
    try:
        {body}
    except Exception as error:
        with open(answer + ".part", "w") as file:
            file.write(type(error).__name__ + ": " + str(error))
        os.replace(answer + ".part", answer)
    finally:
        {after}
order({name!r}, {runtime!r}, {answer!r}, {out!r}, {ours!r})
"""
_START = """\
if name in sys.modules:
            sys.modules[name].tell(answer, "it is being traced already")
        else:
            from importlib import import_module, util
            place = os.path.join(runtime, "__init__.py")
            spec = util.spec_from_file_location(name, place, submodule_search_locations=[runtime])
            sys.modules[name] = util.module_from_spec(spec)
            spec.loader.exec_module(sys.modules[name])
            import_module(name + ".attached").start(answer, out)"""
_FINISH = "sys.modules[name].finish(answer, answer + '-later')"
_REMOVE = """\
for entry in os.listdir(ours):
            os.remove(os.path.join(ours, entry))
        os.rmdir(ours)"""


class CannotAttach(Exception):
    """Says why, and what to do."""


def main(pid: int, out: str, seconds: float | None) -> int:
    """The exit code. ``seconds``: how long to trace; None: until Ctrl+C or the end of the program."""
    try:
        _check(pid)
        attachment = _Attachment(pid, os.path.abspath(out))
        try:
            attachment.start()
            try:
                until = "Ctrl+C ends it" if seconds is None else f"for {seconds:g} s"
                _tell(f"tracing process {pid} into {out}; {until}.")
                attachment.wait(seconds)
            except KeyboardInterrupt:
                pass
            attachment.finish()
        finally:
            attachment.clean_up()
    except CannotAttach as error:
        _tell(str(error))
        return 1
    return 0


def _check(pid: int) -> None:
    if not hasattr(sys, "remote_exec"):
        version = ".".join(map(str, sys.version_info[:2]))
        raise CannotAttach(
            f"attaching needs Python 3.14 or newer, for the program and for this command, which runs on {version}."
        )
    if not _is_running(pid):
        raise CannotAttach(f"there is no process {pid}.")


class _Attachment:
    def __init__(self, pid: int, out: str) -> None:
        self._pid = pid
        self._out = out
        self._folder = tempfile.mkdtemp(prefix="awaitscope-attach-")  # readable by nobody else
        _give_to(pid, self._folder)
        self._pending = ""
        """The body of a script that is still to be run."""

    def start(self) -> None:
        try:
            self._order(_START)
        except KeyboardInterrupt:
            raise CannotAttach(f"given up: process {self._pid} is not traced.") from None

    def wait(self, seconds: float | None) -> None:
        until = None if seconds is None else time.monotonic() + seconds
        while _is_running(self._pid) and (until is None or time.monotonic() < until):
            time.sleep(_PERIOD_S)

    def finish(self) -> None:
        if _is_running(self._pid):  # else it has written the end itself
            try:
                self._order(_FINISH)
            except KeyboardInterrupt:
                raise CannotAttach(f"given up: tracing ends when process {self._pid} runs Python code.") from None

    def clean_up(self) -> None:
        """Leaves nothing but a script that is still to be run, and then removes itself."""
        if not self._pending or not _is_running(self._pid):
            shutil.rmtree(self._folder, ignore_errors=True)
        else:
            self._write("pass" if self._pending is _START else self._pending, _REMOVE)

    def _order(self, body: str) -> None:
        self._send(body)
        answer = self._answer(body)
        began = time.monotonic()
        said = False
        while not os.path.exists(answer):
            if os.path.exists(answer + "-later"):
                os.remove(answer + "-later")
                self._send(body)
            if not _is_running(self._pid):
                self._pending = ""
                if body is _START:
                    raise CannotAttach(f"process {self._pid} has ended before it could be traced.")
                return
            waited = time.monotonic() - began
            if waited > _PATIENCE_S:
                raise CannotAttach(f"process {self._pid} still runs no Python code in its main thread; given up.")
            if waited > _SOON_S and not said:
                said = True
                _tell(
                    f"waiting for process {self._pid}, which has run no Python code in its main thread for {_SOON_S:g} s: "
                    "it is idle, blocked, or was started with -X disable_remote_debug. Ctrl+C gives up."
                )
            time.sleep(_PERIOD_S)
        self._pending = ""
        with open(answer, encoding="utf-8") as file:
            problem = file.read()
        if problem:
            raise CannotAttach(f"process {self._pid}: {problem}.")

    def _send(self, body: str) -> None:
        script = self._write(body, "pass")
        try:
            sys.remote_exec(self._pid, script)  # type: ignore[attr-defined]
        except PermissionError:
            raise CannotAttach(
                f"no permission to attach to process {self._pid}: it must be yours, and the system may ask for more "
                "(Linux: sudo, CAP_SYS_PTRACE, or kernel.yama.ptrace_scope=0; macOS: sudo)."
            ) from None
        except (OSError, RuntimeError) as error:
            raise CannotAttach(
                f"cannot attach to process {self._pid}: {error}. It must run Python "
                f"{'.'.join(map(str, sys.version_info[:2]))}, as this command does, with remote debugging enabled."
            ) from None
        self._pending = body

    def _write(self, body: str, after: str) -> str:
        """Made elsewhere and then moved: it may be read at any moment."""
        path = os.path.join(self._folder, "start.py" if body in (_START, "pass") else "finish.py")
        text = _SCRIPT.format(
            body=body,
            after=after,
            name="awaitscope_attached",
            runtime=_HERE,
            answer=self._answer(body),
            out=self._out,
            ours=self._folder,
        )
        with open(path + ".part", "w", encoding="utf-8") as file:
            file.write(text)
        _give_to(self._pid, path + ".part")
        os.replace(path + ".part", path)
        return path

    def _answer(self, body: str) -> str:
        return os.path.join(self._folder, "started" if body is _START else "finished")


def _give_to(pid: int, path: str) -> None:
    """Root may trace anybody's program, which then must be able to read the script and to answer."""
    if sys.platform == "linux" and os.geteuid() == 0:
        try:
            owner = os.stat(f"/proc/{pid}")
            os.chown(path, owner.st_uid, owner.st_gid)
        except OSError:
            pass  # it has ended; noticed soon


def _is_running(pid: int) -> bool:
    if sys.platform == "win32":
        return _is_running_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] != b"Z"  # ended, and nobody has asked how
    except OSError:
        return True


def _is_running_on_windows(pid: int) -> bool:
    import ctypes

    synchronize, timed_out = 0x00100000, 0x102
    kernel: Any = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    handle = kernel.OpenProcess(synchronize, False, pid)
    if not handle:
        return False
    ended = kernel.WaitForSingleObject(handle, 0) != timed_out
    kernel.CloseHandle(handle)
    return not ended


def _tell(message: str) -> None:
    sys.stderr.write(f"awaitscope: {message}\n")
    sys.stderr.flush()
