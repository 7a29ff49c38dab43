"""10 k tasks, 10 sleep(0) each, in a gather"""

import asyncio


async def work():
    for _ in range(10):
        await asyncio.sleep(0)


async def main():
    await asyncio.gather(*[work() for _ in range(10_000)])


asyncio.run(main())
