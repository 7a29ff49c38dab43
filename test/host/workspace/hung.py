"""Three workers wait for a job that nobody ever puts into the queue."""
import asyncio


async def worker(queue):
    return await queue.get()


async def main():
    queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        for name in ("anna", "ben", "cleo"):
            group.create_task(worker(queue), name=name)


asyncio.run(main())
