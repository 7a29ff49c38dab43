"""``pytest --awaitscope``: one trace a test, kept for those that fail. Installed as people install it, with pip."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import textwrap
import unittest
from pathlib import Path

import tracefile
from running import PATIENCE_S, ROOT, Ended, environment, folder, proofs_python

PYTHON = proofs_python()
PLUGINS = """
    import asyncio
    import pytest

    async def nap(result):
        await asyncio.sleep(0.001)
        return result

    @pytest.mark.asyncio
    async def test_asyncio_good():
        assert await nap(1) == 1

    @pytest.mark.asyncio
    async def test_asyncio_bad():
        assert await asyncio.create_task(nap(1), name="napping") == 2

    @pytest.mark.anyio
    async def test_anyio_bad(anyio_backend):
        assert await nap(1) == 2

    @pytest.fixture
    def anyio_backend():
        return "asyncio"

    @pytest.mark.parametrize("what", ["a/b", "é"])
    def test_plain_bad(what):
        assert asyncio.run(nap(what)) == ""

    def test_without_asyncio_bad():
        assert False
    """


@unittest.skipUnless(PYTHON, "no packages are installed for this version")
class Pytest(unittest.TestCase):
    maxDiff = None
    installed: Path

    @classmethod
    def setUpClass(cls) -> None:
        holder = tempfile.TemporaryDirectory(prefix="awaitscope-pip-")
        cls.addClassCleanup(holder.cleanup)
        base = Path(holder.name).resolve()
        # A copy: building leaves files beside what is built.
        shutil.copytree(ROOT / "runtime", base / "runtime", ignore=shutil.ignore_patterns("__pycache__"))
        cls.installed = base / "site-packages"
        words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-build-isolation", "--no-deps"]
        words += ["--no-index", "--target", str(cls.installed), str(base / "runtime")]
        done = subprocess.run([str(PYTHON), *words], capture_output=True, text=True, env=environment({}), check=False)
        assert done.returncode == 0, done.stderr

    def setUp(self) -> None:
        holder = folder()
        self.base = holder.__enter__()
        self.addCleanup(holder.__exit__, None, None, None)

    def run_python(self, *words: str) -> Ended:
        ended = subprocess.run(
            [str(PYTHON), *words],
            cwd=self.base,
            env=environment({"PYTHONPATH": str(self.installed)}),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="backslashreplace",
            timeout=PATIENCE_S,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def write(self, name: str, source: str) -> None:
        (self.base / name).write_text(textwrap.dedent(source), encoding="utf-8")

    def pytest(self, source: str, *words: str) -> str:
        self.write("test_it.py", source)
        self.write("pytest.ini", "[pytest]\n")
        return self.run_python("-m", "pytest", "-q", "-p", "no:cacheprovider", *words).out

    def traces(self, where: str = ".awaitscope") -> dict[str, tracefile.Trace]:
        return {path.name: tracefile.read(path) for path in sorted((self.base / where).glob("*"))}

    def test_failures_are_kept_whoever_runs_the_loop(self) -> None:
        out = self.pytest(PLUGINS, "--awaitscope", "test_it.py")
        self.assertIn("5 failed, 1 passed", out)
        traces = self.traces()
        names = [name.partition("-")[0].removesuffix(".awaitscope") for name in traces]
        self.assertEqual(
            sorted(names),
            [
                "test_it.py.test_anyio_bad",
                "test_it.py.test_asyncio_bad",
                "test_it.py.test_plain_bad_a.b_",
                "test_it.py.test_plain_bad_xe9_",
            ],
        )
        for name, trace in traces.items():
            self.assertTrue(trace.complete)
            self.assertIn(f"Awaitscope trace: {os.path.join('.awaitscope', name)}\n", out)
            nodes = [trace.user_node(step.node) for task in trace.tasks.values() for step in task.steps]
            places = [trace.function(node) for node in nodes if node]
            self.assertIn("nap", places)
        bad = traces["test_it.py.test_asyncio_bad.awaitscope"]
        self.assertIn("napping", [task.name for task in bad.tasks.values()])
        self.assertEqual(bad.header["argv"], ["-m", "pytest", "test_it.py::test_asyncio_bad"])

    def test_nothing_is_left_when_all_is_well(self) -> None:
        out = self.pytest("import asyncio\ndef test_it(): asyncio.run(asyncio.sleep(0))\n", "--awaitscope")
        self.assertIn("1 passed", out)
        self.assertNotIn("Awaitscope", out)
        self.assertEqual(
            [path.name for path in self.base.iterdir() if path.name != "__pycache__"].count(".awaitscope"), 0
        )

    def test_a_folder_of_ones_own(self) -> None:
        source = "import asyncio\ndef test_it():\n    asyncio.run(asyncio.sleep(0))\n    assert False\n"
        out = self.pytest(source, "--awaitscope-dir", "out/traces")
        self.assertIn(f"Awaitscope trace: {os.path.join('out/traces', 'test_it.py.test_it.awaitscope')}\n", out)
        self.assertEqual(list(self.traces("out/traces")), ["test_it.py.test_it.awaitscope"])

    def test_fixtures_and_a_loop_older_than_the_test(self) -> None:
        source = """
            import asyncio, pytest, pytest_asyncio

            @pytest_asyncio.fixture(scope="module", loop_scope="module")
            async def server():
                task = asyncio.create_task(asyncio.sleep(60), name="serving")
                yield task
                task.cancel()

            @pytest.mark.asyncio(loop_scope="module")
            async def test_first(server):
                await asyncio.sleep(0)

            @pytest.mark.asyncio(loop_scope="module")
            async def test_second(server):
                await asyncio.sleep(0)
                assert False
            """
        self.assertIn("1 failed, 1 passed", self.pytest(source, "--awaitscope"))
        (trace,) = self.traces().values()
        serving = next(task for task in trace.tasks.values() if task.name == "serving")
        self.assertEqual(serving.parent, 0)
        self.assertEqual(len(serving.steps), 2)  # where it stood when the test began, and its end

    def test_a_test_that_fails_in_its_teardown(self) -> None:
        source = """
            import asyncio, pytest
            @pytest.fixture
            def failing():
                yield
                asyncio.run(asyncio.sleep(0))
                assert False
            def test_it(failing): pass
            """
        self.assertIn("Awaitscope trace: ", self.pytest(source, "--awaitscope"))
        self.assertEqual(len(self.traces()), 1)

    def test_a_test_that_traces_by_itself(self) -> None:
        source = """
            import asyncio, awaitscope, pytest
            def test_it():
                with pytest.raises(RuntimeError, match="being traced already"):
                    awaitscope.trace("t.awaitscope").__enter__()
            """
        self.assertIn("1 passed", self.pytest(source, "--awaitscope"))

    def test_a_folder_that_cannot_be_made(self) -> None:
        out = self.pytest("def test_it(): pass\n", "--awaitscope-dir", "pytest.ini")
        self.assertIn("1 passed", out)
        self.assertIn("awaitscope: not everything was traced: ", out)

    def test_without_the_option_nothing_of_ours_is_loaded(self) -> None:
        source = """
            import sys
            def test_it():
                assert "asyncio" not in sys.modules or "pdb" in sys.modules and sys.version_info >= (3, 14)  # which imports it
                assert sorted(name for name in sys.modules if name.startswith("awaitscope")) == [
                    "awaitscope", "awaitscope.library", "awaitscope.pytest_plugin"]
            """
        self.assertIn("1 passed", self.pytest(source, "-p", "no:asyncio", "-p", "no:anyio"))

    def test_the_version_is_the_extensions(self) -> None:
        manifest = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
        ended = self.run_python("-c", "import importlib.metadata as m; print(m.version('awaitscope'))")
        self.assertEqual(ended, Ended(0, f"{manifest['version']}\n", ""))

    def test_run_as_installed(self) -> None:
        self.write("program.py", "import sys; print(sys.argv, sys.path[0], sys.orig_argv[1:])\n")
        plain = self.run_python("-X", "dev", "program.py", "1")
        for words in (
            ["-X", "dev", "-m", "awaitscope"],
            ["-X", "dev", str(self.installed / "bin" / "awaitscope")],
        ):
            with self.subTest(words=words):
                ended = self.run_python(*words, "run", "program.py", "1")
                self.assertEqual(ended, plain)
                self.assertTrue(tracefile.read(self.base / "program.awaitscope").complete)


if __name__ == "__main__":
    unittest.main()
