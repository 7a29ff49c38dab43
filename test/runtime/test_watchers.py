"""Coverage and a debugger, as they come from PyPI: what they say of a program is what they say of it without us."""

from __future__ import annotations

import sys
import textwrap
import unittest
from pathlib import Path
from typing import Any

import proofs
import tracefile
from comparing import Comparing
from debugging import Client
from running import PATIENCE_S, Run, folder, plain_command, start, traced_command
from test_transparent_tools import WORK


class Coverage(Comparing):
    CORES = ("ctrace", "pytrace", *(["sysmon"] if sys.version_info >= (3, 12) else []))

    def setUp(self) -> None:
        self.python = proofs.python()

    def check(self, source: str, words: list[str]) -> None:
        for core in self.CORES:
            with self.subTest(core):
                trace = self.same(source, words=words, files={"work.py": WORK}, env={"COVERAGE_CORE": core})
                self.assertIsNone(trace.failure)
                self.assertGreater(len(trace.tasks), 4)

    def test_its_report(self) -> None:
        # Branches are not for every core on every version; it then says so.
        self.check(
            """
            import asyncio, coverage, sys
            watch = coverage.Coverage(data_file=None, branch=True)
            watch.start()
            import work
            asyncio.run(work.main())
            watch.stop()
            watch.report(file=sys.stdout, show_missing=True)
            """,
            ["program.py"],
        )

    def test_all_that_it_has_measured_when_it_runs_the_program(self) -> None:
        self.check(
            """
            import asyncio, coverage, os, work
            asyncio.run(work.main())
            watch = coverage.Coverage.current()
            watch.stop()
            data = watch.get_data()
            for path in sorted(data.measured_files()):
                print(os.path.relpath(path), sorted(data.lines(path)))
            """,
            ["-m", "coverage", "run", "--parallel-mode", "program.py"],
        )


class Debugger(unittest.TestCase):
    maxDiff = None
    PROGRAM = textwrap.dedent(
        """
        import asyncio, debugpy
        print(debugpy.listen(("127.0.0.1", 0))[1], flush=True)
        debugpy.wait_for_client()
        async def inner(n):
            await asyncio.sleep(0)
            return n * 2  # it stops here
        async def main():
            print("begins")
            task = asyncio.create_task(inner(3))  # and here
            print(await task)
        asyncio.run(main())
        """
    )
    STEPS = 6

    def line(self, text: str) -> int:
        return next(number for number, line in enumerate(self.PROGRAM.split("\n"), 1) if text in line)

    def debugged(self, command: list[str], run: Run) -> tuple[list[object], str, int]:
        """(where it stopped, what it printed, its exit code)."""
        with start(command, run) as process:
            try:
                client = Client(int(process.stdout.readline()))
                try:
                    stops = self.conversation(client, run.cwd / "program.py")
                finally:
                    client.close()
                out, _ = process.communicate(timeout=PATIENCE_S)
            finally:
                process.kill()
        return stops, out, process.returncode

    def conversation(self, client: Client, program: Path) -> list[object]:
        client.ask("initialize", adapterID="test")
        attached = client.send("attach", justMyCode=True)
        client.event("initialized")
        lines = [{"line": self.line(text)} for text in ("# it stops here", "# and here")]
        client.ask("setBreakpoints", source={"path": str(program)}, breakpoints=lines)
        client.ask("configurationDone")
        client.answer(attached)
        stops: list[object] = []
        thread = self.stopped(client, stops, "breakpoint")
        for _ in range(self.STEPS):
            client.ask("stepIn", threadId=thread)
            self.stopped(client, stops, None)
            if stops[-1][1][0] == ("inner", self.line("# it stops here")):
                break
        client.ask("disconnect", terminateDebuggee=False)
        return stops

    def stopped(self, client: Client, stops: list[Any], reason: str | None) -> int:
        stop = client.event("stopped")
        if reason is not None:
            self.assertEqual(stop["reason"], reason)
        frames = client.ask("stackTrace", threadId=stop["threadId"])["stackFrames"]
        [scope] = [each for each in client.ask("scopes", frameId=frames[0]["id"])["scopes"] if each["name"] == "Locals"]
        variables = client.ask("variables", variablesReference=scope["variablesReference"])["variables"]
        stops.append(
            (
                stop["reason"],
                [(frame["name"], frame["line"]) for frame in frames],
                sorted(each["name"] for each in variables),
            )
        )
        return stop["threadId"]

    def test_stops_and_steps_where_it_does_without_us(self) -> None:
        with folder({"program.py": self.PROGRAM}) as base:
            run = Run(["program.py"], base, ["-X", "frozen_modules=off"], {}, "", proofs.python())
            if sys.version_info < (3, 11):
                run = Run(["program.py"], base, (), {}, "", proofs.python())
            path = base / "t.awaitscope"
            plain = self.debugged(plain_command(run), run)
            traced = self.debugged(traced_command(run, path), run)
            trace = tracefile.read(path)
        self.assertEqual(traced, plain)
        stops, out, code = plain
        self.assertEqual((out, code), ("begins\n6\n", 0))
        where = [frames[0] for _, frames, _ in stops]
        self.assertEqual(where[0], ("main", self.line("# and here")))
        self.assertIn(("inner", self.line("# it stops here")), where)
        self.assertTrue(trace.complete)
        self.assertIsNone(trace.failure)


if __name__ == "__main__":
    unittest.main()
