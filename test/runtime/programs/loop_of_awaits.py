import asyncio


async def main():
    for n in range(5):
        await asyncio.sleep(0.002)
        await asyncio.sleep(0)
        print(n)


asyncio.run(main())
