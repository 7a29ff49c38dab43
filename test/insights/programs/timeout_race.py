import asyncio

from cases import run


async def request(delay):
    try:
        await asyncio.wait_for(asyncio.sleep(delay), 1)
    except asyncio.TimeoutError:
        pass


async def fires():
    await asyncio.gather(request(0.95), request(1.5), request(0.2))


async def fires_just_too_early():
    work = asyncio.create_task(asyncio.sleep(1.04))
    try:
        await asyncio.wait_for(asyncio.shield(work), 1)
    except asyncio.TimeoutError:
        await work


async def near_far_too_early():
    work = asyncio.create_task(asyncio.sleep(0.6))
    try:
        await asyncio.wait_for(asyncio.shield(work), 0.2)
    except asyncio.TimeoutError:
        await work


async def near_never_needed():
    for _ in range(25):
        await asyncio.wait_for(asyncio.sleep(0.001), 600)


async def near_clear_misses():
    await asyncio.gather(request(0.02), request(2), request(0.05))


async def near_clear_hits():
    await asyncio.gather(*[request(0.05) for _ in range(5)])


run(globals())
