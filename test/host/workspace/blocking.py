"""A handler that sleeps in the loop's thread: nobody else gets a turn."""
import asyncio
import time


def crunch():
    time.sleep(60)


async def handler():
    await asyncio.sleep(0.05)
    crunch()


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(handler(), name="slow")
        for name in ("anna", "ben"):
            group.create_task(asyncio.sleep(0.01), name=name)
        group.create_task(waits(), name="other")


async def waits():
    await asyncio.sleep(30)


asyncio.run(main())
