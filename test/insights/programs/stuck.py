import asyncio
import os
import signal
import threading

from cases import run


async def consume(queue):
    await queue.get()


async def forgotten(queue, event):
    worker = asyncio.create_task(consume(queue))
    await event.wait()
    await worker


def end_by_interrupt(main, after):
    """Ctrl+C, after a while."""
    threading.Timer(after, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    try:
        asyncio.run(main)
    except KeyboardInterrupt:
        pass


def fires():
    async def main():
        await forgotten(asyncio.Queue(), asyncio.Event())

    end_by_interrupt(main(), 1.6)


async def near_timer():
    event = asyncio.Event()
    asyncio.get_running_loop().call_later(1.3, event.set)
    await event.wait()


async def near_timer_task():
    queue = asyncio.Queue()
    worker = asyncio.create_task(consume(queue))
    await asyncio.sleep(1.3)
    await queue.put(1)
    await worker


async def near_thread():
    loop = asyncio.get_running_loop()
    event = asyncio.Event()
    threading.Timer(1.3, lambda: loop.call_soon_threadsafe(event.set)).start()
    await event.wait()


def near_server():
    async def main():
        server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
        async with server:
            await asyncio.Event().wait()

    end_by_interrupt(main(), 1.4)


run(globals())
