"""The names of tasks, read as late as can be: before 3.13 a task is named after it is made, and programs rename tasks."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .handles import PyTask
from .tracefile import encode_json

_LONGEST = 1000
_AT_ONCE = 1000
"""Names looked at again in one quiet moment: some 0.3 ms, however many tasks there are."""

_CTask: Any = asyncio.Task
_get_name: Any = asyncio.Task.get_name
_call: Any = weakref.ref.__call__


class Names:
    """``refs``: number → weak reference of each task that has not ended."""

    def __init__(self, refs: Mapping[int, weakref.ref[Any]]) -> None:
        self.eager: dict[int, weakref.ref[Any]] = {}
        """Tasks that ended before their creator could name them."""
        self._spare: dict[int, str] = {}  # of tasks that may be gone before their rows are written
        self._refs = refs
        self._known: dict[int, str] = {}  # of live tasks whose rows are written
        self._ended: dict[int, int] = {}  # of ended tasks whose rows are not: N of `Task-N`
        self._automatic = 0  # N of the latest `Task-N`: the next is likely N + 1
        self._to_check: list[int] = []

    def keep(self, task: Any, number: int) -> None:
        """The name it has now is told if there is no other chance."""
        self._spare[number] = _name_of(task)

    def first(self, number: int, lines: list[str]) -> int:
        """For the task's row: N of ``Task-N``; 0 where the name is another, which then is in ``lines``."""
        spare = self._spare.pop(number, None) if self._spare else None
        automatic = self._ended.pop(number, None)
        if automatic is not None:
            ref = self.eager.pop(number, None) if self.eager else None
            task = None if ref is None else ref()
            return automatic if task is None else self._first(_name_of(task), number, lines)
        ref = self._refs.get(number)
        task = None if ref is None else ref()
        if task is None:
            return 0 if spare is None else self._first(spare, number, lines)
        name = _get_name(task) if type(task) is _CTask else None
        if type(name) is not str:
            name = _name_of(task)
        self._known[number] = name
        return self._first(name, number, lines)

    def _first(self, name: str, number: int, lines: list[str]) -> int:
        likely = self._automatic + 1
        if name == f"Task-{likely}":
            self._automatic = likely
            return likely
        automatic = name[5:]
        if name[:5] == "Task-" and automatic.isdecimal() and automatic.isascii():
            if automatic[0] != "0" and len(automatic) < 10:
                self._automatic = int(automatic)
                return self._automatic
        lines.append(_line(number, name))
        return 0

    def end(self, task: Any, number: int, lines: list[str]) -> None:
        """The task has ended, or is being collected, and is not among the references any more: its last name."""
        known = self._known.pop(number, None)
        name = _get_name(task) if type(task) is _CTask else None
        if type(name) is not str:
            name = _name_of(task)
        if known is None:  # its row is not written
            self._ended[number] = self._first(name, number, lines)
        elif known != name:
            lines.append(_line(number, name))

    def forget(self, number: int) -> None:
        self._known.pop(number, None)

    def look_again(self, lines: list[str], at_once: int = _AT_ONCE) -> None:
        """From the watch thread. Tasks that wait may have been renamed: looks at some of them, next time at others."""
        if not self._to_check:
            self._to_check = list(self._known)
        numbers = self._to_check[-at_once:]
        del self._to_check[-at_once:]
        refs = [(number, ref) for number, ref in ((number, self._refs.get(number)) for number in numbers) if ref]
        for (number, _), name in zip(refs, _names_of([ref for _, ref in refs])):
            known = self._known.get(number)
            if name is not None and known is not None and name != known:
                self._known[number] = name
                lines.append(_line(number, name))
                if number not in self._refs:  # it has ended meanwhile
                    self._known.pop(number, None)

    def look_at_all(self, lines: list[str]) -> None:
        self._to_check.clear()
        self.look_again(lines, max(1, len(self._known)))


def _line(number: int, name: str) -> str:
    return encode_json({"k": "name", "task": number, "name": name[:_LONGEST]})


def _name_of(task: Any) -> str:
    # By asyncio's own method: a subclass may have one that is the program's.
    return _plain(PyTask.get_name(task) if issubclass(type(task), PyTask) else _get_name(task))


def _plain(name: object) -> str:
    if type(name) is str:
        return name
    return str.__str__(name) if isinstance(name, str) else ""


def _names_of(refs: Iterable[weakref.ref[Any]]) -> Iterator[str | None]:
    """None for a task that is gone, or one in pure Python.

    No task is ever held by a frame of the watch thread, where its end, which may be the program's code, must not run:
    from reference to name it is all one call into C.
    """
    names = map(_get_name, map(_call, refs))
    while True:
        try:
            yield _plain(next(names))
        except StopIteration:
            return
        except TypeError:
            yield None
