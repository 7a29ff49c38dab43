"""``awaitscope attach``: a process that runs already. Where there is no ``sys.remote_exec``, this process plays its part."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import tracefile
from attaching import Attaching
from running import PATIENCE_S, ROOT, RUNTIME, environment, folder
from test_leaves_nothing import objects_of_ours, process

sys.path.insert(0, str(ROOT / "runtime"))

from awaitscope import attach

TICKING = """
    import asyncio, sys
    async def tick():
        while True:
            await asyncio.sleep(0.01)
    async def main():
        ticking = asyncio.create_task(tick(), name="ticking")
        print("ready", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        ticking.cancel()
        print(sorted(name for name in sys.modules if "awaitscope" in name))
    asyncio.run(main())
    """


def run_script(pid: int, path: str) -> None:
    """What the program's main thread does with a script (CPython, Python/ceval_gil.c)."""
    exec(Path(path).read_text(encoding="utf-8"), {})


class ScriptsRunHere(unittest.TestCase):
    """The program is this process, and its main thread comes to a script when the test says so."""

    maxDiff = None

    def setUp(self) -> None:
        asyncio.run(asyncio.sleep(0))
        gc.collect()
        holder = folder()
        self.base = holder.__enter__()
        self.addCleanup(holder.__exit__, None, None, None)
        self.out = self.base / "t.awaitscope"
        self.temp = self.base / "temp"
        self.temp.mkdir()
        self.enter(mock.patch.object(tempfile, "tempdir", str(self.temp)))

    def enter(self, context: contextlib.AbstractContextManager[object]) -> None:
        context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)

    def attach(self, remote_exec: Callable[[int, str], None] | None, seconds: float | None = 0.0) -> tuple[int, str]:
        """(exit code, what is said)."""
        said = io.StringIO()
        with mock.patch.object(sys, "remote_exec", remote_exec, create=True):
            if remote_exec is None:
                del sys.remote_exec
            with contextlib.redirect_stderr(said):
                code = attach.main(os.getpid(), str(self.out), seconds)
            if remote_exec is None:
                sys.remote_exec = None
        return code, said.getvalue()

    def test_from_one_script_to_the_other(self) -> None:
        before = process()
        attachment = attach._Attachment(os.getpid(), str(self.out))
        with mock.patch.object(sys, "remote_exec", run_script, create=True):
            attachment.start()
            self.assertIn("awaitscope_attached", sys.modules)
            asyncio.run(asyncio.sleep(0))
            attachment.finish()
        attachment.clean_up()
        del attachment
        self.assertEqual(process(), before)
        self.assertEqual(objects_of_ours(), [])
        self.assertEqual([name for name in sys.modules if name.startswith("awaitscope_attached")], [])
        self.assertEqual(list(self.temp.iterdir()), [])
        trace = tracefile.read(self.out)
        self.assertTrue(trace.complete)
        self.assertIn("sleep", [trace.codes[task.code]["name"] for task in trace.tasks.values()])

    def test_a_script_that_comes_while_the_trace_is_written_is_sent_again(self) -> None:
        attachment = attach._Attachment(os.getpid(), str(self.out))
        comes: list[str] = []

        def in_the_middle(pid: int, path: str) -> None:
            comes.append(path)
            recorder = sys.modules["awaitscope_attached"]._session.recorder
            with recorder._lock if len(comes) == 1 else contextlib.nullcontext():
                run_script(pid, path)

        with mock.patch.object(sys, "remote_exec", run_script, create=True):
            attachment.start()
        with mock.patch.object(sys, "remote_exec", in_the_middle, create=True):
            attachment.finish()
        attachment.clean_up()
        self.assertEqual(len(comes), 2)
        self.assertTrue(tracefile.read(self.out).complete)

    def test_for_a_while(self) -> None:
        code, said = self.attach(run_script)
        self.assertEqual((code, said), (0, f"awaitscope: tracing process {os.getpid()} into {self.out}; for 0 s.\n"))
        self.assertTrue(tracefile.read(self.out).complete)

    def test_a_process_that_is_traced_already(self) -> None:
        attachment = attach._Attachment(os.getpid(), str(self.base / "first.awaitscope"))
        with mock.patch.object(sys, "remote_exec", run_script, create=True):
            attachment.start()
            again = self.attach(run_script)
            attachment.finish()
        attachment.clean_up()
        self.assertEqual(again, (1, f"awaitscope: process {os.getpid()}: it is being traced already.\n"))
        self.assertFalse(self.out.exists())

    def test_a_trace_that_cannot_be_written(self) -> None:
        before = process()
        self.out = self.base / "missing" / "t.awaitscope"
        code, said = self.attach(run_script)
        self.assertEqual(code, 1)
        self.assertIn(f"it cannot write the trace {self.out}: No such file or directory.", said)
        self.assertEqual(process(), before)
        self.assertEqual([name for name in sys.modules if name.startswith("awaitscope_attached")], [])

    def test_a_program_that_comes_to_the_script_after_we_gave_up(self) -> None:
        scripts: list[str] = []
        with mock.patch.object(attach, "_PATIENCE_S", 0):
            code, said = self.attach(lambda _, path: scripts.append(path))
        self.assertEqual(code, 1)
        self.assertIn("still runs no Python code in its main thread; given up.", said)
        before = process()
        run_script(0, *scripts)
        self.assertEqual(process(), before)
        self.assertEqual(list(self.temp.iterdir()), [])
        self.assertFalse(self.out.exists())

    def test_a_program_that_comes_to_the_end_after_we_gave_up(self) -> None:
        scripts: list[str] = []

        def first_only(pid: int, path: str) -> None:
            if scripts:
                attach._PATIENCE_S = 0
            else:
                run_script(pid, path)
            scripts.append(path)

        with mock.patch.object(attach, "_PATIENCE_S", attach._PATIENCE_S):
            code, said = self.attach(first_only)
        self.assertEqual(code, 1, said)
        self.assertFalse(tracefile.read(self.out).complete)
        run_script(0, scripts[1])
        self.assertTrue(tracefile.read(self.out).complete)
        self.assertEqual(list(self.temp.iterdir()), [])

    def test_what_can_be_in_the_way(self) -> None:
        def refusing(error: Exception) -> Callable[[int, str], None]:
            return mock.Mock(side_effect=error)

        for remote_exec, expected in [
            (None, "attaching needs Python 3.14 or newer, for the program and for this command"),
            (refusing(PermissionError()), "no permission to attach to process"),
            (refusing(RuntimeError("Can't send commands")), "Can't send commands. It must run Python 3."),
        ]:
            with self.subTest(expected):
                code, said = self.attach(remote_exec)
                self.assertEqual(code, 1)
                self.assertIn(expected, said)
                self.assertEqual(list(self.temp.iterdir()), [])


