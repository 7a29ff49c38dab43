"""What is written about a step that blocks its loop, while it does."""

from __future__ import annotations

import unittest

import tracefile
from running import Run, folder, traced

PROGRAM = """
import asyncio
import time


def crunch():
    time.sleep(0.6)


async def slow():
    await asyncio.sleep(0.01)
    crunch()


async def main():
    other = asyncio.create_task(asyncio.sleep(0.05), name="other")
    await asyncio.create_task(slow(), name="slow")
    await other
    asyncio.get_running_loop().call_soon(crunch)
    await asyncio.sleep(0.01)


asyncio.run(main())
"""
OTHER = """
for name in ("_interpreters", "_xxsubinterpreters"):
    try:
        interpreter = __import__(name).create()
        break
    except ImportError:
        pass
"""


class Blocked(unittest.TestCase):
    def test_says_where_it_stands_and_whose_step_it_is(self) -> None:
        with folder({"program.py": PROGRAM}) as base:
            path = base / "t.awaitscope"
            ended = traced(Run(["program.py"], base), path)
            self.assertEqual((ended.code, ended.err), (0, ""))
            trace = tracefile.read(path)
        # A machine with other work may hold up other steps, too.
        seen = [line for line in trace.blocked if trace.function(line["stack"][0]) == "crunch"]
        names = [trace.tasks[line["task"]].name if line["task"] else "" for line in seen]
        self.assertEqual(names, ["slow", ""])
        stack = [trace.function(node) for node in seen[0]["stack"]]
        self.assertEqual(stack, ["crunch", "slow"])

    def test_beside_another_interpreter_no_frames_are_looked_at(self) -> None:
        with folder({"program.py": OTHER + PROGRAM}) as base:
            path = base / "t.awaitscope"
            ended = traced(Run(["program.py"], base), path)
            self.assertEqual(ended.code, 0, ended.err)  # from 3.14 on, Python warns of interpreters that are left
            trace = tracefile.read(path)
        self.assertEqual((trace.blocked, trace.complete), ([], True))
