import asyncio
import bdb
import subprocess
import sys
import time

from cases import run


async def ticker():
    for _ in range(8):
        await asyncio.sleep(0.05)


async def handler():
    await asyncio.sleep(0.02)
    time.sleep(0.3)


async def fires_sleep():
    await asyncio.gather(ticker(), handler())


def crunch():
    total = 0
    until = time.thread_time() + 0.3
    while True:
        for i in range(1_000_000):
            total = total + i * i
        if time.thread_time() > until:
            return total


async def now_and_then(n):
    for length in n * [0.24, 0.11]:
        await asyncio.sleep(0.01)
        time.sleep(length)


async def fires_also_where_nobody_looked():
    """Of shorter steps some end before anybody could look: they are part of the same finding."""
    await now_and_then(3)


async def fires_computing():
    await asyncio.sleep(0)
    crunch()
    await asyncio.sleep(0)


async def fires_library():
    await asyncio.sleep(0.01)
    subprocess.run([sys.executable, "-c", "import time; time.sleep(0.4)"])
    await asyncio.sleep(0)


async def fires_holding_the_interpreter():
    """A C function that lets no other thread run: nobody can look before it returns, and on a busy machine not each time."""
    for _ in range(3):
        await asyncio.sleep(0.01)
        sum(range(20_000_000))


async def fires_callback():
    asyncio.get_running_loop().call_soon(time.sleep, 0.3)
    await asyncio.sleep(0.1)


async def silenced():
    await asyncio.sleep(0)
    time.sleep(0.3)  # awaitscope: ignore[blocked-loop]
    await asyncio.sleep(0)


async def near_thread():
    await asyncio.gather(ticker(), asyncio.to_thread(time.sleep, 0.3))


async def near_short():
    for _ in range(5):
        time.sleep(0.02)
        await asyncio.sleep(0.01)


class Debugger(bdb.Bdb):
    def user_line(self, frame):
        time.sleep(0.3)  # somebody looks at the variables
        self.set_quit()


async def near_breakpoint():
    await asyncio.sleep(0)
    try:
        Debugger().set_trace()
        await asyncio.sleep(0)
    except bdb.BdbQuit:
        pass


async def near_import():
    import slow_module  # noqa: F401

    await asyncio.sleep(0.01)


run(globals())
