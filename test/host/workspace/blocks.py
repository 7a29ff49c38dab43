import asyncio
import time


async def handler():
    await asyncio.sleep(0)
    time.sleep(0.3)


async def main():
    await asyncio.gather(handler(), asyncio.sleep(0.01))


asyncio.run(main())
