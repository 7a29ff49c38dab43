import asyncio
import contextlib

from cases import run


async def stubborn():
    for _ in range(6):
        try:
            await asyncio.sleep(0.05)
        except BaseException:
            pass


async def fires():
    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0.07)
    task.cancel()
    await task


async def careless():
    for delay in (60, 0.01):
        with contextlib.suppress(asyncio.CancelledError):
            await nap(delay)


async def nap(delay):
    await asyncio.sleep(delay)


async def fires_suppressed():
    """Caught by the function that called the one that was cancelled."""
    task = asyncio.create_task(careless())
    await asyncio.sleep(0.02)
    task.cancel()
    await task


async def obedient():
    try:
        while True:
            await asyncio.sleep(0.05)
    except asyncio.CancelledError:
        await asyncio.sleep(0.01)
        raise


async def near_obedient():
    task = asyncio.create_task(obedient())
    await asyncio.sleep(0.07)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass


async def ends():
    try:
        while True:
            await asyncio.sleep(0.05)
    except asyncio.CancelledError:
        return "stopped"


async def near_ends():
    task = asyncio.create_task(ends())
    await asyncio.sleep(0.07)
    task.cancel()
    await task


async def careful(inner):
    await asyncio.shield(inner)


async def near_shielded():
    inner = asyncio.create_task(asyncio.sleep(0.15))
    task = asyncio.create_task(careful(inner))
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.wait([task])
    await inner


async def near_timeout():
    for _ in range(3):
        try:
            async with asyncio.timeout(0.03):
                await asyncio.sleep(1)
        except TimeoutError:
            pass


run(globals())
