"""``python witness.py PROGRAM LOG``: runs a program without us and writes down, as JSON, what its tasks did.

It knows by other means than ours: asyncio's tasks in pure Python, with methods overridden, and the lines that the
interpreter says it runs. What it is compared with is a trace of the same program on the tasks that are in use.
"""

import asyncio
import contextlib
import gc
import importlib
import json
import os
import runpy
import sys
import threading
import weakref
from types import AsyncGeneratorType, CoroutineType, GeneratorType

PyTask, PyFuture = asyncio.tasks._PyTask, asyncio.futures._PyFuture
tasks = []
"""Of each task, in the order of creation: function, parent, line of creation, group; at the end its name and outcome."""
steps = []
"""Of each step, in order: task, line of the user's code where it then stands (0: ended), still the same await as before,
whether it was an eager one, and who asked for it."""
groups = []
"""Of each gather and TaskGroup: kind, owner, members, as numbers of tasks; how it ended."""

cancels = []
"""Of each call that cancels a task, or a future that tasks await: task, who calls, from which line, what the task waits for."""

folder = ""
alive = []
"""Weak references to the tasks, for their names, which may change until the end."""
executed = {}
_after_call = {}
asker = "unknown"
"""Who asked for the callback that runs now: a task and which of its steps, or what; between callbacks, the last of them."""


handed = {}
"""id of a coroutine that a loop is asked to make a task of → task that asked, and its line. So are dropped generators closed."""


def number_of(task):
    return getattr(task, "number", 0)


class Task(PyTask):
    def __init__(self, coro, **kwargs):
        factory = kwargs["loop"].get_task_factory() if kwargs.get("loop") is not None else None
        self.number = len(tasks) + 1
        self.stood = None
        self.count = 0
        self.starter = None
        line = user_line(sys._getframe(1), getattr(factory, "__code__", None))
        parent = number_of(current_task())
        if id(coro) in handed:
            parent, line = handed.pop(id(coro))
        tasks.append({"function": function_of(coro), "parent": parent, "line": line, "group": 0})
        alive.append(weakref.ref(self))
        super().__init__(coro, **kwargs)

    def _Task__step(self, *args):
        try:
            super()._Task__step(*args)
        finally:
            self.note()

    def _Task__eager_start(self):
        self.starter = who()
        try:
            super()._Task__eager_start()
        finally:
            self.starter = None
            self.note(eager=True)

    def cancel(self, *args, **kwargs):
        if not self.done():
            note_cancel(self.number, waited_for(self._fut_waiter))
        with passing_on():
            return super().cancel(*args, **kwargs)

    def note(self, eager=False):
        global asker
        fact = tasks[self.number - 1]
        if self.done():
            error = self._exception
            fact["outcome"] = "cancelled" if self.cancelled() else "returned" if error is None else "raised"
            fact["error"] = None if error is None else [type(error).__name__, str(error)]
            stood = None
        else:
            stood = standing(self._coro)
        same = stood is not None and stood == self.stood
        steps.append([self.number, stood[0] if stood else 0, same, eager, who() if eager else asker])
        self.stood = stood
        self.count += 1
        if not eager:
            asker = [
                self.number,
                self.count,
            ]  # until the next callback: of what is asked for while the loop does not run

    def __del__(self):
        tasks[self.number - 1]["name"] = self.get_name()
        super().__del__()


class Future(PyFuture):
    def cancel(self, *args, **kwargs):
        if not cancelling and not self.done():
            # What asyncio cancels by itself was passed on, or is told as done by nobody.
            how = "it" if user_line(sys._getframe(1), None) else "it, somehow"
            for callback, _ in self._callbacks or ():
                if number_of(getattr(callback, "__self__", None)):
                    note_cancel(callback.__self__.number, how)
        with passing_on():
            return super().cancel(*args, **kwargs)


def waited_for(future):
    if future is None or future.done():
        return "nothing"
    if isinstance(future, Task):
        return "task"
    return "gather" if isinstance(future, asyncio.tasks._GatheringFuture) else "future"


def note_cancel(number, waits):
    cancels.append([number, number_of(current_task()), user_line(sys._getframe(2), None), waits])


cancelling = []


@contextlib.contextmanager
def passing_on():
    """A task that is cancelled cancels what it waits for."""
    cancelling.append(True)
    try:
        yield
    finally:
        cancelling.pop()


def function_of(coro):
    code = getattr(coro, "cr_code", None) or getattr(coro, "gi_code", None)
    if code is not None:
        return code.co_name
    return next(each.ag_code.co_name for each in gc.get_referents(coro) if type(each) is AsyncGeneratorType)  # aclose()


def current_task():
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def who():
    """Who would ask for a callback now. What a task does in an eager start is part of its creator's step."""
    thread = threading.current_thread()
    if thread is not threading.main_thread():
        return f"thread {thread.name}"
    task = current_task()
    if task is None:
        return asker
    return task.starter or [task.number, task.count + 1]


def ask(who_asks, callback, *args):
    global asker
    asker = who_asks
    callback(*args)


