"""Signals end a traced program as they would end it without us, and what was recorded by then can be read."""

from __future__ import annotations

import signal
import subprocess
import textwrap
import unittest
from pathlib import Path

import tracefile
from comparing import Comparing
from running import PATIENCE_S, Ended, Run, folder, plain_command, start, traced_command

BUSY = """
    import asyncio, threading
    async def worker(n):
        for _ in range(n):
            await asyncio.sleep(0.001)
    async def forever():
        await asyncio.Event().wait()
    async def main():
        left = asyncio.create_task(forever())
        await asyncio.gather(worker(2), worker(3))
        # Several times what the recorder takes to write what it has; and from a thread, so that the loop is waiting.
        threading.Timer(0.3, print, ["ready"], {"flush": True}).start()
        await left
    asyncio.run(main())
    """


def end_when_ready(command: list[str], run: Run, number: signal.Signals) -> Ended:
    """Sends the signal when the program has said so much as a line."""
    process = start(command, run)
    try:
        first = process.stdout.readline()
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise AssertionError("the signal did not end it") from None
    return Ended(process.returncode, first + out, err)


class FromOutside(unittest.TestCase):
    maxDiff = None

    def check(self, number: signal.Signals, source: str = BUSY) -> tracefile.Trace:
        with folder({"program.py": textwrap.dedent(source)}) as base:
            run = Run(["program.py"], base)
            trace = base / "t.awaitscope"
            plain = end_when_ready(plain_command(run), run, number)
            traced = end_when_ready(traced_command(run, trace), run, number)
            self.assertEqual(traced, plain)
            return tracefile.read(Path(trace))

    def outcomes(self, trace: tracefile.Trace) -> list[tuple[str, str]]:
        return [(trace.codes[task.code]["name"], task.outcome) for task in trace.tasks.values()]

    def test_ctrl_c(self) -> None:
        trace = self.check(signal.SIGINT)
        self.assertTrue(trace.complete)
        self.assertIn(("main", "cancelled"), self.outcomes(trace))

    def test_terminated(self) -> None:
        trace = self.check(signal.SIGTERM)
        self.assertFalse(trace.complete)
        self.assertEqual(
            self.outcomes(trace),
            [("main", "pending"), ("forever", "pending"), ("worker", "returned"), ("worker", "returned")],
        )

    def test_killed(self) -> None:
        trace = self.check(signal.SIGKILL)
        self.assertFalse(trace.complete)
        self.assertEqual(
            self.outcomes(trace),
            [("main", "pending"), ("forever", "pending"), ("worker", "returned"), ("worker", "returned")],
        )
        self.assertEqual([len(task.steps) for task in trace.tasks.values()][1:], [1, 3, 4])

    def test_killed_while_the_loop_is_blocked(self) -> None:
        trace = self.check(
            signal.SIGKILL,
            """
            import asyncio, time
            async def work():
                await asyncio.sleep(0)
            async def main():
                await asyncio.create_task(work())
                time.sleep(0.3)
                print("ready", flush=True)
                time.sleep(60)
            asyncio.run(main())
            """,
        )
        self.assertEqual(self.outcomes(trace), [("main", "pending"), ("work", "returned")])

    def test_a_handler_of_the_programs_own(self) -> None:
        trace = self.check(
            signal.SIGTERM,
            """
            import asyncio, signal
            async def main():
                stop = asyncio.Event()
                asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
                print("ready", flush=True)
                await stop.wait()
                print("stopped")
            asyncio.run(main())
            """,
        )
        self.assertTrue(trace.complete)
        self.assertEqual(trace.exit_code, 0)


class FromInside(Comparing):
    def test_an_interrupt_during_a_sleep(self) -> None:
        self.same(
            """
            import asyncio, signal, threading
            async def main():
                me = threading.get_ident()
                threading.Timer(0.1, signal.pthread_kill, (me, signal.SIGINT)).start()
                try:
                    await asyncio.sleep(10)
                finally:
                    print("cleaned up")
            asyncio.run(main())
            """,
            code=-2,
        )

    def test_an_interrupt_during_a_step(self) -> None:
        self.same(
            """
            import asyncio, os, signal
            async def main():
                await asyncio.sleep(0)
                os.kill(os.getpid(), signal.SIGINT)
                for _ in range(1000):
                    pass
                print("on")
                await asyncio.sleep(0)
            asyncio.run(main())
            """,
            code=-2,
        )

    def test_an_interrupt_outside_of_any_loop(self) -> None:
        self.same("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nfor _ in range(1000): pass\n", code=-2)

    def test_an_alarm_that_raises_in_a_step(self) -> None:
        self.same(
            """
            import asyncio, signal
            def ring(number, frame):
                raise TimeoutError("rang")
            signal.signal(signal.SIGALRM, ring)
            async def main():
                await asyncio.sleep(0)
                try:
                    signal.raise_signal(signal.SIGALRM)
                except TimeoutError as error:
                    print(error)
                await asyncio.sleep(0)
            asyncio.run(main())
            """
        )


if __name__ == "__main__":
    unittest.main()
