# steps: depend on the system
import asyncio
import time


def work(n):
    time.sleep(0.01)
    return n * n


async def main():
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, work, 3))
    print(await asyncio.to_thread(work, 4))


asyncio.run(main())
