"""200 k times sleep(0) in one task"""

import asyncio


async def main():
    for _ in range(200_000):
        await asyncio.sleep(0)


asyncio.run(main())
