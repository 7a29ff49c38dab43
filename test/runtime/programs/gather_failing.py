import asyncio


async def fail():
    await asyncio.sleep(0.01)
    raise ValueError("no")


async def succeed():
    await asyncio.sleep(0.04)
    return "yes"


async def main():
    slow = asyncio.create_task(succeed())
    try:
        await asyncio.gather(fail(), slow)
    except ValueError as error:
        print("caught", error)
    print(await slow)


asyncio.run(main())
