"""All at once, or at most four."""

import asyncio
import sys


async def call(n):
    await asyncio.sleep(0.2)


async def limited(places, n):
    async with places:
        await call(n)


async def before():
    await asyncio.gather(*[call(n) for n in range(16)])


async def after():
    places = asyncio.Semaphore(4)
    await asyncio.gather(*[limited(places, n) for n in range(16)])


asyncio.run(globals()[sys.argv[1]]())
