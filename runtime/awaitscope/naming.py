"""The names of tasks, read as late as can be: before 3.13 a task is named after it is made, and programs rename tasks.

A task may end in its loop's thread while another thread writes its row. Whoever comes first puts what it says into ``_said``,
where the other finds it: ``setdefault`` is one call into C. The reference goes only when the end was said.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
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
    """``refs``: number → weak reference of each task that has not ended. ``now``: the time in the trace."""

    def __init__(self, refs: Mapping[int, weakref.ref[Any]], now: Callable[[], int]) -> None:
        self.eager: dict[int, weakref.ref[Any]] = {}
        """Tasks that ended before their creator could name them."""
        self._spare: dict[int, str] = {}  # of tasks that may be gone before their rows are written
        self._refs = refs
        self._now = now
        self._said: dict[int, str | int] = {}
        """Of live tasks whose rows are written, their names; of ended tasks whose rows are not, N of ``Task-N``."""
        self._automatic = 0  # N of the latest `Task-N`: the next is likely N + 1
        self._to_check: list[int] = []

    def keep(self, task: Any, number: int) -> None:
        """The name it has now is told if there is no other chance."""
        self._spare[number] = _name_of(task)

    def first(self, number: int, lines: list[str]) -> int:
        """For the task's row: N of ``Task-N``; 0 where the name is another, which then is in ``lines``."""
        spare = self._spare.pop(number, None) if self._spare else None
        if type(self._said.get(number)) is int:
            return self._of_ended(number, lines)
        ref = self._refs.get(number)
        task = None if ref is None else ref()
        if task is None:
            if type(self._said.get(number)) is int:  # it has ended just now
                return self._of_ended(number, lines)
            return 0 if spare is None else self._first(spare, number, lines)
        name = _get_name(task) if type(task) is _CTask else None
        if type(name) is not str:
            name = _name_of(task)
        if self._said.setdefault(number, name) is not name:  # it has ended just now
            return self._of_ended(number, lines)
        return self._first(name, number, lines)

    def _of_ended(self, number: int, lines: list[str]) -> int:
        automatic = self._said.pop(number)
        ref = self.eager.pop(number, None) if self.eager else None
        task = None if ref is None else ref()
        return self._first(_name_of(task), number, lines) if task is not None else int(automatic)

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
        """The task has ended, and is still among the references; or it is being collected. Its last name."""
        known = self._said.pop(number, None)
        name = _get_name(task) if type(task) is _CTask else None
        if type(name) is not str:
            name = _name_of(task)
        if known is None:  # its row is not written
            automatic = self._first(name, number, lines)
            known = self._said.setdefault(number, automatic)
            if known is automatic:
                return
            self._said.pop(number, None)  # it was, meanwhile
        if known != name:
            lines.append(_line(number, name, self._now()))

    def forget(self, number: int) -> None:
        """The task is gone; what was said of its end is still for its row."""
        if type(self._said.get(number)) is str:
            self._said.pop(number, None)

    def look_again(self, lines: list[str], at_once: int = _AT_ONCE) -> None:
        """From the watch thread. Tasks that wait may have been renamed: looks at some of them, next time at others."""
        if not self._to_check:
            self._to_check = list(self._said)
        numbers = self._to_check[-at_once:]
        del self._to_check[-at_once:]
        found = [(number, self._refs.get(number)) for number in numbers]
        refs = [(number, ref) for number, ref in found if ref is not None]
        now = self._now()
        for (number, _), name in zip(refs, _names_of([ref for _, ref in refs])):
            known = self._said.get(number)
            if name is not None and type(known) is str and name != known:
                self._said[number] = name
                lines.append(_line(number, name, now))
        for number, ref in found:
            if ref is None and type(self._said.get(number)) is str:  # it ended while we looked, the last time
                self._said.pop(number, None)

    def look_at_all(self, lines: list[str]) -> None:
        self._to_check.clear()
        self.look_again(lines, max(1, len(self._said)))


def _line(number: int, name: str, renamed_by: int | None = None) -> str:
    line: dict[str, object] = {"k": "name", "task": number, "name": name[:_LONGEST]}
    if renamed_by is not None:
        line["t"] = renamed_by
    return encode_json(line)


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
