import asyncio


async def ticks():
    for n in range(3):
        await asyncio.sleep(0.002)
        yield n


async def double(n):
    await asyncio.sleep(0.002)
    return n * 2


async def main():
    print([n async for n in ticks()])
    print([await double(n) for n in range(2)])


asyncio.run(main())
