"""Where the trace cannot be written, the program runs as ever and is told about once, on stderr."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import textwrap
import unittest
from pathlib import Path

import tracefile
from running import RUNTIME, Ended, Run, environment, folder, plain, traced

SOURCE = """
    import asyncio, sys
    async def main():
        for _ in range(3):
            await asyncio.sleep(0.001)
        print("done")
        sys.exit(3)
    asyncio.run(main())
    """
NOT_TRACED = "The program runs without being traced."


class BadOutput(unittest.TestCase):
    maxDiff = None

    def run_both(self, source: str, out: str) -> tuple[Ended, Ended, tracefile.Trace | None]:
        """(plain, traced, trace)."""
        with folder({"program.py": textwrap.dedent(source), "file": ""}) as base:
            run = Run(["program.py"], base)
            without, with_us = plain(run), traced(run, Path(out))
            path = base / out
            return without, with_us, tracefile.read(path) if path.is_file() else None

    def check_message(self, out: str, message: str) -> None:
        without, with_us, _ = self.run_both(SOURCE, out)
        self.assertEqual((with_us.code, with_us.out), (without.code, without.out))
        self.assertRegex(with_us.err, f"^awaitscope: {message}\n$")

    def test_a_folder_that_is_not_there(self) -> None:
        self.check_message("no/such/folder", f"cannot write the trace .*/no/such/folder: No such file.* {NOT_TRACED}")

    def test_a_folder_in_its_place(self) -> None:
        self.check_message(".", f"cannot write the trace .*: Is a directory. {NOT_TRACED}")

    def test_a_file_where_its_folder_should_be(self) -> None:
        self.check_message("file/t", f"cannot write the trace .*/file/t: Not a directory. {NOT_TRACED}")

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs /dev/full")
    def test_a_full_disk(self) -> None:
        self.check_message("/dev/full", f"cannot write the trace /dev/full: No space left on device. {NOT_TRACED}")

    def test_a_disk_that_fills_up(self) -> None:
        source = """
            import asyncio
            async def main():
                for _ in range(50000):
                    await asyncio.sleep(0)
                print("done")
            asyncio.run(main())
            """
        limit = 50_000
        with folder({"program.py": textwrap.dedent(source)}) as base:
            trace = base / "t.awaitscope"
            ended = subprocess.run(
                [sys.executable, str(RUNTIME), "run", "--out", str(trace), "program.py"],
                cwd=base,
                env=environment({}),
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertEqual((ended.returncode, ended.stdout), (0, "done\n"))
            size = trace.stat().st_size
            self.assertEqual(
                ended.stderr,
                f"awaitscope: tracing stopped early: File too large. The first {size:,} bytes are kept in {trace}.\n",
            )
            self.assertLess(size, limit)
            kept = tracefile.read(trace)
            self.assertFalse(kept.complete)
            self.assertEqual([kept.codes[task.code]["name"] for task in kept.tasks.values()], ["main"])

    def test_a_file_removed_meanwhile(self) -> None:
        without, with_us, trace = self.run_both(
            """
            import asyncio, os
            async def main():
                await asyncio.sleep(0.001)
                if os.path.exists("t.awaitscope"):
                    os.remove("t.awaitscope")
                await asyncio.sleep(0.001)
            asyncio.run(main())
            """,
            "t.awaitscope",
        )
        self.assertEqual(with_us, without)
        self.assertIsNone(trace)

    def test_a_program_that_never_starts_a_loop(self) -> None:
        without, with_us, trace = self.run_both("print('no loop')\n", "t.awaitscope")
        self.assertEqual(with_us, without)
        self.assertTrue(trace.complete)
        self.assertEqual((trace.loops, trace.tasks), ({}, {}))

    def test_a_python_without_the_interpreter_lock(self) -> None:
        self.check_free_threaded("sys._is_gil_enabled = lambda: False")

    def test_a_python_built_without_the_interpreter_lock_that_has_it_on(self) -> None:
        version = "sys.version = sys.version.replace(' ', ' experimental free-threading build ', 1)"
        self.check_free_threaded(f"{version}; sys._is_gil_enabled = lambda: True")

    def check_free_threaded(self, disguise: str) -> None:
        files = {"program.py": textwrap.dedent(SOURCE), "site/sitecustomize.py": f"import sys; {disguise}"}
        with folder(files) as base:
            run = Run(["program.py"], base, env={"PYTHONPATH": str(base / "site")})
            without, with_us = plain(run), traced(run, base / "t.awaitscope")
            self.assertEqual((with_us.out, with_us.code), (without.out, without.code))
            self.assertIn(NOT_TRACED, with_us.err)
            self.assertIn("free-threaded", with_us.err)
            self.assertFalse((base / "t.awaitscope").exists())

    def test_a_program_that_closes_every_file(self) -> None:
        without, with_us, _ = self.run_both(
            """
            import asyncio, os
            async def main():
                await asyncio.sleep(0.001)
                os.closerange(20, 4096)
                await asyncio.sleep(0.001)
                print("closed")
            asyncio.run(main())
            """,
            "t.awaitscope",
        )
        self.assertEqual((with_us.code, with_us.out), (without.code, without.out))
        self.assertRegex(with_us.err, "^awaitscope: tracing stopped early: Bad file descriptor. The first .* are kept")


class Usage(unittest.TestCase):
    def check(self, words: list[str], message: str) -> None:
        ended = subprocess.run(
            [sys.executable, str(RUNTIME), *words], env=environment({}), capture_output=True, text=True, check=False
        )
        self.assertEqual((ended.returncode, ended.stdout), (2, ""))
        self.assertEqual(ended.stderr.splitlines()[0], f"awaitscope: {message}")
        self.assertRegex(ended.stderr.splitlines()[1], "^usage: ")

    def test_no_command(self) -> None:
        self.check([], "'run' and 'attach' are the commands")

    def test_no_program(self) -> None:
        self.check(["run", "--out", "x"], "no program to run")

    def test_no_file_for_out(self) -> None:
        self.check(["run", "--out"], "--out needs a value")

    def test_a_limit_that_is_no_size(self) -> None:
        for size in ("much", "1T", "-1", "0x10"):
            self.check(["run", "--limit", size, "x.py"], "--limit needs a size such as 200M or 1G")
        self.check(["run", "--limit", "1K", "x.py"], "--limit needs at least 1M")

    def test_no_module(self) -> None:
        self.check(["run", "-m"], "-m needs a module")

    def test_an_option_we_do_not_have(self) -> None:
        self.check(["run", "--fast", "x.py"], "unknown option --fast")


if __name__ == "__main__":
    unittest.main()
