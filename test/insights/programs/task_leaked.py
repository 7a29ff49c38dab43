import asyncio
import gc

from cases import run


async def work():
    await asyncio.sleep(10)


async def forget():
    asyncio.create_task(work())
    await asyncio.sleep(0.05)


def fires_at_close():
    loop = asyncio.new_event_loop()
    loop.run_until_complete(forget())
    loop.close()


async def wait_for_nothing():
    await asyncio.get_running_loop().create_future()


async def fires_collected():
    asyncio.create_task(wait_for_nothing())
    for _ in range(3):
        await asyncio.sleep(0.03)
    gc.collect()
    await asyncio.sleep(0.01)


async def near_daemon():
    daemon = asyncio.create_task(work())
    await asyncio.sleep(0.05)
    assert not daemon.done()


def near_cancelled_before_close():
    async def main():
        task = asyncio.create_task(work())
        await asyncio.sleep(0.01)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass

    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    loop.close()


run(globals())
