import asyncio


async def slow():
    await asyncio.sleep(10)


async def quick():
    await asyncio.sleep(0.01)
    return "in time"


async def main():
    print(await asyncio.wait_for(quick(), 5))
    try:
        await asyncio.wait_for(slow(), 0.01)
    except asyncio.TimeoutError:
        print("too late")


asyncio.run(main())
