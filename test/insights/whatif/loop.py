"""A loop that awaits one after the other; each round has two awaits that belong together."""

import asyncio
import sys


async def fetch(n):
    await asyncio.sleep(0.2 + 0.04 * n)


async def save(n):
    await asyncio.sleep(0.1)


async def before():
    for n in range(5):
        await fetch(n)
        await save(n)


async def one(n):
    await fetch(n)
    await save(n)


async def after():
    await asyncio.gather(*[one(n) for n in range(5)])


asyncio.run(globals()[sys.argv[1]]())
