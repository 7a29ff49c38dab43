import asyncio


async def work():
    await asyncio.sleep(0.01)


async def main():
    task = asyncio.create_task(work())
    await task
    await task
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.005, future.set_result, None)
    await future


asyncio.run(main())
