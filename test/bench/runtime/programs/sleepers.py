"""2 000 sleepers on real timers"""

import asyncio


async def sleeper(delay):
    for _ in range(10):
        await asyncio.sleep(delay)


async def main():
    await asyncio.gather(*[sleeper(0.01 + number / 1e6) for number in range(2_000)])


asyncio.run(main())
