"""200 k times sleep(0) in one task"""

import asyncio

N = 200_000


async def main():
    for _ in range(N):
        await asyncio.sleep(0)


asyncio.run(main())
