# needs: 3.11
# TaskGroups that end otherwise than their members.
import asyncio


async def work(seconds):
    await asyncio.sleep(seconds)


async def fail(seconds):
    await asyncio.sleep(seconds)
    raise ValueError(seconds)


async def stubborn():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        return 1


async def body_fails():
    async with asyncio.TaskGroup() as group:
        group.create_task(work(10))
        await asyncio.sleep(0)
        raise OSError("body")


async def body_fails_late():
    async with asyncio.TaskGroup() as group:
        group.create_task(work(0.01))
        await asyncio.sleep(0.3)
        raise OSError("body")


async def body_fails_alone():
    async with asyncio.TaskGroup():
        await asyncio.sleep(0.01)
        raise OSError("body")


async def body_is_last():
    async with asyncio.TaskGroup() as group:
        group.create_task(work(0.01))
        await asyncio.sleep(0.3)


async def member_fails():
    async with asyncio.TaskGroup() as group:
        group.create_task(work(10))
        group.create_task(fail(0.01))


async def members_are_cancelled():
    async with asyncio.TaskGroup() as group:
        group.create_task(work(10)).cancel()


async def body_is_cancelled():
    task = asyncio.create_task(_body())
    await asyncio.sleep(0.01)
    task.cancel()
    await task


async def _body():
    async with asyncio.TaskGroup() as group:
        group.create_task(stubborn())
        await asyncio.sleep(10)


async def exit_is_cancelled():
    task = asyncio.create_task(_exit())
    await asyncio.sleep(0.01)
    task.cancel()
    await task


async def _exit():
    async with asyncio.TaskGroup() as group:
        group.create_task(stubborn())


async def main():
    for function in (
        body_fails, body_fails_late, body_fails_alone, body_is_last, member_fails, members_are_cancelled, body_is_cancelled,
        exit_is_cancelled,
    ):  # fmt: skip
        try:
            await asyncio.create_task(function())
        except BaseException as error:
            print(function.__name__, repr(error))


asyncio.run(main())
