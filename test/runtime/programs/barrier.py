# needs: 3.11
import asyncio


async def runner(barrier, delay):
    await asyncio.sleep(delay)
    await barrier.wait()


async def main():
    barrier = asyncio.Barrier(2)
    await asyncio.gather(runner(barrier, 0.01), runner(barrier, 0.02))


asyncio.run(main())
