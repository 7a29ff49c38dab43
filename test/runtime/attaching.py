"""A process that runs already, and ``awaitscope attach`` to it."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import unittest

import tracefile
from running import PATIENCE_S, RUNTIME, environment, folder


class Attaching(unittest.TestCase):
    """Its program is a process that has said "ready"."""

    maxDiff = None

    def begin(self, program: str, python: str = sys.executable) -> None:
        holder = folder({"program.py": textwrap.dedent(program)})
        self.base = holder.__enter__()
        self.addCleanup(holder.__exit__, None, None, None)
        self.program = self.start(python, "program.py")
        self.addCleanup(self.program.communicate)
        self.addCleanup(self.program.kill)
        self.assertEqual(self.program.stdout.readline(), "ready\n")

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=self.base,
            env=environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def attaching(self, *words: str) -> subprocess.Popen[str]:
        """The command, which has not said anything so far."""
        command = self.start(sys.executable, str(RUNTIME), "attach", *words, str(self.program.pid))
        self.addCleanup(command.communicate)
        self.addCleanup(command.kill)
        return command

    def attach(self, *words: str) -> subprocess.Popen[str]:
        command = self.attaching(*words)
        self.assertIn("tracing process", command.stderr.readline())
        return command

    def detach(self, command: subprocess.Popen[str]) -> tracefile.Trace:
        command.send_signal(signal.SIGINT)
        self.assertEqual(command.communicate(timeout=PATIENCE_S), ("", ""))
        self.assertEqual(command.returncode, 0)
        return self.recorded()

    def recorded(self) -> tracefile.Trace:
        trace = tracefile.read(self.base / f"pid-{self.program.pid}.awaitscope")
        self.assertTrue(trace.complete)
        self.assertIsNone(trace.failure)
        return trace

    def ended(self) -> tuple[int, str, str]:
        out, err = self.program.communicate("", timeout=PATIENCE_S)
        return self.program.returncode, out, err
