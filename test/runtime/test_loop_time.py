"""What a loop's rows say of its time: when it ran, when it was idle, and how many were ready meanwhile."""

from __future__ import annotations

import unittest
from itertools import pairwise

import tracefile
from comparing import Comparing

MS = 1_000_000


class LoopTime(Comparing):
    def test_idle_is_what_the_loop_waits(self) -> None:
        trace = self.same(
            """
            import asyncio, time
            async def main():
                time.sleep(0.05)
                await asyncio.sleep(0.1)
                time.sleep(0.05)
                await asyncio.sleep(0.1)
            asyncio.run(main())
            """
        )
        [loop] = trace.loops.values()
        main = self.steps(trace, "main")
        waits = [after.start - before.end for before, after in pairwise(main)]
        for wait in waits:
            self.assertGreaterEqual(wait, 99 * MS)
        for step in main[:2]:
            self.assertGreaterEqual(step.end - step.start, 50 * MS)
        # What was neither a step nor idle is the callbacks' and the loop's own: little, but on a busy machine some.
        self.assertGreaterEqual(loop.idle, 195 * MS)
        self.assertLessEqual(loop.idle, sum(waits) + 1000 * MS)
        self.assertLessEqual(loop.idle + sum(step.end - step.start for step in loop.steps.values()), trace.end)

    def test_the_ready_queue_is_as_deep_as_there_are_tasks_between_wake_and_step(self) -> None:
        trace = self.same(
            """
            import asyncio, time
            async def worker(go):
                await go.wait()
                time.sleep(0.01)
            async def main():
                go = asyncio.Event()
                tasks = [asyncio.create_task(worker(go)) for _ in range(5)]
                await asyncio.sleep(0.01)
                go.set()
                await asyncio.wait(tasks)
            asyncio.run(main())
            """
        )
        seconds = sorted((steps[1] for steps in self.all_steps(trace, "worker")), key=lambda step: step.start)
        depths = [sum(other.ready_since <= step.start < other.start for other in seconds) for step in seconds]
        self.assertEqual(depths, [4, 3, 2, 1, 0])
        # The last was ready while the four before it ran.
        self.assertGreaterEqual(seconds[-1].start - seconds[-1].ready_since, 40 * MS)

    def all_steps(self, trace: tracefile.Trace, function: str) -> list[list[tracefile.Step]]:
        return [task.steps for task in trace.tasks.values() if trace.codes[task.code]["name"] == function]

    def steps(self, trace: tracefile.Trace, function: str) -> list[tracefile.Step]:
        [found] = self.all_steps(trace, function)
        return found


if __name__ == "__main__":
    unittest.main()
