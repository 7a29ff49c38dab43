# env: PYTHONASYNCIODEBUG=1
import asyncio


async def work():
    await asyncio.sleep(0.005)


async def main():
    await asyncio.gather(work(), work())
    print(asyncio.get_running_loop().get_debug())


asyncio.run(main())
