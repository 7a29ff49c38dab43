"""A trace never grows far beyond its limit: the newest steps are kept, and of the older time who lived and how it ended."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import textwrap
import unittest
from collections import Counter

import tracefile
from comparing import Comparing
from running import PATIENCE_S, RUNTIME, Run, environment, folder, plain, start

LIMIT = 1_000_000
STEPS = 300_000
"""Three times what the limit holds."""
PROGRAM = """
    import asyncio, os, sys
    async def work(n):
        for _ in range(n):
            await asyncio.sleep(0)
    async def fail():
        raise ValueError("early")
    async def main():
        first = asyncio.create_task(work(2), name="first")
        await asyncio.wait([asyncio.create_task(fail(), name="failed")])
        {early}
        for _ in range(STEPS // 1000):
            await asyncio.create_task(work(1000))
        await asyncio.create_task(work(3), name="last")
        print("done")
    asyncio.run(main())
    """.replace("STEPS", str(STEPS))


class Limited(unittest.TestCase):
    def command(self) -> list[str]:
        return [sys.executable, str(RUNTIME), "run", "--out", "t.awaitscope", "--limit", str(LIMIT), "program.py"]

    def check(self, early: str = "pass", files: dict[str, str] | None = None) -> tuple[tracefile.Trace | None, int]:
        """(trace, its size): the program does what it does without us."""
        source = textwrap.dedent(PROGRAM).replace("{early}", early)
        with folder({"program.py": source, **(files or {})}) as base:
            run = Run(["program.py"], base)
            ended = subprocess.run(
                self.command(),
                cwd=base,
                env=environment({}),
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
            )
            without = plain(run)
            self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (without.code, without.out, without.err))
            self.assertEqual(sorted(path.name for path in base.glob("*.part")), sorted(files or {}))
            path = base / "t.awaitscope"
            return (tracefile.read(path), path.stat().st_size) if path.exists() else (None, 0)

    def steps(self, trace: tracefile.Trace) -> int:
        return sum(len(loop.steps) for loop in trace.loops.values())

    def check_lives(self, trace: tracefile.Trace) -> None:
        """Every task is there with its end, whether or not its steps are."""
        self.assertTrue(trace.complete)
        self.assertEqual(trace.undefined, [])
        self.assertEqual(Counter(task.outcome for task in trace.tasks.values())["pending"], 0)
        tasks = {task.name: task for task in trace.tasks.values()}
        self.assertEqual(tasks["failed"].exception, ("ValueError", "early"))
        self.assertLess(tasks["first"].ended, tasks["last"].created)

    def test_the_newest_steps_are_kept(self) -> None:
        trace, size = self.check()
        self.check_lives(trace)
        self.assertLess(size, 1.5 * LIMIT)
        self.assertGreater(trace.lost, STEPS / 3)
        [loop] = trace.loops.values()
        self.assertEqual(trace.losses, {"steps": max(loop.steps) - len(loop.steps)})
        self.assertEqual(max(loop.steps) - min(loop.steps) + 1, len(loop.steps))
        self.assertEqual(len(next(task for task in trace.tasks.values() if task.name == "last").steps), 4)

    def test_where_a_shorter_file_cannot_be_built_the_newest_steps_are_given_up(self) -> None:
        trace, _ = self.check(files={"t.awaitscope.part": "somebody else's"})
        self.check_lives(trace)
        [loop] = trace.loops.values()
        self.assertIn(1, loop.steps)
        self.assertGreater(trace.lost, STEPS / 3)
        self.assertGreater(self.steps(trace) + trace.lost, STEPS)

    def test_a_file_removed_meanwhile(self) -> None:
        trace, _ = self.check("os.path.exists('t.awaitscope') and os.remove('t.awaitscope')")
        self.assertIsNone(trace)

    def test_a_fork_meanwhile(self) -> None:
        early = "[os._exit(0) if pid == 0 else os.waitpid(pid, 0) for pid in [os.fork()]]"
        trace, size = self.check(early)
        self.check_lives(trace)
        self.assertLess(size, 1.5 * LIMIT)


class ByDefault(unittest.TestCase):
    PROGRAM = """
        import asyncio, sys
        sys.path.insert(0, sys.argv[1])
        from awaitscope import session, trace
        print(session.DEFAULT_LIMIT)
        session.DEFAULT_LIMIT = int(sys.argv[2])
        async def main():
            for _ in range(STEPS):
                await asyncio.sleep(0)
        with trace("t.awaitscope"):
            asyncio.run(main())
        """.replace("STEPS", str(STEPS))

    def test_the_limit_is_a_gigabyte(self) -> None:
        with folder({"program.py": textwrap.dedent(self.PROGRAM)}) as base:
            ended = plain(Run(["program.py", str(RUNTIME.parent), str(LIMIT // 4)], base))
            self.assertEqual((ended.out, ended.err), ("1000000000\n", ""))
            trace = tracefile.read(base / "t.awaitscope")
            self.assertTrue(trace.complete)
            self.assertGreater(trace.losses["steps"], 0)
            self.assertLess((base / "t.awaitscope").stat().st_size, LIMIT // 2)


class WhatIsLost(Comparing):
    def test_calls_where_the_program_has_no_stack_left_for_us_are_counted(self) -> None:
        trace = self.same(
            """
            import asyncio
            async def nothing():
                pass
            def down(loop, made):
                made.append(loop.create_task(nothing()))
                down(loop, made)
            async def main():
                made = []
                try:
                    down(asyncio.get_running_loop(), made)
                except RecursionError:
                    pass
                await asyncio.wait(made)
                print("done")
            asyncio.run(main())
            """,
            same_err=False,
        )
        self.assertTrue(trace.complete)
        self.assertIsNone(trace.failure)
        self.assertGreater(trace.losses["calls"], 0)


class KilledAtAnyMoment(unittest.TestCase):
    SEED = 20261123
    SOURCE = """
        import asyncio
        async def work(n):
            for _ in range(n):
                await asyncio.sleep(0)
        async def main():
            print("ready", flush=True)
            while True:
                await asyncio.gather(*(work(100) for _ in range(20)))
        asyncio.run(main())
        """

    def test_what_is_there_can_be_read(self) -> None:
        moments = random.Random(self.SEED)
        for _ in range(6):
            delay = moments.uniform(0.0, 1.0)
            with self.subTest(delay=delay), folder({"program.py": textwrap.dedent(self.SOURCE)}) as base:
                command = [sys.executable, str(RUNTIME), "run", "--out", "t.awaitscope", "--limit", "1M", "program.py"]
                process = start(command, Run([], base))
                self.assertEqual(process.stdout.readline(), "ready\n")
                try:
                    process.wait(timeout=delay)  # it never ends: this is when it is killed
                except subprocess.TimeoutExpired:
                    pass
                process.send_signal(signal.SIGKILL)
                process.communicate()
                trace = tracefile.read(base / "t.awaitscope")
                self.assertEqual((trace.complete, trace.failure, trace.undefined), (False, None, []))


if __name__ == "__main__":
    unittest.main()
