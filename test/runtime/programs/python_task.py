# asyncio's tasks and futures in pure Python, as on an interpreter without the C accelerator.
import asyncio

asyncio.Task = asyncio.tasks.Task = asyncio.tasks._PyTask
asyncio.Future = asyncio.futures.Future = asyncio.futures._PyFuture


async def work(delay):
    await asyncio.sleep(delay)
    return delay


async def fail():
    raise ValueError("no")


async def main():
    print(await asyncio.gather(work(0.005), work(0.01)))
    try:
        await asyncio.create_task(fail())
    except ValueError as error:
        print("caught", error)
    cancelled = asyncio.create_task(work(10))
    await asyncio.sleep(0)
    cancelled.cancel()
    print(await asyncio.gather(cancelled, return_exceptions=True))


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
loop.close()
