"""Loops in several threads at once do not mix up what they record."""

from __future__ import annotations

import textwrap
import unittest
from collections import Counter

from comparing import Comparing

THREADS = 6
ROUNDS = 40


def source() -> str:
    """A function for each thread, so that each meets new code while the others do."""
    functions = "".join(
        textwrap.dedent(f"""
            async def inner_{n}(round):
                await asyncio.sleep(0)
            async def work_{n}():
                for round in range({ROUNDS}):
                    await inner_{n}(round)
                    await asyncio.create_task(inner_{n}(round))
            """)
        for n in range(THREADS)
    )
    works = ", ".join(f"work_{n}" for n in range(THREADS))
    start = textwrap.dedent(f"""
        def start(work):
            together.wait()
            asyncio.run(work())
        threads = [threading.Thread(target=start, args=[work]) for work in [{works}]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        """)
    # The threads take turns as often as they can be made to.
    head = f"import asyncio, sys, threading\nsys.setswitchinterval(1e-6)\ntogether = threading.Barrier({THREADS})\n"
    return head + functions + start


class Threads(Comparing):
    def test_every_task_stands_where_it_stood(self) -> None:
        trace = self.same(source())
        self.assertIsNone(trace.failure)
        self.assertEqual(trace.undefined, [])
        found: Counter[tuple[str, str]] = Counter()
        for task in trace.tasks.values():
            name = trace.codes[task.code]["name"]
            self.assertEqual(task.outcome, "returned")
            for step in task.steps:
                if trace.user_node(step.node):
                    chain = [trace.function(node) for node in trace.chain(step.node) if trace.nodes[node]["code"]]
                    found[name, " > ".join(chain)] += 1
        expected: Counter[tuple[str, str]] = Counter()
        for n in range(THREADS):
            expected[f"work_{n}", f"work_{n} > inner_{n} > sleep"] = ROUNDS
            expected[f"work_{n}", f"work_{n}"] = ROUNDS
            expected[f"inner_{n}", f"inner_{n} > sleep"] = ROUNDS
        self.assertEqual(found, expected)


if __name__ == "__main__":
    unittest.main()
