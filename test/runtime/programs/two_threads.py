# Two loops at once, each in a thread of its own.
import asyncio
import threading

started = threading.Event()
over = threading.Event()


async def first():
    asyncio.current_task().set_name("in the worker")
    # Called when this task waits: the job cannot be over before somebody waits for it.
    asyncio.get_running_loop().call_soon(started.set)
    await asyncio.to_thread(over.wait)


async def second():
    asyncio.current_task().set_name("in the main thread")
    await asyncio.sleep(0.01)


def work():
    asyncio.run(first())


thread = threading.Thread(target=work, name="worker")
thread.start()
started.wait()
asyncio.run(second())
over.set()
thread.join()
