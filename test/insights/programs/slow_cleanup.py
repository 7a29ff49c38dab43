import asyncio

from cases import run


async def session(goodbye):
    try:
        await asyncio.sleep(10)
    finally:
        await asyncio.sleep(goodbye)


async def cancelled_after(coro, delay):
    task = asyncio.create_task(coro)
    await asyncio.sleep(delay)
    task.cancel()
    await asyncio.wait([task])


async def fires():
    await cancelled_after(session(0.8), 0.05)


async def near_quick():
    await cancelled_after(session(0.05), 0.05)


async def near_shielded():
    inner = asyncio.create_task(asyncio.sleep(0.8))

    async def outer():
        await asyncio.shield(inner)

    await cancelled_after(outer(), 0.05)
    await inner


async def near_never_cancelled():
    try:
        await asyncio.sleep(0.05)
    finally:
        await asyncio.sleep(0.6)


run(globals())
