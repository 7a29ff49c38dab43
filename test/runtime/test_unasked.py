"""A task that died while the program keeps it: the trace says so while the program runs, and takes it back if somebody asks."""

from __future__ import annotations

import subprocess
import textwrap
import time
import unittest
from collections.abc import Callable
from pathlib import Path

import tracefile
from running import PATIENCE_S, Run, folder, start, traced_command

PROGRAM = """
    import asyncio, sys
    async def fail():
        raise ValueError("nobody asks")
    async def main():
        kept = asyncio.create_task(fail(), name="kept")
        awaited = await asyncio.gather(fail(), return_exceptions=True)
        await asyncio.to_thread(sys.stdin.readline)
        kept.exception()
        await asyncio.to_thread(sys.stdin.readline)
    asyncio.run(main())
    """


class Unasked(unittest.TestCase):
    def run_until(self, then: Callable[[subprocess.Popen[str], Path], None]) -> tracefile.Trace:
        with folder({"program.py": textwrap.dedent(PROGRAM)}) as base:
            run, path = Run(["program.py"], base), base / "t.awaitscope"
            with start(traced_command(run, path), run) as process:
                try:
                    self.wait(process, path, lambda task: task.unasked is not None)
                    then(process, path)
                finally:
                    process.kill()
                    process.communicate()
            return tracefile.read(path)

    def wait(self, process: subprocess.Popen[str], path: Path, holds: Callable[[tracefile.Task], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self.assertLess(time.monotonic(), deadline, "it was not told")
            self.assertIsNone(process.poll())
            time.sleep(0.02)  # the file is the signal
            trace = tracefile.read(path) if path.exists() and path.stat().st_size else None
            if trace is not None and any(task.name == "kept" and holds(task) for task in trace.tasks.values()):
                return

    def test_is_told_of_while_the_program_runs(self) -> None:
        trace = self.run_until(lambda process, path: None)
        self.assertEqual((trace.complete, trace.undefined), (False, []))
        told = {task.name: task.unretrieved for task in trace.tasks.values() if task.unasked is not None}
        self.assertEqual(told, {"kept": None})

    def test_is_taken_back_when_somebody_asks(self) -> None:
        def ask(process: subprocess.Popen[str], path: Path) -> None:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
            self.wait(process, path, lambda task: task.unasked is None)
            process.communicate("\n")
            self.assertEqual(process.returncode, 0)

        trace = self.run_until(ask)
        self.assertTrue(trace.complete)
        self.assertEqual([task.unretrieved for task in trace.tasks.values() if task.name == "kept"], [None])


if __name__ == "__main__":
    unittest.main()
