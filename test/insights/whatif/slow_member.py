"""A gather with one slow member; the change makes another one the last."""

import asyncio
import sys


async def slow(seconds):
    await asyncio.sleep(seconds)


async def quick(seconds):
    for _ in range(4):
        await asyncio.sleep(seconds)


async def before():
    await asyncio.gather(slow(2.0), quick(0.3), quick(0.2))
    await asyncio.sleep(0.2)


async def after():
    await asyncio.gather(slow(0.4), quick(0.3), quick(0.2))
    await asyncio.sleep(0.2)


asyncio.run(globals()[sys.argv[1]]())
