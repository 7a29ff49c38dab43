# needs: 3.11
import asyncio


async def main():
    async with asyncio.timeout(5):
        await asyncio.sleep(0.01)
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError:
        print("too late")


asyncio.run(main())
