"""A busy service: so many tasks, each a few steps at a time, about as many steps a second in all as asked for."""

import asyncio
import sys
import time

TASKS = 32
ROUND = 0.0048
"""Seconds: shorter than a frame, so that each frame has new steps in every lane."""


async def serve(number: int, steps: int, until: float) -> None:
    due = time.perf_counter() + ROUND * number / TASKS
    while due < until:
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        # A machine that cannot keep up does less, and not more and more at once.
        due = max(due + ROUND, time.perf_counter())
        for _ in range(steps):
            await asyncio.sleep(0)


async def main(steps_a_second: float, seconds: float) -> None:
    # Each round begins with a step that a timer wakes.
    steps = round(steps_a_second * ROUND / TASKS) - 1
    until = time.perf_counter() + seconds
    await asyncio.gather(*(serve(number, steps, until) for number in range(TASKS)))


asyncio.run(main(float(sys.argv[1]), float(sys.argv[2])))
