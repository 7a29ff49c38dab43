"""A loop made concurrent, with a limit."""

import asyncio
import sys


async def fetch(n):
    await asyncio.sleep(0.24)


async def limited(places, n):
    async with places:
        await fetch(n)


async def before():
    for n in range(8):
        await fetch(n)


async def after():
    places = asyncio.Semaphore(3)
    await asyncio.gather(*[limited(places, n) for n in range(8)])


asyncio.run(globals()[sys.argv[1]]())
