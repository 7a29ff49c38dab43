"""``run --children``: every child process that runs a loop writes a trace of its own, linked to its parent's."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
import unittest
from collections.abc import Sequence
from pathlib import Path

import tracefile
from running import PATIENCE_S, RUNTIME, Ended, environment, folder

NAP = "import asyncio; asyncio.run(asyncio.sleep(0.001))"


class Children(unittest.TestCase):
    maxDiff = None

    def setUp(self) -> None:
        holder = folder()
        self.base = holder.__enter__()
        self.addCleanup(holder.__exit__, None, None, None)
        self.trace = self.base / "t.awaitscope"

    def run_python(self, words: Sequence[str], env: dict[str, str]) -> Ended:
        ended = subprocess.run(
            [sys.executable, *words],
            cwd=self.base,
            env=environment(env),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def same(self, source: str, env: dict[str, str] | None = None) -> None:
        """Runs it with and without us: what is printed is the same."""
        (self.base / "program.py").write_text(textwrap.dedent(source), encoding="utf-8")
        plain = self.run_python(["program.py"], env or {})
        run = [str(RUNTIME), "run", "--children", "--out", str(self.trace), "program.py"]
        traced = self.run_python(run, env or {})
        self.assertEqual(
            *(Ended(ended.code, re.sub("0x[0-9a-f]+", "…", ended.out), ended.err) for ended in (traced, plain))
        )
        self.assertEqual(plain.code, 0, plain)

    def traces(self) -> dict[Path, tracefile.Trace]:
        return {path: tracefile.read(path) for path in sorted(self.base.glob("t.*awaitscope"))}

    def children_of(self, path: Path) -> list[Path]:
        """Those that a trace names; each says who its parent is."""
        trace = tracefile.read(path)
        for line in trace.children:
            child = tracefile.read(Path(line["path"]))
            self.assertEqual(child.header["pid"], line["pid"])
            self.assertEqual(child.header["parent"], {"pid": trace.header["pid"], "path": str(path)})
            self.assertLessEqual(line["t"], trace.end)
        return [Path(line["path"]) for line in trace.children]

    def test_a_program_that_is_started(self) -> None:
        self.same(f"""
            import asyncio, subprocess, sys
            async def main():
                child = await asyncio.create_subprocess_exec(sys.executable, "-c", {NAP!r})
                print(await child.wait())
            asyncio.run(main())
            subprocess.run([sys.executable, "-c", {NAP!r}])
            """)
        children = self.children_of(self.trace)
        self.assertEqual(len(children), 2)
        for child in children:
            trace = tracefile.read(child)
            self.assertTrue(trace.complete)
            self.assertIn("sleep", [trace.codes[task.code]["name"] for task in trace.tasks.values()])

    def test_a_child_that_cannot_be_asked_is_told_of_once(self) -> None:
        self.same(f"""
            import asyncio, sys
            async def run(*words):
                child = await asyncio.create_subprocess_exec(sys.executable, *words)
                print(await child.wait())
            async def main():
                await run("-X", "dev", "-c", {NAP!r}, "-I")
                await run("-sE", "-c", {NAP!r})
                await run("-I", "-c", {NAP!r})
            asyncio.run(main())
            """)
        self.assertEqual(len(self.children_of(self.trace)), 1)
        [loop] = tracefile.read(self.trace).loops.values()
        assert loop.partial is not None
        self.assertIn("was started with -sE, and so is not traced", loop.partial)

    def test_children_of_children(self) -> None:
        self.same(f"""
            import subprocess, sys
            child = "import subprocess, sys; {NAP}; subprocess.run([sys.executable, '-c', {NAP!r}])"
            subprocess.run([sys.executable, "-c", child])
            """)
        (child,) = self.children_of(self.trace)
        (grandchild,) = self.children_of(child)
        self.assertEqual(len(self.traces()), 3)
        self.assertTrue(grandchild.name.startswith(child.stem + "."))

    def test_a_child_without_a_loop_passes_the_wish_on(self) -> None:
        self.same(f"""
            import subprocess, sys
            child = "import asyncio, subprocess, sys; subprocess.run([sys.executable, '-c', {NAP!r}])"
            subprocess.run([sys.executable, "-c", child])
            """)
        self.assertEqual(len(self.children_of(self.trace)), 1)
        self.assertEqual(len(self.traces()), 2)

    def check_multiprocessing(self, how: str) -> None:
        self.same(f"""
            import asyncio, multiprocessing
            async def nap():
                await asyncio.sleep(0.001)
            def child():
                asyncio.run(nap())
            if __name__ == "__main__":
                process = multiprocessing.get_context({how!r}).Process(target=child)
                process.start()
                process.join()
                print(process.exitcode)
            """)
        (child,) = self.children_of(self.trace)
        trace = tracefile.read(child)
        self.assertTrue(trace.complete)
        self.assertIn("nap", [trace.codes[task.code]["name"] for task in trace.tasks.values()])

    def test_multiprocessing_spawn(self) -> None:
        self.check_multiprocessing("spawn")

    @unittest.skipIf(sys.platform == "win32", "Windows does not fork")
    def test_multiprocessing_fork(self) -> None:
        self.check_multiprocessing("fork")

    @unittest.skipIf(sys.platform == "win32", "Windows does not fork")
    def test_multiprocessing_forkserver(self) -> None:
        self.check_multiprocessing("forkserver")

    @unittest.skipIf(sys.platform == "win32", "Windows does not fork")
    def test_a_fork(self) -> None:
        self.same("""
            import asyncio, os, sys
            async def before(): await asyncio.sleep(0)
            async def after(): await asyncio.sleep(0)
            asyncio.run(before())
            pid = os.fork()
            asyncio.run(after())
            if pid == 0:
                sys.exit(3)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """)
        names = {
            path == self.trace: {trace.codes[task.code]["name"] for task in trace.tasks.values()}
            for path, trace in self.traces().items()
        }
        self.assertIn("before", names[True])
        self.assertNotIn("before", names[False])
        self.assertIn("after", names[False])
        self.assertEqual(len(self.children_of(self.trace)), 1)

    @unittest.skipIf(sys.platform == "win32", "Windows does not fork")
    def test_a_fork_that_becomes_another_program(self) -> None:
        self.same("""
            import asyncio, os
            async def main():
                pid = os.fork()
                if pid == 0:
                    os.execv("/bin/echo", ["echo", "another"])
                os.waitpid(pid, 0)
            asyncio.run(main())
            """)
        self.assertEqual(list(self.traces()), [self.trace])

    def test_a_child_finds_its_process_as_it_would_be(self) -> None:
        child = """if True:
            import os, sys
            print(sorted(name for name in sys.modules if "awaitscope" in name or name == "sitecustomize"))
            print(sys.path, "startup" in str(sys.path_importer_cache))
            import asyncio
            print(asyncio.__spec__, asyncio.__loader__, vars(asyncio.__loader__), sys.meta_path, sys.argv)
            import atexit, queue
            print("json" in sys.modules, queue.__file__)
            async def main(): print(asyncio.current_task().get_name())
            asyncio.run(main())
            """
        (self.base / "site").mkdir()
        (self.base / "site" / "sitecustomize.py").write_text("print('the site is customized')\n")
        # The program's own, which asyncio does not need but we do.
        (self.base / "json.py").write_text("print('json of the program')\n")
        self.same(
            f"""
            import subprocess, sys
            subprocess.run([sys.executable, "-c", {child!r}, "argument"])
                        """,
            env={"PYTHONPATH": str(self.base / "site")},
        )
        self.assertEqual(len(self.children_of(self.trace)), 1)

    def test_a_child_that_cannot_be_traced_runs(self) -> None:
        self.same(f"""
            import subprocess, sys
            subprocess.run([sys.executable, "-I", "-c", {NAP!r}])
            subprocess.run([sys.executable, "-S", "-c", {NAP!r}])
            subprocess.run([sys.executable, "-c", {NAP!r}], env={{}})
            """)
        self.assertEqual(list(self.traces()), [self.trace])

    def test_only_when_asked(self) -> None:
        (self.base / "program.py").write_text(
            f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {NAP!r}])\n"
        )
        self.run_python([str(RUNTIME), "run", "--out", str(self.trace), "program.py"], {})
        self.assertEqual(list(self.traces()), [self.trace])

    def test_a_child_that_is_run_by_us_itself(self) -> None:
        inner = self.base / "inner.awaitscope"
        (self.base / "nap.py").write_text(NAP)
        self.same(f"""
            import subprocess, sys
            words = [{str(RUNTIME)!r}, "run", "--out", {str(inner)!r}, "nap.py"]
            print(subprocess.run([sys.executable, *words], capture_output=True))
            """)
        self.assertEqual(list(self.traces()), [self.trace])
        self.assertTrue(tracefile.read(inner).complete)


if __name__ == "__main__":
    unittest.main()
