# steps: depend on the system
import asyncio
import concurrent.futures
import functools
import threading


def square(n):
    return n * n


def fail():
    raise ValueError("no")


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
    queued = loop.run_in_executor(pool, square, 5)
    entered.wait()
    queued.cancel()
    running.cancel()  # a thread cannot be stopped: it goes on
    await asyncio.wait([running, queued])
    leave.set()


async def main():
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, square, 3))
    print(await asyncio.to_thread(functools.partial(square, 4)))
    try:
        await asyncio.to_thread(fail)
    except ValueError as error:
        print(error)
    print(await loop.run_in_executor(Inline(), square, 6))
    with concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="pool") as pool:
        await cancelled(loop, pool)
        print(await loop.run_in_executor(pool, square, 7))


asyncio.run(main())
