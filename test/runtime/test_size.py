"""How long a trace is: what a step costs on disk. The bench measures it at length; this is the guard."""

from __future__ import annotations

import gzip
import sys
import unittest

import tracefile
from running import ROOT, Run, folder, traced

LONGEST, LONGEST_PACKED = 24, 6
"""Bytes a step, as they are written and compressed, with all that is said of tasks, groups and places."""
STEPS = {"sleep0": 20_000, "gather10k": 2_000, "queue_pingpong": 10_000, "deep_chain": 10_000, "sleepers": 1_000}
"""Programs of the bench → N, so that what every trace has at its start counts for little."""
if sys.version_info >= (3, 12):
    STEPS["mixed"] = 300  # before, wait_for made a task each time


class Size(unittest.TestCase):
    def test_a_step_takes_few_bytes(self) -> None:
        for name, n in STEPS.items():
            source = (ROOT / "test" / "bench" / "runtime" / "programs" / f"{name}.py").read_text(encoding="utf-8")
            lines = [f"N = {n}" if line.startswith("N = ") else line for line in source.split("\n")]
            with self.subTest(program=name), folder({"program.py": "\n".join(lines)}) as base:
                path = base / "t.awaitscope"
                self.assertEqual(traced(Run(["program.py"], base), path).code, 0)
                data = path.read_bytes()
                steps = sum(len(loop.steps) for loop in tracefile.read(path).loops.values())
                self.assertGreater(steps, n)
                self.assertLess(len(data) / steps, LONGEST)
                self.assertLess(len(gzip.compress(data)) / steps, LONGEST_PACKED)


if __name__ == "__main__":
    unittest.main()
