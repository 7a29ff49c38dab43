import asyncio


async def leaf(delay):
    await asyncio.sleep(delay)
    return delay


async def branch(base):
    return await asyncio.gather(leaf(base), leaf(base + 0.02))


async def main():
    print(await asyncio.gather(branch(0.01), branch(0.05)))


asyncio.run(main())
