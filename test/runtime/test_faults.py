"""Whatever happens to a program happens to it as without us; the trace says of it what it can and is never damaged."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import unittest

import golden
import tracefile
from comparing import Comparing
from running import PATIENCE_S, RUNTIME, Run, both, environment, folder


class Clocks(Comparing):
    def test_a_program_that_replaces_the_clocks(self) -> None:
        trace = self.same(
            """
            import asyncio, time
            async def main():
                await asyncio.sleep(0.001)
                for name in ("time", "monotonic", "perf_counter", "perf_counter_ns", "time_ns", "monotonic_ns", "sleep"):
                    setattr(time, name, lambda *_: -5)
                await asyncio.sleep(0)
                print(time.time())
            asyncio.run(main())
            """
        )
        self.assertTrue(trace.complete)
        self.assertGreater(trace.end, 1_000_000)

    def test_a_day_in_a_moment(self) -> None:
        trace = self.same(
            """
            import asyncio, selectors
            class Clock(selectors.SelectSelector):
                now = 0.0
                def select(self, timeout=None):
                    found = super().select(0)
                    if not found and timeout:
                        self.now += timeout
                    return found
            class Loop(asyncio.SelectorEventLoop):
                def __init__(self):
                    self.clock = Clock()
                    super().__init__(self.clock)
                def time(self):
                    return self.clock.now
            async def work():
                for _ in range(24):
                    await asyncio.sleep(3600)
            loop = Loop()
            loop.run_until_complete(asyncio.wait_for(work(), 86500))
            print(loop.time())
            loop.close()
            """
        )
        self.assertTrue(trace.complete)
        self.assertEqual({task.outcome for task in trace.tasks.values()}, {"returned"})
        self.assertLess(trace.end, 60_000_000_000)  # the trace's time is that of the machine

    def test_a_day_that_the_trace_sees_whole(self) -> None:
        """By a clock that the recorder reads, too: waits and steps of hours, which are many times what a row holds."""
        site = """
            import time
            class Clock:
                passed = 0
                now = time.perf_counter_ns
                def __call__(self):
                    return Clock.now() + Clock.passed
            time.perf_counter_ns = Clock()
            """
        program = """
            import asyncio, selectors, time
            hour = 3600 * 10**9
            clock = type(time.perf_counter_ns)
            class Selector(selectors.SelectSelector):
                def select(self, timeout=None):
                    found = super().select(0)
                    if not found and timeout:
                        clock.passed += int(timeout * 1e9) + 1
                    return found
            class Loop(asyncio.SelectorEventLoop):
                def time(self):
                    return clock.passed / 1e9
            async def work():
                for at in range(2, 26, 4):
                    await asyncio.sleep(at * 3600 - clock.passed / 1e9)
                    clock.passed += hour
            async def main():
                await asyncio.gather(work(), work())
            loop = Loop(Selector())
            loop.slow_callback_duration = 1e9
            loop.run_until_complete(main())
            print(round(loop.time() / 3600))
            loop.close()
            """
        with folder({"program.py": textwrap.dedent(program), "site/sitecustomize.py": textwrap.dedent(site)}) as base:
            run = Run(["program.py"], base, env={"PYTHONPATH": str(base / "site")})
            path = base / "t.awaitscope"
            plain, traced = both(run, path)
            self.assertEqual((traced, plain.out), (plain, "24\n"))
            trace = tracefile.read(path)
            shown = golden.summarize(path)
        hour = 3_600_000_000_000
        self.assertEqual((trace.complete, trace.failure, trace.undefined, trace.lost), (True, None, [], 0))
        self.assertEqual(round(trace.end / hour, 2), 24)
        [loop] = trace.loops.values()
        self.assertEqual(round(loop.idle / hour, 2), 12)
        first, second = sorted(
            (task.steps for task in trace.tasks.values() if trace.codes[task.code]["name"] == "work"),
            key=lambda steps: steps[1].start,
        )
        for steps, ready in ((first, 0), (second, 1)):
            self.assertEqual([round((step.end - step.start) / hour, 2) for step in steps], [0, *[1] * 6])
            self.assertEqual([round((step.start - step.ready_since) / hour, 2) for step in steps], [0, *[ready] * 6])
        # The reader that people use says the same.
        self.assertEqual([round(loop["idle_ms"] * 1e6 / hour, 2) for loop in shown["loops"]], [12])
        sleep = max(shown["awaits"], key=lambda stat: stat["count"])
        self.assertEqual(
            (sleep["count"], round(sleep["total_ms"] * 1e6 / hour, 2)), (12, 17 + 12 + 6)
        )  # the first, the second, and while that was ready

    def test_a_clock_that_goes_back(self) -> None:
        trace = self.same(
            """
            import asyncio
            class Loop(asyncio.SelectorEventLoop):
                offset = 0
                def time(self):
                    return super().time() + self.offset
            async def main(loop):
                for offset in (1000, -1000, 1e9, 0):
                    loop.offset = offset
                    await asyncio.sleep(0)
                print("done")
            loop = Loop()
            loop.run_until_complete(main(loop))
            loop.close()
            """
        )
        self.assertTrue(trace.complete)


class DeepStacks(Comparing):
    def test_recursion_errors_inside_tasks(self) -> None:
        trace = self.same(
            """
            import asyncio
            def deeper(): return deeper()
            async def dive(n): return await dive(n + 1)
            async def main():
                try:
                    deeper()
                except RecursionError:
                    print("too deep")
                try:
                    await dive(0)
                except RecursionError:
                    print("too deep, too")
                await asyncio.sleep(0)
            asyncio.run(main())
            """
        )
        self.assertTrue(trace.complete)
        self.assertIsNone(trace.failure)


class Interrupts(Comparing):
    """Ctrl+C in each phase of a program: what it prints and how it ends is the same."""

    RAISE = "signal.raise_signal(signal.SIGINT)"

    def check(self, source: str) -> None:
        # Where the interrupt strikes in the loop itself, the frames between are not the same; the end of it is.
        trace = self.same(
            "import asyncio, signal\n" + textwrap.dedent(source).replace("INTERRUPT", self.RAISE),
            code=-2,
            same_err=False,
        )
        self.assertIsNone(trace.failure)
        self.assertTrue(trace.complete)

    def test_while_it_is_imported(self) -> None:
        self.check("INTERRUPT\n")

    def test_before_the_loop(self) -> None:
        self.check("loop = asyncio.new_event_loop()\nINTERRUPT\n")

    def test_in_a_step(self) -> None:
        self.check(
            "async def main():\n    await asyncio.sleep(0)\n    INTERRUPT\n    await asyncio.sleep(1)\nasyncio.run(main())\n"
        )

    def test_in_the_selector(self) -> None:
        self.check(
            """
            import threading
            async def main():
                me = threading.get_ident()
                threading.Timer(0.05, signal.pthread_kill, (me, signal.SIGINT)).start()
                await asyncio.Event().wait()
            asyncio.run(main())
            """
        )

    def test_in_a_callback(self) -> None:
        self.check(
            """
            async def main():
                asyncio.get_running_loop().call_soon(lambda: INTERRUPT)
                await asyncio.sleep(1)
            asyncio.run(main())
            """
        )

    def test_while_asyncio_cleans_up(self) -> None:
        self.check(
            """
            async def stubborn():
                try:
                    await asyncio.sleep(10)
                finally:
                    INTERRUPT
                    await asyncio.sleep(0)
            async def main():
                asyncio.create_task(stubborn())
                await asyncio.sleep(0)
            asyncio.run(main())
            """
        )


class ExceptionsOutOfNowhere(unittest.TestCase):
    """A handler of a signal may raise in the middle of anything, also while code of ours runs: the program gets it."""

    SOURCE = """
        import asyncio, sys
        class Late(Exception): ...
        left, calls, seen = 0, 0, 0
        def raise_at_a_call_of_ours(frame, event, argument):  # as a signal would, but always at the same places
            global left, calls
            if event == "call" and frame.f_code.co_filename.startswith("<awaitscope") and not is_in_a_finalizer(frame):
                left, calls = left - 1, calls + 1
                if left == 0:
                    raise Late
        finalizers = {"_gone", "_forget", "_forget_task", "call_exception_handler", "_warn_unawaited_coroutine"}
        def is_in_a_finalizer(frame):  # from which Python lets nothing out
            while frame is not None and frame.f_code.co_name not in finalizers:
                frame = frame.f_back
            return frame is not None
        def note(loop, context):
            global seen
            seen += isinstance(context.get("exception"), Late)
        async def work():
            await asyncio.sleep(0)
        async def main():
            loop = asyncio.get_running_loop()
            loop.call_soon(len, "")
            loop.call_later(0.001, len, "")
            task = asyncio.create_task(work())
            await asyncio.gather(task, asyncio.wait_for(work(), 5))
            await asyncio.wait([asyncio.create_task(work())])
            asyncio.create_task(work()).cancel()
            await asyncio.sleep(0.002)
        async def soon_over(loop):
            loop.call_later(0.1, loop.stop)
        at, caught = 0, 0
        while calls >= at:
            at, left, calls = at + 1, at + 1, 0
            loop = asyncio.new_event_loop()
            loop.run_until_complete(soon_over(loop))
            loop.set_exception_handler(note)
            task = loop.create_task(main())
            sys.settrace(raise_at_a_call_of_ours)
            try:
                loop.run_until_complete(task)
            except Late:
                caught += 1
            except RuntimeError:
                pass  # the loop was stopped: what was to wake the task is gone
            sys.settrace(None)
            loop.close()
            del task
        print(at > 20, at - 1 - caught - seen)
        """

    def test_reach_the_program(self) -> None:
        with folder({"program.py": textwrap.dedent(self.SOURCE)}) as base:
            ended = subprocess.run(
                [sys.executable, "-W", "ignore", str(RUNTIME), "run", "--out", "t.awaitscope", "program.py"],
                cwd=base, env=environment({}), capture_output=True, text=True, timeout=PATIENCE_S, check=False,
            )  # fmt: skip
            trace = tracefile.read(base / "t.awaitscope")
        self.assertEqual(ended.stdout, "True 0\n", ended.stderr)
        self.assertEqual((trace.failure, trace.complete), (None, True))


class Many(unittest.TestCase):
    """``MANY=1000000`` makes as many tasks, which takes a minute."""

    MOST_MB = 20
    COUNT = int(os.environ.get("MANY", "50000"))

    def test_memory_does_not_grow_with_the_number_of_tasks(self) -> None:
        source = f"""
            import asyncio, resource, sys
            async def work():
                await asyncio.sleep(0)
            async def main():
                for _ in range({self.COUNT // 100}):
                    await asyncio.gather(*(work() for _ in range(100)))
            asyncio.run(main())
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "linux" else 1024 * 1024))
            """
        with folder({"program.py": textwrap.dedent(source)}) as base:
            found = []
            for words in ([], [str(RUNTIME), "run", "--out", "t.awaitscope"]):
                ended = subprocess.run(
                    [sys.executable, *words, "program.py"], cwd=base, env=environment({}), capture_output=True,
                    text=True, timeout=PATIENCE_S, check=True,
                )  # fmt: skip
                found.append(int(ended.stdout))
            plain, traced = found
            self.assertLess(traced - plain, self.MOST_MB)
            self.assertGreaterEqual(len(tracefile.read(base / "t.awaitscope").tasks), self.COUNT)


if __name__ == "__main__":
    unittest.main()
