"""A program that runs one loop after another, for days if need be."""

from __future__ import annotations

import itertools
import unittest

from comparing import Comparing


class LoopsInTurn(Comparing):
    def test_each_is_closed_before_the_next_begins(self) -> None:
        trace = self.same("""
            import asyncio

            for _ in range(5):
                asyncio.run(asyncio.sleep(0.06))  # the watch looks in between
            """)
        times = [(loop.began, loop.closed) for loop in trace.loops.values()]
        self.assertEqual(len(times), 5)
        for (began, closed), (next_begins, _) in itertools.pairwise(times):
            self.assertGreater(closed, began)
            self.assertLessEqual(closed, next_begins)

    def test_those_that_are_gone_cost_no_memory(self) -> None:
        trace = self.same("""
            import asyncio, gc, time

            def kept():
                return sum(type(it).__name__ == "LoopRecorder" for it in gc.get_objects())

            for _ in range(30):
                asyncio.run(asyncio.sleep(0))
            deadline = time.monotonic() + 20
            while kept() > 1 and time.monotonic() < deadline:
                gc.collect()
                time.sleep(0.01)
            print("few" if kept() <= 1 else f"{kept()} are kept")
            """)
        self.assertEqual(len(trace.loops), 30)


if __name__ == "__main__":
    unittest.main()
