"""A loop that is asleep; prints the milliseconds of a processor that its process needed meanwhile."""

import asyncio
import time

N = 4
"""Seconds."""


async def main() -> None:
    began = time.process_time()
    await asyncio.sleep(N)
    print((time.process_time() - began) * 1e3)


asyncio.run(main())
