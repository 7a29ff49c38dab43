import asyncio
import time

from cases import run


async def poll(flag):
    while not flag:
        await asyncio.sleep(0)


async def fires():
    flag = []
    asyncio.get_running_loop().call_later(0.5, flag.append, True)
    await poll(flag)


def busy(seconds):
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


async def near_polite_computing():
    for _ in range(1100):
        busy(0.0003)
        await asyncio.sleep(0)


async def near_sleeping():
    for _ in range(100):
        await asyncio.sleep(0.004)


async def near_few():
    for _ in range(200):
        await asyncio.sleep(0)
    await asyncio.sleep(0.1)


run(globals())
