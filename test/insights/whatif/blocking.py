"""A call that holds the loop, or does not."""

import asyncio
import sys
import time


async def report(n):
    await asyncio.sleep(0.1 * n)
    time.sleep(0.5)


async def report_in_thread(n):
    await asyncio.sleep(0.1 * n)
    await asyncio.to_thread(time.sleep, 0.5)


async def before():
    await asyncio.gather(*[report(n) for n in range(3)])


async def after():
    await asyncio.gather(*[report_in_thread(n) for n in range(3)])


asyncio.run(globals()[sys.argv[1]]())
