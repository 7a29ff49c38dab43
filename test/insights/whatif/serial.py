"""Two awaits that do not need each other: one after the other, or together."""

import asyncio
import sys


async def load(seconds):
    await asyncio.sleep(seconds)
    return seconds


async def before():
    user = await load(0.8)
    orders = await load(0.6)
    print(user + orders)


async def after():
    user, orders = await asyncio.gather(load(0.8), load(0.6))
    print(user + orders)


asyncio.run(globals()[sys.argv[1]]())
