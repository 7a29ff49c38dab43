import asyncio

from cases import run


async def write(row):
    await asyncio.sleep(0.01)


async def update(lock, n):
    for row in range(n):
        async with lock:
            await write(row)
        await asyncio.sleep(0.001)


async def fires():
    lock = asyncio.Lock()
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(update(lock, 10))
        group.create_task(asyncio.sleep(0.2))


async def seldom(lock):
    for _ in range(5):
        await asyncio.sleep(0.08)
        async with lock:
            await asyncio.sleep(0.001)


async def near_brief():
    lock = asyncio.Lock()
    await asyncio.gather(*[seldom(lock) for _ in range(4)])


async def own_lock():
    lock = asyncio.Lock()
    for _ in range(20):
        async with lock:
            await asyncio.sleep(0.01)


async def near_own_locks():
    await asyncio.gather(*[own_lock() for _ in range(4)])


async def paced(lock):
    async with lock:
        await asyncio.sleep(0.01)
    await write(1)


async def near_so_many_a_second():
    lock = asyncio.Lock()
    await asyncio.gather(*[paced(lock) for _ in range(30)])


class Cache:
    def __init__(self):
        self.values, self.locks = {}, {}

    async def get(self, key):
        async with self.locks.setdefault(key, asyncio.Lock()):
            if key not in self.values:
                await write(key)
                self.values[key] = key
        return self.values[key]


async def ask(cache, start):
    for n in range(12):
        await cache.get((start + n) // 2)


async def near_a_lock_a_key():
    """Now and then two want the same; nobody stands in line for long."""
    cache = Cache()
    await asyncio.gather(*[ask(cache, 12 * n) for n in range(2) for _ in range(2)])


async def limited(semaphore):
    async with semaphore:
        await asyncio.sleep(0.02)


async def near_limiter():
    semaphore = asyncio.Semaphore(5)
    await asyncio.gather(*[limited(semaphore) for _ in range(60)])


run(globals())
