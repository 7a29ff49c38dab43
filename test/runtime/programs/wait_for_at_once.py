import asyncio


async def work():
    print("never")


async def sleeper():
    await asyncio.sleep(10)


async def stubborn():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        return "survived"


async def fails():
    try:
        await asyncio.sleep(10)
    finally:
        raise ValueError("too late")


async def now(awaitable, timeout=0):
    try:
        print(await asyncio.wait_for(awaitable, timeout))
    except (asyncio.TimeoutError, ValueError) as error:
        print(type(error).__name__)


async def main():
    # A coroutine that never starts.
    await now(work())
    # Tasks that wait: one ends as it is told, one returns all the same, one raises.
    for function in (sleeper, stubborn, fails):
        task = asyncio.create_task(function())
        await asyncio.sleep(0)
        await now(task, -1)
    # One that has ended costs no time.
    task = asyncio.create_task(asyncio.sleep(0, "done"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await now(task)
    # The one who waits is cancelled.
    event = asyncio.Event()

    async def slow():
        try:
            await asyncio.sleep(10)
        finally:
            await event.wait()

    task = asyncio.create_task(slow())
    await asyncio.sleep(0)
    waiting = asyncio.create_task(now(task, 0.0))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    event.set()
    await asyncio.gather(task, return_exceptions=True)


asyncio.run(main())
