# steps: depend on the system
import asyncio
import concurrent.futures
import functools
import threading


def square(n, go):
    go.wait()
    return n * n


def fail(go):
    go.wait()
    raise ValueError("no")


def soon():
    """From 3.14 on, one does not wait for a job that has ended already."""
    go = threading.Event()
    asyncio.get_running_loop().call_later(0.005, go.set)
    return go


class Inline(concurrent.futures.Executor):
    """An executor of the program's own."""

    def submit(self, fn, *args):
        future = concurrent.futures.Future()
        future.set_running_or_notify_cancel()
        future.set_result(fn(*args))
        return future


async def cancelled(loop, pool):
    entered, leave = threading.Event(), threading.Event()

    def work():
        entered.set()
        leave.wait()

    running = loop.run_in_executor(pool, work)
    queued = loop.run_in_executor(pool, square, 5, soon())
    entered.wait()
    queued.cancel()
    running.cancel()  # a thread cannot be stopped: it goes on
    await asyncio.wait([running, queued])
    leave.set()


async def main():
    loop = asyncio.get_running_loop()
    # One thread: a pool of more starts a second one if the first has not yet
    # said that it is idle, which is a race that this program is not about.
    loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="asyncio"))
    print(await loop.run_in_executor(None, square, 3, soon()))
    print(await asyncio.to_thread(functools.partial(square, 4), go=soon()))
    try:
        await asyncio.to_thread(fail, soon())
    except ValueError as error:
        print(error)
    print(await loop.run_in_executor(Inline(), abs, -6))
    with concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="pool") as pool:
        await cancelled(loop, pool)
        print(await loop.run_in_executor(pool, square, 7, soon()))


asyncio.run(main())
