# Gathers that end otherwise than their tasks: members that are futures, or ended before; cancels.
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


def future(seconds, name, *args):
    loop = asyncio.get_running_loop()
    made = loop.create_future()
    loop.call_later(seconds, getattr(made, name), *args)
    return made


async def future_is_last():
    await asyncio.gather(work(0.01), future(0.3, "set_result", 1))


async def task_is_last():
    await asyncio.gather(work(0.3), future(0.01, "set_result", 1))


async def future_fails():
    await asyncio.gather(work(0.3), future(0.01, "set_exception", KeyError("future")))


async def task_fails():
    await asyncio.gather(fail(0.01), future(0.3, "set_result", 1))


async def future_is_cancelled():
    await asyncio.gather(work(0.3), future(0.01, "cancel"))


async def had_failed():
    task = asyncio.create_task(fail(0))
    await asyncio.wait([task])
    await asyncio.gather(task, work(0.3))


async def had_ended():
    task = asyncio.create_task(work(0))
    await task
    print(await asyncio.gather(task))


async def exceptions_are_results():
    print(await asyncio.gather(fail(0.01), future(0.3, "set_exception", KeyError(1)), return_exceptions=True))


async def gather_is_cancelled():
    gathering = asyncio.gather(stubborn(), stubborn())
    await asyncio.sleep(0.01)
    gathering.cancel()
    await gathering


async def gather_of_exceptions_is_cancelled():
    gathering = asyncio.gather(stubborn(), work(10), return_exceptions=True)
    await asyncio.sleep(0.01)
    gathering.cancel()
    await gathering


async def owner_is_cancelled():
    task = asyncio.create_task(_owner())
    await asyncio.sleep(0.01)
    task.cancel()
    await task


async def _owner():
    await asyncio.gather(stubborn(), return_exceptions=True)


async def nobody_awaits():
    asyncio.gather(work(0.01), future(0.02, "set_result", 1))
    await asyncio.sleep(0.3)


async def main():
    for function in (
        future_is_last, task_is_last, future_fails, task_fails, future_is_cancelled, had_failed, had_ended,
        exceptions_are_results, gather_is_cancelled, gather_of_exceptions_is_cancelled, owner_is_cancelled, nobody_awaits,
    ):  # fmt: skip
        try:
            await asyncio.create_task(function())
        except BaseException as error:
            print(function.__name__, repr(error))


asyncio.run(main())
