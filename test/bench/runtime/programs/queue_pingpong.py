"""queue ping-pong, 100 k items"""

import asyncio


async def put(queue):
    for item in range(100_000):
        await queue.put(item)


async def get(queue):
    for _ in range(100_000):
        await queue.get()


async def main():
    queue = asyncio.Queue(1)
    await asyncio.gather(put(queue), get(queue))


asyncio.run(main())
