"""Tasks that asyncio makes later of what it is handed: who handed it over, and from where."""

import asyncio
import threading


async def work():
    await asyncio.sleep(0.005)


async def ticks():
    try:
        yield "tick"
    finally:
        await asyncio.sleep(0)


def elsewhere(loop, done):
    asyncio.run_coroutine_threadsafe(work(), loop).result()
    loop.call_soon_threadsafe(asyncio.create_task, work())
    loop.call_soon_threadsafe(done.set)


async def another(loop, done):
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), loop))
    loop.call_soon_threadsafe(done.set)


def run_another(loop, done):
    asyncio.run(another(loop, done))


async def drop():
    async for tick in ticks():
        break


async def main():
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    thread = threading.Thread(target=elsewhere, args=(loop, done), name="elsewhere")
    thread.start()
    await done.wait()
    thread.join()
    done.clear()
    thread = threading.Thread(target=run_another, args=(loop, done), name="worker")
    thread.start()
    await done.wait()
    thread.join()
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), loop))
    loop.call_soon(asyncio.ensure_future, work())
    loop.call_later(0.001, loop.create_task, work())
    waits = asyncio.create_task(
        asyncio.wait(
            [asyncio.create_task(work())],
        )
    )
    await waits
    await asyncio.create_task(drop())
    global kept
    kept = ticks()
    await kept.__anext__()
    await asyncio.sleep(0.02)


asyncio.run(main())
