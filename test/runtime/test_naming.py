"""The names of tasks whose ends meet the writing of their rows: the thread that writes is not the loop's."""

from __future__ import annotations

import asyncio
import json
import sys
import unittest
import weakref
from typing import Any

from running import ROOT

sys.path.insert(0, str(ROOT / "runtime"))

from awaitscope.naming import Names


class Refs(dict):
    """Lets something happen before or after the next reference is read, as if in another thread."""

    before: Any = None
    after: Any = None

    def get(self, number: int, default: Any = None) -> Any:
        before, self.before = self.before, None
        if before is not None:
            before()
        found = super().get(number, default)
        after, self.after = self.after, None
        if after is not None:
            after()
        return found


class Naming(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        self.task = asyncio.create_task(asyncio.sleep(0), name="the worker")
        self.refs = Refs({1: weakref.ref(self.task)})
        self.names = Names(self.refs, lambda: 7)
        self.lines: list[str] = []

    def end(self, name: str = "the worker") -> None:
        """As Recorder.end_task."""
        self.task.set_name(name)
        self.names.end(self.task, 1, self.lines)
        self.refs.pop(1)

    def first(self) -> int:
        return self.names.first(1, self.lines)

    def said(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


class Ending(Naming):
    async def test_before_its_reference_is_read_does_not_cost_a_task_its_name(self) -> None:
        self.refs.before = self.end
        self.assertEqual(self.first(), 0)
        self.assertEqual(self.said(), [{"k": "name", "task": 1, "name": "the worker"}])

    async def test_before_its_reference_is_read_does_not_cost_it_a_usual_name(self) -> None:
        self.refs.before = lambda: self.end("Task-12")
        self.assertEqual(self.first(), 12)
        self.assertEqual(self.said(), [])

    async def test_before_its_name_is_read_tells_its_last_name(self) -> None:
        self.refs.after = lambda: self.end("Task-12")
        self.assertEqual(self.first(), 12)
        self.assertEqual(self.said(), [])

    async def test_and_going_before_the_row_is_written_does_not_cost_it_its_name(self) -> None:
        self.end("Task-12")
        self.names.forget(1)
        self.assertEqual(self.first(), 12)

    async def test_while_its_name_is_looked_at_leaves_nothing_behind(self) -> None:
        self.first()
        self.lines.clear()
        self.refs.after = lambda: self.end("the last")
        self.names.look_again(self.lines)
        self.names.look_again(self.lines)
        self.assertEqual(self.said(), [{"k": "name", "task": 1, "name": "the last", "t": 7}])
        self.assertEqual(self.names._said, {})


class Renaming(Naming):
    async def test_before_the_row_is_written_is_no_rename(self) -> None:
        self.task.set_name("renamed")
        self.first()
        self.assertEqual(self.said(), [{"k": "name", "task": 1, "name": "renamed"}])

    async def test_says_when_it_was_noticed(self) -> None:
        self.first()
        self.task.set_name("second")
        self.names.look_again(self.lines)
        self.end("third")
        self.assertEqual(
            [(line["name"], line.get("t")) for line in self.said()], [("the worker", None), ("second", 7), ("third", 7)]
        )

    async def test_to_the_same_name_is_none(self) -> None:
        self.first()
        self.task.set_name("the worker")
        self.names.look_at_all(self.lines)
        self.end()
        self.assertEqual(len(self.said()), 1)


if __name__ == "__main__":
    unittest.main()
