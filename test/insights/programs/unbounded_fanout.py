import asyncio

from cases import run


async def crawl():
    await asyncio.sleep(0.2)


async def fires():
    await asyncio.gather(*[crawl() for _ in range(1500)])


async def gentle(semaphore):
    async with semaphore:
        await asyncio.sleep(0.001)


async def near_limited():
    semaphore = asyncio.Semaphore(100)
    await asyncio.gather(*[gentle(semaphore) for _ in range(1500)])


async def near_few():
    await asyncio.gather(*[crawl() for _ in range(300)])


async def near_in_turn():
    for _ in range(15):
        await asyncio.gather(*[asyncio.sleep(0) for _ in range(100)])


run(globals())
