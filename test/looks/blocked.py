"""A server whose one handler computes in the loop, and goes on doing so."""

import asyncio
import time


def crunch() -> None:
    time.sleep(3600)


async def beat(stopped: asyncio.Event) -> None:
    while not stopped.is_set():
        await asyncio.sleep(0.1)


async def handler(request: int) -> None:
    await asyncio.sleep(0.4)
    if request == 2:
        crunch()


async def main() -> None:
    stopped = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(beat(stopped), name="beat")
        for request in range(4):
            group.create_task(handler(request), name=f"request {request}")
        await asyncio.sleep(0.2)
        await stopped.wait()


asyncio.run(main())
