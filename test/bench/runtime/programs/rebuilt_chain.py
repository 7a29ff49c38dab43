"""chain rebuilt each time (depth 20, 20 k)"""

import asyncio

N = 20_000


async def deep(level):
    if level:
        return await deep(level - 1)
    await asyncio.sleep(0)


async def main():
    for _ in range(N):
        await deep(20)


asyncio.run(main())
