"""Attaching to whatever a process is doing: what is recorded of it, or what is said; and that nothing is left there."""

from __future__ import annotations

import signal
import sys
import unittest

import proofs
from attaching import Attaching
from running import PATIENCE_S

_COMMON = """
    import asyncio, concurrent.futures, sys, threading
    async def tick():
        while True:
            await asyncio.sleep(0.01)
    def told(loop):
        for _ in sys.stdin:
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result()
            print("turned", flush=True)
    def left():
        print(sorted(name for name in sys.modules if "awaitscope" in name))
        print(sorted(thread.name for thread in threading.enumerate()), sys.gettrace(), sys.getprofile())
        for name in ("_run_once", "call_soon", "_call_soon", "run_in_executor"):
            method = getattr(asyncio.BaseEventLoop, name)
            print(method.__module__, method.__globals__["__name__"])
"""
_LEFT = "[]\n['MainThread'] None None\n" + "asyncio.base_events asyncio.base_events\n" * 4


@unittest.skipUnless(hasattr(sys, "remote_exec"), "attaching came with Python 3.14")
class AttachedTo(Attaching):
    def tell(self, line: str) -> None:
        self.program.stdin.write(f"{line}\n")
        self.program.stdin.flush()

    def turn(self) -> None:
        """A loop that is not the main thread's is seen when it next turns over."""
        self.tell("turn")
        self.assertEqual(self.program.stdout.readline(), "turned\n")

    def nothing_is_left(self) -> None:
        self.assertEqual(self.ended(), (0, _LEFT, ""))

    def test_a_loop_that_is_idle_until_something_happens(self) -> None:
        self.begin(
            _COMMON
            + """
    async def main():
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        def line():
            if not sys.stdin.readline():
                loop.remove_reader(0)
                over.set()
        loop.add_reader(0, line)
        loop.call_soon(lambda: print("ready", flush=True))
        await over.wait()
    asyncio.run(main())
    left()
    """
        )
        command = self.attaching()
        self.assertRegex(command.stderr.readline(), "^awaitscope: waiting for process .* it is idle, blocked, or was")
        self.tell("something")
        self.assertIn("tracing process", command.stderr.readline())
        command.send_signal(signal.SIGINT)
        self.assertIn("waiting for process", command.stderr.readline())
        self.tell("something")
        self.assertEqual(command.communicate(timeout=PATIENCE_S), ("", ""))
        trace = self.recorded()
        [main] = trace.tasks.values()
        self.assertEqual(trace.function(trace.user_node(main.steps[-1].node)), "main")
        self.nothing_is_left()

    def test_a_loop_in_another_thread(self) -> None:
        self.begin(
            _COMMON
            + """
    over = threading.Event()
    async def main():
        task = asyncio.create_task(tick(), name="ticking")
        print("ready", flush=True)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, told, loop)
        task.cancel()
    thread = threading.Thread(target=asyncio.run, args=[main()], name="looping")
    thread.start()
    while thread.is_alive():
        thread.join(0.01)
    left()
    """
        )
        command = self.attach()
        self.turn()
        trace = self.detach(command)
        [loop] = trace.loops.values()
        self.assertEqual(loop.thread, "looping")
        self.assertLess({"Task-1", "ticking"}, {task.name for task in trace.tasks.values()})
        self.nothing_is_left()

    def test_two_loops(self) -> None:
        self.begin(
            _COMMON
            + """
    async def second(begun):
        task = asyncio.create_task(tick(), name="second")
        await asyncio.sleep(0)
        loop = asyncio.get_running_loop()
        begun.set_result(loop)
        await loop.run_in_executor(None, over.wait)
        task.cancel()
    async def main():
        task = asyncio.create_task(tick(), name="first")
        print("ready", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, told, begun.result())
        task.cancel()
    begun, over = concurrent.futures.Future(), threading.Event()
    thread = threading.Thread(target=asyncio.run, args=[second(begun)], name="other")
    thread.start()
    begun.result()
    asyncio.run(main())
    over.set()
    thread.join()
    left()
    """
        )
        command = self.attach()
        self.turn()
        trace = self.detach(command)
        self.assertEqual({loop.thread for loop in trace.loops.values()}, {"MainThread", "other"})
        tasks = {task.name: trace.loops[task.loop].thread for task in trace.tasks.values()}
        self.assertEqual((tasks["first"], tasks["second"]), ("MainThread", "other"))
        self.nothing_is_left()

    def test_uvloop(self) -> None:
        self.begin(
            _COMMON
            + """
    import uvloop
    async def main():
        task = asyncio.create_task(tick(), name="ticking")
        print("ready", flush=True)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, told, loop)
        task.cancel()
    before = uvloop.Loop.call_soon, uvloop.Loop.call_exception_handler, sorted(vars(uvloop.Loop))
    uvloop.run(main())
    print((uvloop.Loop.call_soon, uvloop.Loop.call_exception_handler, sorted(vars(uvloop.Loop))) == before)
    left()
    """,
            proofs.python(),
        )
        trace = self.detach(self.attach())
        [loop] = trace.loops.values()
        self.assertIn("callbacks that were not asked for", loop.partial)
        self.assertIn("ticking", {task.name for task in trace.tasks.values()})
        self.assertEqual(self.ended(), (0, f"True\n{_LEFT}", ""))

    def test_a_step_that_blocks_its_loop(self) -> None:
        self.begin(
            _COMMON
            + """
    import time
    over = threading.Event()
    async def main():
        await asyncio.sleep(0)
        threading.Thread(target=lambda: (sys.stdin.readline(), over.set())).start()
        print("ready", flush=True)
        while not over.wait(0.01):
            pass
        task = asyncio.create_task(tick(), name="ticking")
        await asyncio.sleep(0.01)
        print("on", flush=True)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, told, loop)
        task.cancel()
    asyncio.run(main())
    left()
    """
        )
        command = self.attach()
        self.tell("go on")
        self.assertEqual(self.program.stdout.readline(), "on\n")
        trace = self.detach(command)
        tasks = {task.name: task for task in trace.tasks.values()}
        self.assertGreater(len(tasks["Task-1"].steps), 0)  # from the next one on
        self.assertEqual(trace.function(tasks["ticking"].steps[0].node), "sleep")
        self.nothing_is_left()

    def test_a_process_without_a_loop(self) -> None:
        self.begin(
            _COMMON
            + """
    thread = threading.Thread(target=sys.stdin.read)
    thread.start()
    print("ready", flush=True)
    while thread.is_alive():
        thread.join(0.01)
    left()
    """
        )
        trace = self.detach(self.attach())
        self.assertEqual((trace.loops, trace.tasks), ({}, {}))
        self.nothing_is_left()


if __name__ == "__main__":
    unittest.main()
