"""Whatever happens to a program happens to it as without us; the trace says of it what it can and is never damaged."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import unittest

import tracefile
from comparing import Comparing
from running import PATIENCE_S, RUNTIME, environment, folder


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


class Many(unittest.TestCase):
    MOST_MB = 20

    def test_memory_does_not_grow_with_the_number_of_tasks(self) -> None:
        source = """
            import asyncio, resource, sys
            async def work():
                await asyncio.sleep(0)
            async def main():
                for _ in range(1000):
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
            self.assertEqual(len(tracefile.read(base / "t.awaitscope").tasks) // 1000, 100)


if __name__ == "__main__":
    unittest.main()
