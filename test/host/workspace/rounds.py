"""One page after the other."""
import asyncio


async def fetch(n):
    await asyncio.sleep(0.2 + 0.05 * n)
    return n


async def main():
    for n in range(3):
        await fetch(n)


asyncio.run(main())
