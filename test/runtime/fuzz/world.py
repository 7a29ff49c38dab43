"""What the generated programs import: a clock of their own, so that they print the same on every machine.

The loop's selector never waits: when nothing is ready it runs an executor's job to its end, or else moves the clock to
the next timer, or else (everybody waits for everybody) cancels all tasks. Sets of tasks are put in order of creation.
"""

import asyncio
import contextlib
import gc
import itertools
import selectors
import sys
import threading
import types
import weakref
from concurrent.futures import Future, ThreadPoolExecutor

now = 0
turns = 0
jobs = []
asked = []
over = False
_names = itertools.count(1)


class Enough(BaseException):
    """The program goes on for ever."""


class Selector(selectors.DefaultSelector):
    def select(self, timeout=None):
        global now, turns
        turns += 1
        if turns > 20_000:
            raise Enough
        events = super().select(0)
        if events or timeout == 0:
            return events
        if jobs:
            thread = threading.Thread(target=jobs.pop(0), name="job")
            thread.start()
            thread.join()
            return super().select(0)
        if timeout is None:
            say("everybody waits")
            for task in in_order(asyncio.all_tasks(self.loop)):
                task.cancel("stuck")
        else:
            now += timeout
        return []


class Loop(asyncio.SelectorEventLoop):
    def __init__(self):
        selector = Selector()
        super().__init__(selector)
        selector.loop = self
        self.set_default_executor(executor)

    def time(self):
        return now


class Executor(ThreadPoolExecutor):
    """Runs a job in a thread of its own while the loop has nothing else to do; one after the other."""

    def submit(self, function, /, *args, **kwargs):
        future = Future()

        def run():
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(function(*args, **kwargs))
                except Exception as error:
                    future.set_exception(error)

        jobs.append(run)
        return future


executor = Executor(1)


def say(*words):
    try:
        task = asyncio.current_task()
    except RuntimeError:
        task = None
    print(f"{now:g}", "-" if task is None else task.get_name(), *words, flush=True)


def new_name():
    return f"name {next(_names)}"


def in_order(tasks):
    return sorted(tasks, key=lambda task: (len(task.get_name()), task.get_name()))


class Thing:
    """Says when it dies."""

    def __init__(self, name):
        self.name = name
        weakref.finalize(self, _died, name).atexit = False


def _died(name):
    if not over:
        say(name, "died")


class Awaitable:
    def __init__(self, coro):
        self.coro = coro

    def __await__(self):
        return (yield from self.coro.__await__())


@types.coroutine
def passed_on(coro):
    return (yield from coro)


@contextlib.asynccontextmanager
async def around(name):
    await asyncio.sleep(0)
    say("into", name)
    try:
        yield name
    finally:
        await asyncio.sleep(1)
        say("out of", name)


class _InOrder(dict):
    """As much of a set as a TaskGroup needs; its own cancels its members by their addresses."""

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)


if hasattr(asyncio, "TaskGroup"):

    class TaskGroup(asyncio.TaskGroup):
        def __init__(self):
            super().__init__()
            self._tasks = _InOrder()


def run(main, factory=None, debug=False):
    """As ``asyncio.run`` does it, with a loop of ours."""
    global over
    gc.disable()  # when cycles are collected would depend on how many objects there are
    loop = Loop()
    asyncio.set_event_loop(loop)
    loop.set_debug(debug)
    loop.slow_callback_duration = 1e9
    if factory is not None:
        loop.set_task_factory(factory)
    try:
        print("main returned", loop.run_until_complete(main))
    except BaseException as error:
        print("main raised", type(error).__name__, error)
    try:
        left = in_order(asyncio.all_tasks(loop))
        for task in left:
            task.cancel()
        print("left over", [type(each).__name__ for each in loop.run_until_complete(_all(left))])
        loop.run_until_complete(loop.shutdown_asyncgens())
    except BaseException as error:
        print("the end raised", type(error).__name__, error)
    over = True
    sys.stdout.flush()
    loop.close()
    # What is left goes now, and not when the interpreter has already put away half of itself.
    asyncio.set_event_loop(None)
    asked.clear()
    jobs.clear()
    del loop, main
    gc.collect()


async def _all(tasks):
    return await asyncio.gather(*tasks, return_exceptions=True)


def job(n):
    say("job", n, threading.current_thread().name)
    if n % 5 == 4:
        raise ValueError(f"job {n}")
    return n


def wake(loop, future, value):
    """For a thread, or a timer: the future may be done by then."""

    def set_result():
        if not future.done():
            future.set_result(value)

    loop.call_soon_threadsafe(set_result)
