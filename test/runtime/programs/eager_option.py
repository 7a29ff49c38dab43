# needs: 3.14
"""Tasks that create_task is asked to start eagerly, without a task factory."""

import asyncio
import gc


async def quick():
    return "at once"


async def naps():
    await asyncio.sleep(0.01)


async def main():
    gc.disable()  # a task is noticed later if the collector runs in the very moment in which it is made
    first = asyncio.create_task(quick(), name="first", eager_start=True)
    second = asyncio.create_task(naps(), name="second", eager_start=True)
    print(first.done(), second.done())
    async with asyncio.TaskGroup() as group:
        group.create_task(naps(), name="third", eager_start=True)
        group.create_task(quick(), name="fourth", eager_start=True)
        group.create_task(naps(), name="fifth")
    await second


asyncio.run(main())
