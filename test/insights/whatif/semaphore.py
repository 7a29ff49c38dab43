"""Twelve downloads, three at a time; or six."""

import asyncio
import sys


async def download(limit, n):
    async with limit:
        await asyncio.sleep(0.2 + 0.02 * (n % 3))


async def run(places):
    limit = asyncio.Semaphore(places)
    async with asyncio.TaskGroup() as group:
        for n in range(12):
            group.create_task(download(limit, n))


async def before():
    await run(3)


async def after():
    await run(6)


asyncio.run(globals()[sys.argv[1]]())
