"""2 000 sleepers on real timers"""

import asyncio

N = 2_000


async def sleeper(delay):
    for _ in range(10):
        await asyncio.sleep(delay)


async def main():
    await asyncio.gather(*[sleeper(0.01 + number / 1e6) for number in range(N)])


asyncio.run(main())
