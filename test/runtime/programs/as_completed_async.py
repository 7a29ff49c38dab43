# needs: 3.13
import asyncio


async def work(after):
    await after
    return "done"


async def main():
    first = asyncio.create_task(work(asyncio.sleep(0.01)))
    second = asyncio.create_task(work(first))
    async for task in asyncio.as_completed([second, first], timeout=5):
        print(task is first, task.result())


asyncio.run(main())
