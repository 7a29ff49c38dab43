"""A heartbeat that is cancelled when the work is done; a lock that is held while it is used."""

import asyncio
import sys


async def heartbeat():
    while True:
        await asyncio.sleep(0.14)


async def use(lock, seconds):
    await asyncio.sleep(0.1)
    async with lock:
        await asyncio.sleep(seconds)


async def run(seconds):
    beat = asyncio.create_task(heartbeat())
    lock = asyncio.Lock()
    await asyncio.gather(*[use(lock, seconds) for _ in range(5)])
    beat.cancel()


async def before():
    await run(0.3)


async def after():
    await run(0.12)


asyncio.run(globals()[sys.argv[1]]())
