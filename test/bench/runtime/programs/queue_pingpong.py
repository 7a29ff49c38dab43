"""queue ping-pong, 100 k items"""

import asyncio

N = 100_000


async def put(queue):
    for item in range(N):
        await queue.put(item)


async def get(queue):
    for _ in range(N):
        await queue.get()


async def main():
    queue = asyncio.Queue(1)
    await asyncio.gather(put(queue), get(queue))


asyncio.run(main())
