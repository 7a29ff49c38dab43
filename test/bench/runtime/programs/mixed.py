"""lock + semaphore + queue + wait_for mix"""

import asyncio

N = 1_000


async def worker(lock, semaphore, queue):
    for item in range(N):
        async with lock:
            await asyncio.sleep(0)
        async with semaphore:
            queue.put_nowait(item)
            await asyncio.wait_for(queue.get(), 1)


async def main():
    lock, semaphore, queue = asyncio.Lock(), asyncio.Semaphore(3), asyncio.Queue()
    await asyncio.gather(*[worker(lock, semaphore, queue) for _ in range(10)])


asyncio.run(main())
