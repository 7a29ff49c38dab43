"""The parent's side of ``awaitscope run --children``: each child process is traced into a file of its own.

Children are asked through the environment, which they inherit: ``AWAITSCOPE_PARENT`` names the parent and its trace, and
``PYTHONPATH`` leads to startup/sitecustomize.py, which does what is in child.py.
"""

from __future__ import annotations

import os

from .child import STARTUP, VARIABLE
from .recorder import Recorder, clock
from .tracefile import encode_json, read_header

_PATH = "PYTHONPATH"
_DEAF = "IES"
"""Options with which Python does not look at its environment, or not for what it imports at its start."""
# Bound now: programs replace functions of os, in tests above all.
_stat = os.stat
_listdir = os.listdir
_getpid = os.getpid


class Children:
    """Asks the children of this process to be traced; tells in its trace of those that are."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._folder, name = os.path.split(recorder.file.path)
        stem, self._ending = os.path.splitext(name)
        self._start = stem + "."
        self._known: set[str] = set()
        self._changed: int | None = None
        self._told_of_deaf = False

    def ask(self) -> None:
        os.environ[VARIABLE] = self._us()
        rest = os.environ.get(_PATH)
        if STARTUP not in (rest or "").split(os.pathsep):
            os.environ[_PATH] = STARTUP + os.pathsep + rest if rest else STARTUP

    def ask_no_more(self) -> None:
        if os.environ.get(VARIABLE) == self._us():
            del os.environ[VARIABLE]
            rest = [entry for entry in os.environ.get(_PATH, "").split(os.pathsep) if entry != STARTUP]
            os.environ[_PATH] = os.pathsep.join(rest)
            if not os.environ[_PATH]:
                del os.environ[_PATH]

    def _us(self) -> str:
        return f"{_getpid()}:{self._recorder.file.path}"

    def started(self, words: object) -> None:
        """asyncio has started a process. One that cannot hear that it is asked is told of, once."""
        option = _deaf_option(words)
        loops = self._recorder.loops
        if option and loops and not self._told_of_deaf:
            self._told_of_deaf = True
            what = f"a child process was started with {option}, and so is not traced: Python then ignores what asks it to be"
            self._recorder.say_partial(loops[0], what)

    def look(self, again: bool = False) -> None:
        """Costs one question about the folder while no file comes or goes there. ``again``: look in any case."""
        try:
            changed = _stat(self._folder).st_mtime_ns
            if changed == self._changed and not again:
                return
            self._changed = changed
            for name in _listdir(self._folder):
                pid = name[len(self._start) : -len(self._ending)]
                if name.startswith(self._start) and name.endswith(self._ending) and pid.isdecimal():
                    if name not in self._known:
                        self._tell(name, int(pid))
        except OSError:
            pass  # the folder is gone, or not to be read

    def _tell(self, name: str, pid: int) -> None:
        path = os.path.join(self._folder, name)
        header = read_header(path)
        if header is None:
            self._changed = None  # just being made
        elif header.get("parent") == {"pid": _getpid(), "path": self._recorder.file.path}:
            self._known.add(name)
            now = clock() - self._recorder.start
            began = header.get("monotonic_start")  # by the same clock, where it is the system's
            at = began - self._recorder.start if isinstance(began, int) else now
            line = {"k": "child", "pid": pid, "path": path, "t": at if 0 <= at <= now else now}
            self._recorder.definitions.append(encode_json(line))


def _deaf_option(words: object) -> str:
    """The option of a Python that is started so; empty if it is none."""
    if not isinstance(words, (list, tuple)) or any(type(word) is not str for word in words) or not words:
        return ""
    if not os.path.basename(words[0]).lower().startswith("python"):
        return ""
    for word in words[1:]:
        if word[:1] != "-" or word[1:2] in ("", "-", "c", "m"):
            break  # what is to run
        if word[1:2] in "WX":
            continue  # the rest is its value
        if any(letter in _DEAF for letter in word[1:]):
            return str(word)
    return ""
