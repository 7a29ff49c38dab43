"""A producer of items and a consumer that is slower, until it is not."""

import asyncio
import sys


async def produce(queue):
    for n in range(8):
        await asyncio.sleep(0.16)
        await queue.put(n)
    await queue.put(None)


async def consume(queue, seconds):
    while await queue.get() is not None:
        await asyncio.sleep(seconds)


async def run(seconds):
    queue = asyncio.Queue(maxsize=2)
    await asyncio.gather(produce(queue), consume(queue, seconds))


async def before():
    await run(0.32)


async def after():
    await run(0.064)


asyncio.run(globals()[sys.argv[1]]())
