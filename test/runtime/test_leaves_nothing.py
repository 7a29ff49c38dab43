"""After a recording, the process is as it was before: no method replaced, no thread, no object of ours left."""

from __future__ import annotations

import _thread
import asyncio
import concurrent.futures
import gc
import os
import sys
import threading
import unittest
from pathlib import Path

import tracefile
from running import ROOT, folder

sys.path.insert(0, str(ROOT / "runtime"))

from awaitscope.session import Session

CLASSES = [
    asyncio.BaseEventLoop,
    asyncio.SelectorEventLoop,
    asyncio.tasks._GatheringFuture,
    asyncio.Task,
    asyncio.Handle,
    concurrent.futures.Future,
]
if hasattr(asyncio.events, "_ThreadSafeHandle"):
    CLASSES.append(asyncio.events._ThreadSafeHandle)
if hasattr(asyncio, "TaskGroup"):
    CLASSES += [asyncio.TaskGroup, asyncio.Timeout]
if hasattr(asyncio.tasks, "_AsCompletedIterator"):
    CLASSES.append(asyncio.tasks._AsCompletedIterator)
MODULES = [os, sys, threading, asyncio, asyncio.tasks, asyncio.futures, asyncio.events, asyncio.base_events]


def process() -> dict[str, object]:
    """What of the process a program could find changed."""
    found: dict[str, object] = {}
    for place in [*CLASSES, *MODULES]:
        for name, value in vars(place).items():
            if name not in ("__warningregistry__",):
                found[f"{place.__name__}.{name}"] = value if isinstance(value, (int, str)) else id(value)
    for name in ("all_tasks", "_all_tasks", "_scheduled_tasks", "_current_tasks"):
        holder = getattr(asyncio.tasks, name, None)
        if hasattr(holder, "__len__"):
            found[f"entries of {name}"] = len(holder)
    found["threads"] = [thread.name for thread in threading.enumerate()]
    found["all threads"] = _thread._count()
    found["hooks"] = (sys.gettrace(), sys.getprofile(), sys.excepthook, sys.unraisablehook, threading.excepthook)
    return found


def objects_of_ours() -> list[str]:
    gc.collect()
    return sorted(
        type(thing).__qualname__
        for thing in gc.get_objects()
        if type(thing).__module__.startswith("awaitscope.") and type(thing).__name__ != "type"
    )


async def work(delay: float) -> float:
    await asyncio.sleep(delay)
    return delay


async def main() -> None:
    await asyncio.gather(work(0.001), work(0.002))
    await asyncio.to_thread(len, "abc")
    if hasattr(asyncio, "TaskGroup"):
        async with asyncio.TaskGroup() as group:
            group.create_task(work(0.001))
        async with asyncio.timeout(5):
            await work(0.001)
    await asyncio.wait([asyncio.create_task(work(0.001))], timeout=5)
    await asyncio.wait_for(asyncio.shield(work(0.001)), 5)
    for first in asyncio.as_completed([work(0.001), work(0.002)], timeout=5):
        await first
    left = asyncio.create_task(work(10))
    await asyncio.sleep(0)
    left.cancel()


class LeavesNothing(unittest.TestCase):
    maxDiff = None
    debug = False

    def setUp(self) -> None:
        # Whatever asyncio itself makes once, at its first run, is there before.
        asyncio.run(main(), debug=self.debug)
        holder = folder()
        self.base = holder.__enter__()
        self.addCleanup(holder.__exit__, None, None, None)

    def record(self) -> Path:
        path = self.base / "t.awaitscope"
        session = Session(str(path), ["program.py"])
        asyncio.run(main(), debug=self.debug)
        session.finish(0)
        return path

    def test_the_process_is_as_before(self) -> None:
        before = process()
        path = self.record()
        self.assertEqual(process(), before)
        self.assertTrue(tracefile.read(path).complete)

    def test_futures_of_executors_are_left_alone_where_asyncio_runs_the_loop(self) -> None:
        own = concurrent.futures.Future.__init__, concurrent.futures.Future.add_done_callback
        session = Session(str(self.base / "t.awaitscope"), ["program.py"])
        asyncio.run(main(), debug=self.debug)
        during = concurrent.futures.Future.__init__, concurrent.futures.Future.add_done_callback
        session.finish(0)
        self.assertEqual(during, own)

    def test_no_object_is_left(self) -> None:
        self.record()
        self.assertEqual(objects_of_ours(), [])

    def test_recording_again(self) -> None:
        first = tracefile.read(self.record())
        second = tracefile.read(self.record())
        self.assertEqual(len(second.tasks), len(first.tasks))
        self.assertEqual(
            [task.outcome for task in second.tasks.values()], [task.outcome for task in first.tasks.values()]
        )

    def test_no_file_is_left_open(self) -> None:
        def open_files() -> list[int]:
            found = []
            for number in range(2048):
                try:
                    os.fstat(number)
                except OSError:
                    continue
                found.append(number)
            return found

        before = open_files()
        self.record()
        self.assertEqual(open_files(), before)

    def test_a_loop_that_is_older_than_the_recording_is_recorded(self) -> None:
        loop = asyncio.new_event_loop()
        loop.set_debug(self.debug)
        self.addCleanup(loop.close)
        loop.run_until_complete(work(0.001))
        path = self.base / "t.awaitscope"
        session = Session(str(path), ["program.py"])
        loop.run_until_complete(work(0.001))
        session.finish(0)
        trace = tracefile.read(path)
        self.assertEqual([task.outcome for task in trace.tasks.values()], ["returned"])
        self.assertNotIn("_awaitscope", vars(loop))
        loop.run_until_complete(work(0.001))

    def test_a_loop_that_runs_on_after_the_recording(self) -> None:
        path = self.base / "t.awaitscope"

        async def stopping() -> float:
            other = asyncio.create_task(work(0.005))
            await asyncio.sleep(0.001)
            session.finish(0)
            await asyncio.sleep(0.001)
            later = asyncio.create_task(work(0.001))
            return await other + await later

        session = Session(str(path), ["program.py"])
        self.assertEqual(asyncio.run(stopping(), debug=self.debug), 0.006)
        trace = tracefile.read(path)
        self.assertTrue(trace.complete)
        self.assertEqual([task.outcome for task in trace.tasks.values()], ["pending", "pending"])

    def test_a_recording_that_starts_while_a_loop_runs(self) -> None:
        path = self.base / "t.awaitscope"

        async def starting() -> float:
            other = asyncio.create_task(work(0.005))
            await asyncio.sleep(0.001)
            session = Session(str(path), ["program.py"])
            self.addCleanup(session.finish, 0)
            await asyncio.sleep(0.001)
            return await other + await asyncio.create_task(work(0.001))

        self.assertEqual(asyncio.run(starting(), debug=self.debug), 0.006)

    def test_finishing_twice_does_nothing(self) -> None:
        path = self.base / "t.awaitscope"
        session = Session(str(path), ["program.py"])
        session.finish(3)
        session.finish(4)
        self.assertEqual(tracefile.read(path).exit_code, 3)


class LeavesNothingInDebugMode(LeavesNothing):
    debug = True


if __name__ == "__main__":
    unittest.main()
