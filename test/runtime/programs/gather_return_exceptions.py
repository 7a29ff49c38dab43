import asyncio


async def fail(delay):
    await asyncio.sleep(delay)
    raise ValueError("no")


async def succeed():
    await asyncio.sleep(0.03)
    return "yes"


async def main():
    print(await asyncio.gather(fail(0.01), succeed(), return_exceptions=True))


asyncio.run(main())
