# needs: 3.11
import asyncio


async def fail(seconds):
    await asyncio.sleep(seconds)
    raise ValueError(seconds)


async def stubborn():
    try:
        await asyncio.sleep(10)
    finally:
        raise KeyError("second")


async def inner():
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(10))


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(stubborn())
            group.create_task(fail(0.01))
            group.create_task(inner())
    except BaseExceptionGroup as errors:
        print(errors.exceptions)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(10))
            await asyncio.sleep(0)
            # This one has not started when the group is given up.
            group.create_task(asyncio.sleep(10))
            raise OSError("in the body")
    except BaseExceptionGroup as errors:
        print(errors.exceptions)


asyncio.run(main())
