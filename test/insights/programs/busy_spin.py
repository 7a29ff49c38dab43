import asyncio
import time

from cases import busy, run


async def poll(flag):
    while not flag:
        await asyncio.sleep(0)


async def fires():
    flag = []

    def look(until):
        if time.thread_time() >= until:
            flag.append(True)
        else:
            asyncio.get_running_loop().call_later(0.05, look, until)

    look(time.thread_time() + 0.4)
    await poll(flag)


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
