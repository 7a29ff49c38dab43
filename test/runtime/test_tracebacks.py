"""The trace says where the exception of a task was raised, and the program does not notice."""

from __future__ import annotations

import sys
import unittest

import tracefile
from comparing import Comparing


def frames(trace: tracefile.Trace | None, name: str) -> list[str]:
    """Innermost first: function, and the line in a file of the program."""
    assert trace is not None
    task = next(task for task in trace.tasks.values() if task.name == name)
    found = []
    for node in trace.tracebacks[task.id]:
        file = trace.files[trace.codes[trace.nodes[node]["code"]]["file"]]
        place = f":{trace.nodes[node]['line']}" if file["user"] else " of a library"
        found.append(trace.function(node).split(".")[-1] + place)
    return found


class Tracebacks(Comparing):
    def test_the_frames_from_the_line_that_raised_to_the_coroutine_of_the_task(self) -> None:
        trace = self.same(
            """\
            import asyncio, json
            def parse(text):
                return json.loads(text)
            async def fetch():
                await asyncio.sleep(0)
                return parse("{")
            async def main():
                task = asyncio.create_task(fetch(), name="fetch")
                await asyncio.wait([task])
            asyncio.run(main())
            """
        )
        found = frames(trace, "fetch")
        self.assertEqual(found[-2:], ["parse:3", "fetch:6"])
        self.assertIn("loads of a library", found)

    def test_of_a_task_that_awaited_another(self) -> None:
        trace = self.same(
            """\
            import asyncio
            async def fail():
                raise ValueError("no")
            async def outer():
                await asyncio.create_task(fail(), name="inner")
            async def main():
                await asyncio.gather(asyncio.create_task(outer(), name="outer"), return_exceptions=True)
            asyncio.run(main())
            """
        )
        self.assertEqual(frames(trace, "inner"), ["fail:3"])
        self.assertEqual(frames(trace, "outer"), ["fail:3", "outer:5"])

    def test_of_a_deep_recursion_the_innermost_frames(self) -> None:
        trace = self.same(
            """\
            import asyncio
            def down(n):
                return down(n - 1) if n else 1 / 0
            async def main():
                await asyncio.wait([asyncio.create_task(deep(), name="deep")])
            async def deep():
                down(200)
            asyncio.run(main())
            """
        )
        self.assertEqual(frames(trace, "deep"), ["down:3"] * 32)

    def test_of_an_exception_that_was_given_to_a_future_the_awaiting_frames(self) -> None:
        trace = self.same(
            """\
            import asyncio
            async def wait(future):
                await future
            async def main():
                future = asyncio.get_running_loop().create_future()
                task = asyncio.create_task(wait(future), name="waits")
                await asyncio.sleep(0)
                future.set_exception(KeyError("no"))
                await asyncio.wait([task])
            asyncio.run(main())
            """
        )
        self.assertEqual(frames(trace, "waits"), ["wait:3"])

    def test_an_exception_with_a_traceback_of_its_own_making(self) -> None:
        trace = self.same(
            """\
            import asyncio
            class Odd(Exception):
                @property
                def __traceback__(self):
                    print("asked")
                    raise RuntimeError
            async def fail():
                raise Odd
            async def main():
                task = asyncio.create_task(fail(), name="odd")
                await asyncio.wait([task])
                print(type(task.exception()))
            asyncio.run(main())
            """
        )
        self.assertEqual(frames(trace, "odd"), ["fail:8"])

    def test_the_frames_and_what_they_hold_go_when_they_would(self) -> None:
        self.same(
            """\
            import asyncio, gc, weakref
            class Thing: pass
            seen = []
            async def fail():
                thing = Thing()
                seen.append(weakref.ref(thing))
                raise ValueError
            async def main():
                task = asyncio.create_task(fail())
                await asyncio.wait([task])
                task.exception()
                print("held", seen[0]() is not None)
                del task
                gc.collect()
                print("gone", seen[0]() is None)
            asyncio.run(main())
            """
        )

    @unittest.skipIf(sys.version_info < (3, 11), "needs exception groups")
    def test_of_a_group_where_the_group_was_raised(self) -> None:
        trace = self.same(
            """\
            import asyncio
            async def fail():
                raise ValueError
            async def work():
                async with asyncio.TaskGroup() as group:
                    group.create_task(fail())
            async def main():
                await asyncio.wait([asyncio.create_task(work(), name="work")])
            asyncio.run(main())
            """
        )
        found = frames(trace, "work")
        self.assertEqual(found[-2:], ["__aexit__ of a library", "work:5"])
        self.assertEqual([frame for frame in found[:-2] if not frame.endswith("of a library")], [])


if __name__ == "__main__":
    unittest.main()
