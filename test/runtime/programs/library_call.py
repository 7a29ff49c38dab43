# One await of a library call is one visit, however often the library suspends below it.
import asyncio
import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "site-packages"))

import courier


async def mine():
    await asyncio.sleep(0.002)


async def main():
    await courier.deliver(3)
    for _ in range(2):
        await courier.deliver(2)
    await courier.call_back(mine)
    await asyncio.gather(courier.deliver(1), asyncio.create_task(courier.deliver(1)))


asyncio.run(main())
