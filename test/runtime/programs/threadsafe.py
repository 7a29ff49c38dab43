import asyncio
import threading


async def answer():
    await asyncio.sleep(0.005)
    return 42


def outside(loop, asked):
    print(asyncio.run_coroutine_threadsafe(answer(), loop).result())
    loop.call_soon_threadsafe(asked.set)


async def main():
    asked = asyncio.Event()
    thread = threading.Thread(target=outside, args=(asyncio.get_running_loop(), asked))
    thread.start()
    await asked.wait()
    thread.join()


asyncio.run(main())
