# The same task twice, a bare future, and nothing at all.
import asyncio


async def work():
    await asyncio.sleep(0.01)
    return 1


async def main():
    task = asyncio.create_task(work())
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.2, future.set_result, 2)
    print(await asyncio.gather(task, task, future))
    print(await asyncio.gather())


asyncio.run(main())
