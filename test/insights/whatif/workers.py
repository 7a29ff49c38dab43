"""Workers that take items from a queue; handling one takes less time."""

import asyncio
import sys


async def worker(queue, seconds):
    while True:
        n = await queue.get()
        await asyncio.sleep(seconds * (1 + n % 2))
        queue.task_done()


async def run(seconds):
    queue = asyncio.Queue()
    workers = [asyncio.create_task(worker(queue, seconds)) for _ in range(3)]
    for n in range(12):
        queue.put_nowait(n)
    await queue.join()
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


async def before():
    await run(0.24)


async def after():
    await run(0.12)


asyncio.run(globals()[sys.argv[1]]())