def watch_wakes(world):
    """By the methods with which a loop is asked for callbacks."""

    class Loop(world.Loop):
        def create_future(self):
            return Future(loop=self)

        def _read_from_self(self):
            ask("I/O", super()._read_from_self)

        def call_soon(self, callback, *args, **options):
            return super().call_soon(ask, who(), callback, *args, **options)

        def call_soon_threadsafe(self, callback, *args, **options):
            if getattr(callback, "__name__", "") == "create_task":
                handed[id(args[0])] = number_of(current_task()), user_line(sys._getframe(1), None)
            return super().call_soon_threadsafe(ask, who(), callback, *args, **options)

        def call_at(self, when, callback, *args, **options):
            return super().call_at(when, ask, "timer", callback, *args, **options)

    class Selector(world.Selector):
        def select(self, timeout=None):
            global asker
            before, asker = asker, "I/O"
            found = super().select(timeout)
            asker = before
            return found

    world.Loop, world.Selector = Loop, Selector


def is_user(code):
    return os.path.dirname(code.co_filename) == folder


def user_line(frame, but_not):
    while frame is not None and frame.f_code is not asyncio.BaseEventLoop._run_once.__code__:
        if is_user(frame.f_code) and frame.f_code is not but_not:
            return place(frame)
        frame = frame.f_back
    return None


def place(frame):
    return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"


def standing(awaitable):
    """(line, frame, instruction, how many lines it had executed) of the innermost frame of the user."""
    found = None
    while awaitable is not None:
        kind = type(awaitable)
        if kind is CoroutineType:
            frame, inner = awaitable.cr_frame, awaitable.cr_await
        elif kind is GeneratorType:
            frame, inner = awaitable.gi_frame, awaitable.gi_yieldfrom
        elif kind is AsyncGeneratorType:
            frame, inner = awaitable.ag_frame, awaitable.ag_await
        else:
            if kind.__name__ not in (
                "async_generator_asend",
                "async_generator_athrow",
                "coroutine_wrapper",
                "anext_awaitable",
            ):
                break
            frame = None
            inner = next((each for each in gc.get_referents(awaitable) if hasattr(each, "send")
                          or type(each) is AsyncGeneratorType), None)  # fmt: skip
        if frame is not None and is_user(frame.f_code):
            found = (place(frame), id(frame), frame.f_lasti, executed.get(id(frame), 0))
        awaitable = inner
    return found


def trace_calls(frame, event, _):
    if is_user(frame.f_code):
        if frame.f_lasti < 0:  # 3.10: a new frame, maybe where another was, that begins on its line
            executed[id(frame)] = executed.get(id(frame), 0) + 1
        _after_call[id(frame)] = frame.f_lineno
        return trace_lines
    return None


def trace_lines(frame, event, _):
    if event == "line":
        # The line on which a coroutine goes on is not a new execution of it.
        if _after_call.pop(id(frame), None) != frame.f_lineno:
            executed[id(frame)] = executed.get(id(frame), 0) + 1
    return trace_lines


def how_raised(error):
    return "cancelled" if isinstance(error, asyncio.CancelledError) else "raised"


def watch_groups():
    gathering = asyncio.tasks._GatheringFuture
    gathering_init, set_result, set_exception = gathering.__init__, gathering.set_result, gathering.set_exception

    def gather(self, children, *, loop):
        gathering_init(self, children, loop=loop)
        groups.append(
            [
                "gather",
                number_of(current_task()),
                [number_of(child) for child in children if number_of(child) and not child.done()],
                "pending",
            ]
        )
        self.witnessed = groups[-1]

    def returned(self, result):
        self.witnessed[3] = "returned"
        set_result(self, result)

    def raised(self, error):
        self.witnessed[3] = how_raised(error)
        set_exception(self, error)

    gathering.__init__, gathering.set_result, gathering.set_exception = gather, returned, raised
    if not hasattr(asyncio, "TaskGroup"):
        return
    taskgroup_init, leave = asyncio.TaskGroup.__init__, asyncio.TaskGroup.__aexit__
    create = asyncio.TaskGroup.create_task

    def taskgroup(self):
        taskgroup_init(self)
        self.members = []
        self.witnessed = ["taskgroup", number_of(current_task()), self.members, "pending"]
        groups.append(self.witnessed)

    async def aexit(self, *how):
        try:
            await leave(self, *how)
            self.witnessed[3] = "returned"
        except BaseException as error:
            if not isinstance(error, GeneratorExit):
                self.witnessed[3] = how_raised(error)
            raise

    def create_task(self, *args, **kwargs):
        task = create(self, *args, **kwargs)
        self.members.append(task.number)
        return task

    asyncio.TaskGroup.__init__, asyncio.TaskGroup.__aexit__ = taskgroup, aexit
    asyncio.TaskGroup.create_task = create_task


def main(program, log):
    global folder
    folder = os.path.dirname(os.path.abspath(program))
    sys.path[0] = folder
    asyncio.Task = asyncio.tasks.Task = Task
    if hasattr(asyncio.tasks, "_py_all_tasks"):  # 3.14 keeps these tasks apart
        asyncio.current_task = asyncio.tasks.current_task = asyncio.tasks._py_current_task
        asyncio.all_tasks = asyncio.tasks.all_tasks = asyncio.tasks._py_all_tasks
    watch_groups()
    watch_wakes(importlib.import_module("world"))
    sys.settrace(trace_calls)
    try:
        runpy.run_path(os.path.abspath(program), run_name="__main__")
    finally:
        sys.settrace(None)
        for fact, ref in zip(tasks, alive):
            task = ref()
            if task is not None:
                fact["name"] = task.get_name()
        with open(log, "w", encoding="utf-8") as file:
            json.dump({"tasks": tasks, "steps": steps, "groups": groups, "cancels": cancels}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
