import asyncio

from cases import busy, run


def redraw(loop, left):
    busy(0.02)
    if left > 0:
        loop.call_later(0.01, redraw, loop, left - 1)


async def fires():
    redraw(asyncio.get_running_loop(), 15)
    await asyncio.sleep(0.6)


async def near_seldom():
    redraw(asyncio.get_running_loop(), 2)
    await asyncio.sleep(0.6)


def tick(loop, left):
    if left > 0:
        loop.call_soon(tick, loop, left - 1)


async def near_many_quick():
    tick(asyncio.get_running_loop(), 5000)
    await asyncio.sleep(0.3)


run(globals())
