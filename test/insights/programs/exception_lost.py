import asyncio

from cases import run


async def fail():
    await asyncio.sleep(0.01)
    raise ValueError("no such user")


async def fires():
    asyncio.create_task(fail())
    await asyncio.sleep(0.1)


KEPT = []


async def fires_with_reference():
    KEPT.append(asyncio.create_task(fail()))
    await asyncio.sleep(0.1)


async def near_retrieved_later():
    task = asyncio.create_task(fail())
    await asyncio.sleep(0.1)
    try:
        await task
    except ValueError:
        pass


async def near_callback():
    task = asyncio.create_task(fail())
    task.add_done_callback(lambda done: done.exception())
    await asyncio.sleep(0.1)


async def near_return_exceptions():
    await asyncio.gather(fail(), fail(), return_exceptions=True)


run(globals())
