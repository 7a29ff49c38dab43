"""A slow call that others wait for, made faster."""

import asyncio
import sys


async def query(seconds):
    await asyncio.sleep(seconds)


async def page(seconds):
    await query(seconds)
    await asyncio.sleep(0.4)


async def before():
    await asyncio.gather(page(1.2), page(0.6), asyncio.sleep(0.7))


async def after():
    await asyncio.gather(page(0.6), page(0.3), asyncio.sleep(0.7))


asyncio.run(globals()[sys.argv[1]]())
