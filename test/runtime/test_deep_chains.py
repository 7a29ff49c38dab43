"""Chains of coroutines so deep that the runtime does not walk them whole each time are told as they are."""

from __future__ import annotations

import random
import unittest

import tracefile
from comparing import Comparing

SEEDS = 20
ROUNDS = 30
HEIGHTS = [1, 2, 9, 14, 15, 30]


class DeepChains(Comparing):
    def test_a_task_that_climbs_and_descends_is_always_as_deep_as_it_was(self) -> None:
        trace = self.same(f"""
            import asyncio, random

            async def climb(depth, target):
                if depth < target:
                    await climb(depth + 1, target)
                await asyncio.sleep(0)

            async def climber(seed):
                chance = random.Random(seed)
                for _ in range({ROUNDS}):
                    await climb(1, chance.choice({HEIGHTS}))

            async def main():
                await asyncio.gather(*[climber(seed) for seed in range({SEEDS})])

            asyncio.run(main())
            """)
        climbers = [chains(trace, task) for task in trace.tasks.values() if function(trace, task) == "climber"]
        self.assertEqual(len(climbers), SEEDS)
        for seed, found in enumerate(climbers):
            chance = random.Random(seed)
            depths = [d for _ in range(ROUNDS) for d in range(chance.choice(HEIGHTS), 0, -1)]
            self.assertEqual(found, [["climber", *["climb"] * depth, "sleep"] for depth in depths])

    def test_a_chain_built_anew_each_time_is_told_as_well(self) -> None:
        depths = [12] * 40 + [11, 12] * 10
        trace = self.same(f"""
            import asyncio

            async def down(depth):
                await (down(depth - 1) if depth else asyncio.sleep(0))

            async def main():
                for depth in {depths}:
                    await down(depth)

            asyncio.run(main())
            """)
        found = next(chains(trace, task) for task in trace.tasks.values() if function(trace, task) == "main")
        self.assertEqual(found, [["main", *["down"] * (depth + 1), "sleep"] for depth in depths])


def function(trace: tracefile.Trace, task: tracefile.Task) -> str:
    return str(trace.codes[task.code]["name"])


def chains(trace: tracefile.Trace, task: tracefile.Task) -> list[list[str]]:
    """The functions in which the task stood, outermost first, at each of its suspensions."""
    return [
        [trace.function(node) for node in trace.chain(step.node) if trace.nodes[node].get("code")]
        for step in task.steps
        if step.node
    ]


if __name__ == "__main__":
    unittest.main()
