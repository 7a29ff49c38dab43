"""depth-20 await chain, 20 k suspensions"""

import asyncio

N = 20_000


async def deep(level):
    if level:
        return await deep(level - 1)
    for _ in range(N):
        await asyncio.sleep(0)


asyncio.run(deep(20))
