"""Runs a program with and without us, and says where the two differ."""

from __future__ import annotations

import re
import sys
import textwrap
import unittest
import zipfile
from collections.abc import Mapping, Sequence

import tracefile
from running import Run, both, folder

SLOW = re.compile(r"^Executing <.*> took [0-9.]+ seconds\n", re.MULTILINE)
"""asyncio's debug mode says this when the machine is busy."""


class Comparing(unittest.TestCase):
    """Tests whose programs must not notice."""

    maxDiff = None
    python = sys.executable

    def same(
        self,
        source: str | None,
        *,
        words: Sequence[str] = ("program.py",),
        files: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        stdin: str = "",
        code: int = 0,
        zipped: bool = False,
        untraced_because: str | None = None,
        same_err: bool = True,
        varying: str | None = None,
    ) -> tracefile.Trace | None:
        """Runs it both ways in a folder of its own; returns the trace, if one was made.

        ``varying``: a pattern of what differs on stderr from run to run, with or without us.
        """
        content = dict(files or {})
        if source is not None:
            content["program.py"] = textwrap.dedent(source)
        with folder(content) as base:
            if zipped:
                with zipfile.ZipFile(base / "program.zip", "w") as archive:
                    for name, text in content.items():
                        archive.writestr(name, text)
            run = Run(words, base, options, env or {}, stdin, self.python)
            trace = base / "out" / "t.awaitscope"
            trace.parent.mkdir()
            plain, traced = both(run, trace)
            self.assertEqual(traced.out, plain.out)
            err = traced.err
            if untraced_because is not None:
                told, err = err.split("\n", 1)
                self.assertRegex(
                    told, f"^awaitscope: cannot trace here: .*{untraced_because}.* runs without being traced.$"
                )
            if same_err:
                told, expected = (SLOW.sub("", said) for said in (err, plain.err))
                if varying is not None:
                    told, expected = (re.sub(varying, "", said) for said in (told, expected))
                self.assertEqual(told, expected)
            self.assertEqual(traced.code, plain.code)
            self.assertEqual(plain.code, code, plain)
            return tracefile.read(trace) if trace.exists() else None
