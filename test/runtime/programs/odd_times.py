"""Timers that are due at no time that can be told."""

import asyncio
import math
import sys


async def main():
    loop = asyncio.get_running_loop()
    came = loop.create_future()
    loop.call_later(-math.inf, came.set_result, "due since ever")
    print(await came)
    if sys.version_info < (3, 12):  # later, it is an error
        await asyncio.sleep(math.nan)
    loop.call_later(math.inf, print, "never")
    print(await asyncio.wait_for(asyncio.sleep(0, "in time"), math.inf))


asyncio.run(main())
