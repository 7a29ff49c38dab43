import asyncio

from cases import run


async def save():
    await asyncio.sleep(0.01)


async def fires():
    save()
    await asyncio.sleep(0.01)


async def forget_one(ids):
    waiting = [save() for _ in ids]
    await waiting[0]


async def fires_kept_and_dropped():
    """Dropped when the function returns, far from where they were made."""
    await forget_one("abc")
    await asyncio.sleep(0.01)


async def near_awaited_later():
    coro = save()
    await asyncio.sleep(0.01)
    await coro


async def near_task():
    task = asyncio.create_task(save())
    await task


async def near_closed():
    coro = save()
    coro.close()
    await asyncio.sleep(0.01)


run(globals())
