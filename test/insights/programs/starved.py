import asyncio

from cases import busy, run


async def index(n):
    for _ in range(n):
        busy(0.015)
        await asyncio.sleep(0)


async def answer(n):
    for _ in range(n):
        await asyncio.sleep(0.001)


async def fires():
    await asyncio.gather(*[index(12) for _ in range(8)], answer(15))


async def near_alike():
    tasks = [asyncio.create_task(index(12)) for _ in range(3)]
    for task in tasks:
        await task


async def near_burst():
    busy(0.05)
    await asyncio.gather(*[answer(3) for _ in range(50)])


async def polite(n):
    for _ in range(n):
        busy(0.002)
        await asyncio.sleep(0.01)


async def near_idle_loop():
    await asyncio.gather(polite(30), answer(30))


run(globals())
