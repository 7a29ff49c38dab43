"""10 k tasks, 10 sleep(0) each, in a gather"""

import asyncio

N = 10_000


async def work():
    for _ in range(10):
        await asyncio.sleep(0)


async def main():
    await asyncio.gather(*[work() for _ in range(N)])


asyncio.run(main())
