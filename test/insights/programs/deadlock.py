import asyncio
import os

from cases import run


async def both(first, second):
    async with first:
        await asyncio.sleep(0.01)
        async with second:
            pass


async def give_up(tasks, after):
    await asyncio.wait(tasks, timeout=after)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def fires_locks():
    a, b = asyncio.Lock(), asyncio.Lock()
    await give_up([asyncio.create_task(both(a, b)), asyncio.create_task(both(b, a))], 1.5)


async def await_other(others):
    await asyncio.sleep(0.01)
    await others[0]


async def fires_tasks():
    others = []
    first = asyncio.create_task(await_other(others))
    second = asyncio.create_task(await_other([first]))
    others.append(second)
    # Cancelling a circle of tasks never ends, so the program just leaves.
    await asyncio.wait([first, second], timeout=1.5)
    os._exit(0)


async def near_same_order():
    a, b = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(both(a, b), both(a, b))


async def with_timeout(first, second):
    async with first:
        await asyncio.sleep(0.01)
        try:
            await asyncio.wait_for(second.acquire(), 0.4)
        except asyncio.TimeoutError:
            pass


async def near_timeouts():
    a, b = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(with_timeout(a, b), with_timeout(b, a))


async def hold(lock):
    async with lock:
        await asyncio.sleep(0.5)


async def near_long_holder():
    lock = asyncio.Lock()
    await asyncio.gather(hold(lock), both(lock, asyncio.Lock()))


run(globals())
