import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from cases import run


async def fires():
    loop = asyncio.get_running_loop()
    pool = ThreadPoolExecutor(2)
    await asyncio.gather(*[loop.run_in_executor(pool, time.sleep, 0.06) for _ in range(12)])
    pool.shutdown(wait=False)


async def near_enough_threads():
    loop = asyncio.get_running_loop()
    pool = ThreadPoolExecutor(12)
    await asyncio.gather(*[loop.run_in_executor(pool, time.sleep, 0.1) for _ in range(12)])
    pool.shutdown(wait=False)


async def near_brief():
    loop = asyncio.get_running_loop()
    pool = ThreadPoolExecutor(2)
    await asyncio.gather(*[loop.run_in_executor(pool, time.sleep, 0.02) for _ in range(4)])
    await asyncio.sleep(0.4)
    pool.shutdown(wait=False)


async def near_one_after_another():
    for _ in range(10):
        await asyncio.to_thread(time.sleep, 0.03)


run(globals())
