"""``awaitscope.trace``: a recording of a part of a program, started and ended by the program itself."""

from __future__ import annotations

import asyncio
import gc
import sys
import textwrap
import threading
import traceback
import unittest
from pathlib import Path

import tracefile
from running import ROOT, Ended, Run, folder, plain, traced
from test_leaves_nothing import objects_of_ours, process

sys.path.insert(0, str(ROOT / "runtime"))

import awaitscope


async def nap() -> None:
    await asyncio.sleep(0.001)


def tasks_of(path: str) -> dict[str, tuple[str, str, str]]:
    """What each task ran, how it ended, and where it was first seen to stand."""
    trace = tracefile.read(Path(path))
    return {
        task.name: (
            trace.codes[task.code]["name"],
            task.outcome,
            trace.function(trace.user_node(task.steps[0].node)) if task.steps and task.steps[0].node else "",
        )
        for task in trace.tasks.values()
    }


def forget_what_is_left() -> None:
    """A recording with a loop in another thread leaves an attribute on purpose, see loop.uninstall."""
    if "_awaitscope" in asyncio.BaseEventLoop.__dict__:
        del asyncio.BaseEventLoop._awaitscope


class Library(unittest.TestCase):
    maxDiff = None

    def setUp(self) -> None:
        self.addCleanup(forget_what_is_left)
        asyncio.run(nap())  # what asyncio makes once, at its first run
        gc.collect()  # and what other tests have left
        holder = folder()
        self.base = holder.__enter__()
        self.addCleanup(holder.__exit__, None, None, None)
        self.path = str(self.base / "t.awaitscope")

    def run_program(self, source: str, how=plain) -> Ended:
        (self.base / "program.py").write_text(textwrap.dedent(source), encoding="utf-8")
        run = Run(["program.py"], self.base, env={"PYTHONPATH": str(ROOT / "runtime")})
        return how(run) if how is plain else how(run, self.base / "outer.awaitscope")

    def test_around_a_loop(self) -> None:
        before = process()
        with awaitscope.trace(self.path) as recording:
            asyncio.run(nap())
        self.assertEqual((recording.path, recording.failure), (self.path, None))
        del recording
        self.assertEqual(process(), before)
        self.assertEqual(objects_of_ours(), [])
        trace = tracefile.read(Path(self.path))
        self.assertTrue(trace.complete)
        self.assertIsNone(trace.exit_code)
        self.assertEqual(trace.header["argv"], sys.argv)
        self.assertEqual(
            {trace.codes[task.code]["name"]: task.outcome for task in trace.tasks.values()}["nap"], "returned"
        )

    def test_inside_a_coroutine(self) -> None:
        async def rest(go: asyncio.Event) -> None:
            await go.wait()

        async def main() -> None:
            go = asyncio.Event()
            others = [asyncio.create_task(rest(go), name=f"rest-{number}") for number in range(2)]
            await asyncio.sleep(0)
            with awaitscope.trace(self.path):
                new = asyncio.create_task(nap(), name="new")
                await nap()
                await new
                go.set()
                await others[0]
            await others[1]

        before = process()
        asyncio.run(main())
        self.assertEqual(process(), before)
        self.assertEqual(objects_of_ours(), [])
        trace = tracefile.read(Path(self.path))
        tasks = {task.name: task for task in trace.tasks.values()}
        names = {name: trace.codes[task.code]["name"].rpartition(".")[2] for name, task in tasks.items()}
        first = next(name for name, code in names.items() if code == "main")
        self.assertEqual(names, {first: "main", "rest-0": "rest", "rest-1": "rest", "new": "nap"})
        self.assertEqual(
            {name: task.outcome for name, task in tasks.items()},
            {first: "pending", "rest-0": "returned", "rest-1": "returned", "new": "returned"},
        )
        # Those that were there have no creator and stand where they stood; what is made now is main's.
        self.assertEqual([tasks[name].parent for name in (first, "rest-0", "rest-1")], [0, 0, 0])
        self.assertEqual(tasks["new"].parent, tasks[first].id)
        stood = tasks["rest-0"].steps[0]
        self.assertEqual(stood.start, stood.end)
        self.assertEqual(trace.function(trace.user_node(stood.node)), trace.codes[tasks["rest-0"].code]["name"])

    def test_one_recording_after_the_other_while_tasks_are_ready(self) -> None:
        second = str(self.base / "second.awaitscope")

        async def steps(count: int) -> None:
            for _ in range(count):
                await asyncio.sleep(0)

        async def main() -> None:
            with awaitscope.trace(self.path):
                await asyncio.gather(*(asyncio.create_task(nap()) for _ in range(5)))
                ready = [asyncio.create_task(steps(4), name=f"ready-{number}") for number in range(2)]
                await asyncio.sleep(0)
            with awaitscope.trace(second):
                await asyncio.gather(*ready)

        asyncio.run(main())
        trace = tracefile.read(Path(second))
        self.assertEqual(trace.undefined, [])
        self.assertEqual(
            [(task.name, task.outcome) for task in trace.tasks.values() if task.name.startswith("ready")],
            [("ready-0", "returned"), ("ready-1", "returned")],
        )

    def test_a_loop_that_waits_to_be_run(self) -> None:
        loop = asyncio.new_event_loop()
        self.addCleanup(loop.close)
        task = loop.create_task(nap(), name="early")
        with awaitscope.trace(self.path):
            loop.run_until_complete(task)
        self.assertEqual({name: what[1] for name, what in tasks_of(self.path).items()}, {"early": "returned"})

    def test_a_loop_in_another_thread(self) -> None:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        with awaitscope.trace(self.path):
            asyncio.run_coroutine_threadsafe(nap(), loop).result(60)
        asyncio.run_coroutine_threadsafe(nap(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()
        trace = tracefile.read(Path(self.path))
        self.assertEqual([task.outcome for task in trace.tasks.values()], ["returned"])
        self.assertEqual(objects_of_ours(), [])

    @unittest.skipUnless(sys.version_info >= (3, 12), "eager tasks came with 3.12")
    def test_a_loop_that_has_a_task_factory_already(self) -> None:
        async def main() -> None:
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
            with awaitscope.trace(self.path):
                await asyncio.create_task(nap(), name="eager")
                await nap()

        asyncio.run(main())
        self.assertEqual(tasks_of(self.path)["eager"][1], "returned")

    def test_one_at_a_time(self) -> None:
        with awaitscope.trace(self.path):
            with self.assertRaisesRegex(RuntimeError, "^this process is being traced already$"):
                with awaitscope.trace(str(self.base / "second.awaitscope")):
                    self.fail("was entered")
            asyncio.run(nap())
        self.assertFalse((self.base / "second.awaitscope").exists())
        self.assertIn("nap", [what for what, _, _ in tasks_of(self.path).values()])

    def test_not_under_awaitscope_run(self) -> None:
        source = """
            import asyncio, awaitscope
            async def main():
                try:
                    awaitscope.trace("inner.awaitscope").__enter__()
                except RuntimeError as error:
                    print(error)
            asyncio.run(main())
            """
        ended = self.run_program(source, traced)
        self.assertEqual(ended, Ended(0, "this process is being traced already\n", ""))
        self.assertFalse((self.base / "inner.awaitscope").exists())
        self.assertTrue(tracefile.read(self.base / "outer.awaitscope").complete)

    def test_exceptions_pass(self) -> None:
        async def failing() -> None:
            raise LookupError("for the caller")

        try:
            with awaitscope.trace(self.path):
                asyncio.run(failing())
        except LookupError as error:
            files = {Path(frame.filename).parent.name for frame in traceback.extract_tb(error.__traceback__)}
        self.assertNotIn("awaitscope", files)
        trace = tracefile.read(Path(self.path))
        self.assertTrue(trace.complete)
        self.assertIn(("LookupError", "for the caller"), [task.exception for task in trace.tasks.values()])

    def test_again_into_the_same_file(self) -> None:
        recording = awaitscope.trace(self.path)
        for _ in range(2):
            with recording:
                asyncio.run(nap())
            self.assertEqual([what for what, _, _ in tasks_of(self.path).values()].count("nap"), 1)

    def test_a_file_that_cannot_be_made(self) -> None:
        before = process()
        with self.assertRaises(FileNotFoundError):
            awaitscope.trace(self.base / "missing" / "t.awaitscope").__enter__()
        self.assertEqual(process(), before)

    def test_a_file_that_is_not_a_trace_is_not_replaced(self) -> None:
        precious = self.base / "precious.py"
        precious.write_text("print()\n", encoding="utf-8")
        with self.assertRaisesRegex(FileExistsError, "it exists and is not a trace"):
            awaitscope.trace(precious).__enter__()
        self.assertEqual(precious.read_text(encoding="utf-8"), "print()\n")

    def test_named_like_the_program(self) -> None:
        source = """
            import os, sys
            import awaitscope
            print("asyncio" in sys.modules)
            with awaitscope.trace() as recording:
                import asyncio
                asyncio.run(asyncio.sleep(0))
            print(os.path.relpath(recording.path))
            """
        self.assertEqual(self.run_program(source), Ended(0, "False\nprogram.awaitscope\n", ""))
        self.assertTrue(tracefile.read(self.base / "program.awaitscope").complete)

    def test_a_program_that_leaves_by_the_back_door(self) -> None:
        source = """
            import asyncio, os
            import awaitscope
            with awaitscope.trace("t.awaitscope"):
                asyncio.run(asyncio.sleep(0))
                os._exit(7)
            """
        self.assertEqual(self.run_program(source), Ended(7, "", ""))
        self.assertEqual(tracefile.read(Path(self.path)).exit_code, 7)


if __name__ == "__main__":
    unittest.main()
