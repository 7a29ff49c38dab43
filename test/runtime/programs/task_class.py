"""Tasks that the program makes by calling the class itself, from several places."""

import asyncio


async def work():
    await asyncio.sleep(0.005)


def made_by_a_function():
    return asyncio.Task(work())


async def main():
    tasks = [
        asyncio.Task(work()),
        asyncio.Task(work(), name="named"),
        made_by_a_function(),
        asyncio.create_task(work()),
        asyncio.Task(work()),
    ]
    await asyncio.wait(tasks)


asyncio.run(main())
