"""Loop classes of the program's own, as far as they leave asyncio's ways."""

from __future__ import annotations

import unittest

from comparing import Comparing

OWN_RUN_ONCE = """
    import asyncio

    class Strict(asyncio.SelectorEventLoop):
        def _run_once(self):
            while self._scheduled and self._scheduled[0]._when <= self.time():
                import heapq
                self._ready.append(heapq.heappop(self._scheduled))
            self._process_events(self._selector.select(0 if self._ready else 0.001))
            for _ in range(len(self._ready)):
                handle = self._ready.popleft()
                if not handle._cancelled:
                    handle._run()

    async def main():
        await asyncio.sleep(0)
        print(await asyncio.gather(asyncio.sleep(0.005, 1), asyncio.sleep(0, 2)))

    loop = Strict()
    loop.run_until_complete(main())
    loop.close()
    """


class OwnLoops(Comparing):
    def test_one_that_runs_its_callbacks_itself_works_and_says_what_is_lost(self) -> None:
        trace = self.same(OWN_RUN_ONCE)
        (loop,) = trace.loops.values()
        self.assertEqual(
            loop.partial,
            "__main__.Strict has its own _run_once: what it does there without asyncio's is not seen",
        )
        self.assertEqual(len(trace.tasks), 3)
        self.assertIsNone(trace.failure)

    def test_one_that_gets_its_own_ways_while_it_runs_says_what_is_lost_from_then_on(self) -> None:
        trace = self.same("""
            import asyncio

            def run_once(self, heappop=__import__("heapq").heappop):
                while self._scheduled and self._scheduled[0]._when <= self.time():
                    self._ready.append(heappop(self._scheduled))
                self._process_events(self._selector.select(0 if self._ready else 0.001))
                for _ in range(len(self._ready)):
                    handle = self._ready.popleft()
                    if not handle._cancelled:
                        handle._run()

            async def main():
                await asyncio.sleep(0)
                asyncio.SelectorEventLoop._run_once = run_once
                await asyncio.sleep(0.005)
                print("done")

            loop = asyncio.SelectorEventLoop()
            loop.run_until_complete(main())
            loop.close()
            """)
        (loop,) = trace.loops.values()
        self.assertIn("has its own _run_once", loop.partial or "")
        self.assertIsNone(trace.failure)

    def test_one_that_is_asyncios_in_all_that_counts_says_nothing(self) -> None:
        trace = self.same("""
            import asyncio

            class Counting(asyncio.SelectorEventLoop):
                def close(self):
                    super().close()

            loop = Counting()
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()
            """)
        (loop,) = trace.loops.values()
        self.assertIsNone(loop.partial)

    def test_a_deadline_on_a_clock_of_its_own_is_not_known_and_not_said_to_be_none(self) -> None:
        trace = self.same("""
            import asyncio

            class Later(asyncio.SelectorEventLoop):
                def time(self):
                    return super().time() + 5

            async def main():
                if not hasattr(asyncio, "timeout"):
                    return
                loop = asyncio.get_running_loop()
                async with asyncio.timeout(5) as timeout:
                    await asyncio.sleep(0)
                    timeout.reschedule(loop.time() + 3)
                    await asyncio.sleep(0)
                async with asyncio.timeout(5) as timeout:
                    await asyncio.sleep(0)
                    timeout.reschedule(None)
                    await asyncio.sleep(0)
                async with asyncio.timeout_at(loop.time() + 3):
                    await asyncio.sleep(0)

            loop = Later()
            loop.run_until_complete(main())
            loop.close()
            """)
        said = [("deadline" in group, group.get("moved")) for group in trace.groups.values()]
        self.assertEqual(said, [(True, None), (True, [None]), (False, None)] if trace.groups else [])

    def test_a_selector_that_gets_another_select_while_the_loop_runs_is_asked_by_it(self) -> None:
        self.same("""
            import asyncio

            async def main():
                await asyncio.sleep(0)
                selector = asyncio.get_running_loop()._selector
                timeouts = []

                def select(timeout=None, own=selector.select):
                    timeouts.append(timeout)
                    return own(timeout)

                selector.select = select
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                print(timeouts)

            loop = asyncio.SelectorEventLoop()
            loop.run_until_complete(main())
            loop.close()
            """)


if __name__ == "__main__":
    unittest.main()