class Words(unittest.TestCase):
    def check(self, *words: str) -> tuple[int, str]:
        command = [sys.executable, str(RUNTIME), *words]
        ended = subprocess.run(command, env=environment({}), capture_output=True, text=True, check=False)
        return ended.returncode, ended.stderr.split("\n")[0]

    def test_no_process(self) -> None:
        self.assertEqual(self.check("attach"), (2, "awaitscope: attach needs the number of a process"))
        self.assertEqual(self.check("attach", "server"), (2, "awaitscope: attach needs the number of a process"))

    def test_options(self) -> None:
        self.assertEqual(self.check("attach", "1", "--for", "x"), (2, "awaitscope: --for needs a number of seconds"))
        self.assertEqual(self.check("attach", "1", "--fast"), (2, "awaitscope: unknown option --fast"))
        self.assertEqual(self.check("attach", "1", "2"), (2, "awaitscope: attach takes one process at a time"))


@unittest.skipUnless(hasattr(sys, "remote_exec"), "attaching came with Python 3.14")
class ARealProcess(Attaching):
    def setUp(self) -> None:
        self.begin(TICKING)

    def trace(self) -> dict[str, str]:
        trace = self.recorded()
        return {task.name: trace.codes[task.code]["name"] for task in trace.tasks.values()}

    def test_until_ctrl_c(self) -> None:
        command = self.attach()
        command.send_signal(signal.SIGINT)
        self.assertEqual(command.communicate(timeout=PATIENCE_S), ("", ""))
        self.assertEqual(command.returncode, 0)
        self.assertEqual(self.trace()["ticking"], "tick")
        # Before the program has ended; and it does not find us.
        self.assertEqual(self.ended(), (0, "[]\n", ""))

    def test_until_the_program_ends(self) -> None:
        command = self.attach()
        code, out, err = self.ended()
        self.assertEqual((code, out, err), (0, "['awaitscope_attached']\n", ""))
        self.assertEqual(command.communicate(timeout=PATIENCE_S), ("", ""))
        self.assertEqual(self.trace()["ticking"], "tick")

    def test_twice(self) -> None:
        for _ in range(2):
            command = self.attach("--for", "0.1")
            self.assertEqual(command.communicate(timeout=PATIENCE_S), ("", ""))
            self.assertEqual(self.trace()["ticking"], "tick")
        self.assertEqual(self.ended(), (0, "[]\n", ""))

    def test_something_else(self) -> None:
        other = subprocess.Popen(["sleep", "60"])
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        command = self.start(sys.executable, str(RUNTIME), "attach", str(other.pid))
        _, err = command.communicate(timeout=PATIENCE_S)
        self.assertRegex(err, f"^awaitscope: cannot attach to process {other.pid}: .* It must run Python 3")
        self.assertEqual(command.returncode, 1)


if __name__ == "__main__":
    unittest.main()
