"""A program that hangs says in its trace what everyone waits for, while it hangs."""

from __future__ import annotations

import textwrap
import time
import unittest
from typing import Any

import tracefile
from running import PATIENCE_S, Run, folder, start, traced_command


class Hanging:
    """What the trace of a program says while the program hangs; the program is then killed."""

    def __init__(self, source: str) -> None:
        text = "import asyncio\n" + textwrap.dedent(source) + "asyncio.run(main())\n"
        with folder({"program.py": text}) as base:
            run, path = Run(["program.py"], base), base / "t.awaitscope"
            with start(traced_command(run, path), run) as process:
                try:
                    deadline = time.monotonic() + PATIENCE_S
                    self.trace: tracefile.Trace | None = None
                    while self.trace is None or not self.trace.standing:
                        if time.monotonic() > deadline or process.poll() is not None:
                            raise AssertionError("no snapshot was written")
                        time.sleep(0.02)  # the file is the signal
                        self.trace = tracefile.read(path) if path.exists() and path.stat().st_size else None
                finally:
                    process.kill()
                    process.communicate()
        assert self.trace.undefined == [], self.trace.undefined
        self.waits = {self.trace.tasks[wait["task"]].name: wait for wait in self.trace.standing[-1]["waits"]}

    def __getitem__(self, task: str) -> dict[str, Any]:
        return self.waits[task]


class Standing(unittest.TestCase):
    def test_two_tasks_that_hold_what_the_other_waits_for(self) -> None:
        hanging = Hanging(
            """
            async def work(first, second, ready, go):
                async with first:
                    ready.set()
                    await go.wait()
                    async with second:
                        pass

            async def main():
                a, b, ready, go = asyncio.Lock(), asyncio.Lock(), asyncio.Event(), asyncio.Event()
                one = asyncio.create_task(work(a, b, ready, go), name="one")
                two = asyncio.create_task(work(b, a, ready, go), name="two")
                await ready.wait()
                await asyncio.sleep(0)
                go.set()
                await one
            """
        )
        one, two = hanging["one"], hanging["two"]
        self.assertEqual((one["on"], two["on"]), ("lock", "lock"))
        self.assertEqual(one["holds"], [two["thing"]])
        self.assertEqual(two["holds"], [one["thing"]])
        self.assertEqual(hanging["Task-1"]["on"], "task")

    def test_a_task_that_locks_twice(self) -> None:
        hanging = Hanging(
            """
            async def main():
                lock = asyncio.Lock()
                async with lock:
                    async with lock:
                        pass
            """
        )
        self.assertEqual(hanging["Task-1"]["holds"], [hanging["Task-1"]["thing"]])

    def test_a_condition_is_let_go_of_while_it_is_waited_for(self) -> None:
        hanging = Hanging(
            """
            async def main():
                changed = asyncio.Condition()
                async with changed:
                    await changed.wait()
            """
        )
        self.assertEqual(hanging["Task-1"]["on"], "condition")
        self.assertNotIn("holds", hanging["Task-1"])

    def test_consumers_of_a_queue_that_nobody_fills(self) -> None:
        hanging = Hanging(
            """
            async def main():
                queue, other = asyncio.Queue(3), asyncio.Queue()
                other.put_nowait("never done")
                asyncio.create_task(queue.get(), name="one")
                asyncio.create_task(queue.get(), name="two")
                await other.join()
            """
        )
        one, two, joins = hanging["one"], hanging["two"], hanging["Task-1"]
        self.assertEqual((one["on"], one["size"], one["limit"]), ("queue.get", 0, 3))
        self.assertEqual((joins["on"], joins["size"]), ("queue.join", 1))
        self.assertEqual(one["thing"], two["thing"])
        self.assertNotEqual(one["thing"], joins["thing"])

    def test_a_long_sleep_says_when_it_ends(self) -> None:
        hanging = Hanging(
            """
            async def main():
                await asyncio.sleep(1000)
            """
        )
        standing, slept = hanging.trace.standing[-1], hanging["Task-1"]["due"]
        self.assertEqual(hanging["Task-1"]["on"], "sleep")
        self.assertAlmostEqual((slept - standing["t"]) / 1e9, 1000, delta=PATIENCE_S)

    def test_a_timeout_says_when_it_will_come(self) -> None:
        hanging = Hanging(
            """
            async def main():
                await asyncio.wait_for(asyncio.Event().wait(), 1000)
            """
        )
        self.assertGreater(hanging["Task-1"]["due"], 900e9)

    def test_a_reader_says_whom_it_reads_from(self) -> None:
        hanging = Hanging(
            """
            async def main():
                connected = []
                server = await asyncio.start_server(lambda *pair: connected.append(pair), "127.0.0.1", 0)
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                await reader.read()
            """
        )
        self.assertEqual(hanging["Task-1"]["on"], "stream.read")
        self.assertRegex(hanging.trace.sources[hanging["Task-1"]["source"]]["peer"], r"^127\.0\.0\.1:\d+$")

    def test_a_job_that_does_not_end(self) -> None:
        hanging = Hanging(
            """
            import threading
            async def main():
                await asyncio.to_thread(threading.Event().wait)
            """
        )
        self.assertEqual(hanging["Task-1"]["on"], "executor")
        self.assertEqual(hanging.trace.function(hanging.trace.jobs[hanging["Task-1"]["job"]]["function"]), "Event.wait")

    def test_a_process_that_does_not_end(self) -> None:
        hanging = Hanging(
            """
            import sys
            async def main():
                process = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=-1)
                await process.wait()
            """
        )
        source = hanging.trace.sources[hanging["Task-1"]["source"]]
        self.assertEqual((hanging["Task-1"]["on"], source["is"]), ("subprocess", "process"))
        self.assertTrue(source["command"].endswith("-c input()"), source)

    def test_of_very_many_tasks_some_are_told(self) -> None:
        hanging = Hanging(
            """
            async def main():
                event = asyncio.Event()
                await asyncio.gather(*(event.wait() for _ in range(1500)))
            """
        )
        self.assertEqual(len(hanging.waits), 1000)
        self.assertEqual(hanging.trace.standing[-1]["more"], 501)


if __name__ == "__main__":
    unittest.main()
