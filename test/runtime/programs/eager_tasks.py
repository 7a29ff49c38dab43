# needs: 3.12
# Tasks that start inside create_task: some end there, some wait.
import asyncio


async def quick():
    return 1


async def slow():
    await asyncio.sleep(0.01)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    first = asyncio.create_task(quick(), name="first")
    second = asyncio.create_task(slow(), name="second")
    print(first.done(), second.done())
    await asyncio.gather(first, second)
    async with asyncio.TaskGroup() as group:
        group.create_task(slow(), name="third")
        group.create_task(quick(), name="fourth")
    await slow()
    loop.set_task_factory(None)


asyncio.run(main())
