"""The trace says how much memory the process has, on systems that tell it."""

from __future__ import annotations

import json
import mmap
import sys
import unittest
from typing import Any, cast

from comparing import Comparing
from running import ROOT

sys.path.insert(0, str(ROOT / "runtime"))
from awaitscope.memory import Memory

MB = 1 << 20


@unittest.skipUnless(sys.platform == "linux", "only Linux tells it")
class MemoryIsTold(Comparing):
    def test_from_the_start_of_the_loop_to_the_end_of_the_program(self) -> None:
        trace = self.same(
            """
            import asyncio
            held = []
            async def main():
                await asyncio.sleep(0)
                held.append(b"x" * (64 << 20))
            asyncio.run(main())
            """
        )
        assert trace is not None
        first, last = trace.memory[0], trace.memory[-1]
        self.assertGreater(first["resident"], MB)
        self.assertGreater(last["resident"] - first["resident"], 60 * MB)
        times = [line["t"] for line in trace.memory]
        self.assertEqual(times, sorted(times))

    def test_what_is_given_back_is_told_too_and_what_stays_the_same_is_not(self) -> None:
        class Lines:
            def __init__(self) -> None:
                self.definitions: list[str] = []

            def now(self) -> int:
                return len(self.definitions)

        lines = Lines()
        memory = Memory(cast(Any, lines))
        memory.begin()
        self.addCleanup(memory.end)
        with mmap.mmap(-1, 64 * MB) as held:
            held.write(b"x" * len(held))
            memory.look()
            memory.look()
        memory.look()
        before, most, after = (json.loads(line)["resident"] for line in lines.definitions)
        self.assertGreater(most - before, 60 * MB)
        self.assertGreater(most - after, 60 * MB)


if __name__ == "__main__":
    unittest.main()
