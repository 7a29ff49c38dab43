# needs: 3.11
import asyncio


async def rescheduled(loop):
    async with asyncio.timeout(5) as limit:
        await asyncio.sleep(0)
        limit.reschedule(loop.time() + 10)
        limit.reschedule(None)
        limit.reschedule(loop.time() + 0.01)
        await asyncio.sleep(5)


async def swallowed():
    async with asyncio.timeout(0.01):
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            return "finished nevertheless"


async def nested():
    async with asyncio.timeout(0.01):
        async with asyncio.timeout(5):
            # What is awaited when the time is over is cancelled first.
            await asyncio.create_task(asyncio.sleep(5))


async def main():
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(5):
        print("nobody waits")
    async with asyncio.timeout(None):
        await asyncio.sleep(0)
    async with asyncio.timeout_at(loop.time() + 5):
        await asyncio.sleep(0)
    try:
        async with asyncio.timeout(5):
            await asyncio.sleep(0)
            raise KeyError("inside")
    except KeyError as error:
        print(error)
    for coro in (rescheduled(loop), swallowed(), nested()):
        try:
            print(await coro)
        except TimeoutError:
            print("too late")
    try:
        async with asyncio.timeout_at(loop.time() - 1):
            await asyncio.sleep(0)
    except TimeoutError:
        print("late from the start")


asyncio.run(main())
