import asyncio


async def ticks(count):
    try:
        for n in range(count):
            await asyncio.sleep(0.002)
            yield n
    finally:
        await asyncio.sleep(0.002)


async def main():
    async for n in ticks(3):
        print(n)
    left = ticks(3)
    print(await left.__anext__())
    await left.aclose()
    print(await anext(ticks(0), "nothing"))


asyncio.run(main())
