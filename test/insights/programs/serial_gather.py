import asyncio
import time

from cases import run


async def fetch(lock):
    async with lock:
        await asyncio.sleep(0.1)


async def fires_lock():
    lock = asyncio.Lock()
    await asyncio.gather(*[fetch(lock) for _ in range(4)])


async def compute():
    time.sleep(0.06)


async def fires_blocking():
    await asyncio.gather(*[compute() for _ in range(4)])


async def report():
    await asyncio.sleep(0)
    time.sleep(0.3)


async def fires_blocking_call():
    await asyncio.gather(*[report() for _ in range(3)])


async def plain(delay):
    await asyncio.sleep(delay)


async def near_overlap():
    await asyncio.gather(*[plain(0.1) for _ in range(4)])


async def near_one_member():
    await asyncio.gather(fetch(asyncio.Lock()))


async def near_one_long():
    await asyncio.gather(plain(0.2), plain(0), plain(0))


async def mostly_free(lock):
    await asyncio.sleep(0.1)
    async with lock:
        await asyncio.sleep(0.005)


async def near_short_lock():
    lock = asyncio.Lock()
    await asyncio.gather(*[mostly_free(lock) for _ in range(4)])


async def worker(queue):
    while (item := await queue.get()) is not None:
        await asyncio.sleep(item)


async def feed(queue, n):
    for _ in range(n):
        await asyncio.sleep(0.05)
        await queue.put(0.01)
    await queue.put(None)
    await queue.put(None)


async def near_idle_workers():
    queue = asyncio.Queue()
    await asyncio.gather(worker(queue), worker(queue), feed(queue, 5))


run(globals())
