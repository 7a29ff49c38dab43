import asyncio


async def work(after):
    await after
    return "done"


async def main():
    first = asyncio.create_task(work(asyncio.sleep(0.01)))
    second = asyncio.create_task(work(first))
    for task in asyncio.as_completed([second, first]):
        print(await task)
    never = asyncio.create_task(work(asyncio.sleep(10)))
    try:
        for task in asyncio.as_completed([never], timeout=0.01):
            print(await task)
    except asyncio.TimeoutError:
        print("too late")
    for task in asyncio.as_completed([]):
        print(await task)


asyncio.run(main())
