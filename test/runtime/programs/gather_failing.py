import asyncio


async def fail():
    await asyncio.sleep(0.01)
    raise ValueError("no")


async def succeed(caught):
    await caught.wait()
    return "yes"


async def main():
    caught = asyncio.Event()
    slow = asyncio.create_task(succeed(caught))
    try:
        await asyncio.gather(fail(), slow)
    except ValueError as error:
        print("caught", error)
        caught.set()
    print(await slow)


asyncio.run(main())
