"""Programs on uvloop: they do what they do without us, and the trace says what it says of asyncio's own loop."""

from __future__ import annotations

import re
import shlex
import sys
import textwrap
import unittest

import golden
import proofs
import tracefile
from comparing import Comparing
from running import PROGRAMS, ROOT, Ended, Run, both, folder, plain
from test_programs import can_run, directives

_THE_SAME = (
    "async_for_with async_generator async_generator_ends awaitable_object barrier callbacks comprehension "
    "custom_loop debug_mode exceptions folder gather gather_failing gather_nested gather_return_exceptions "
    "generator_coroutine handed library_call locks loop_of_awaits no_loop pending_at_exit policy process_pool python_task queues "
    "renamed sequential several_runs shield task_class task_factory taskgroup taskgroup_cancels taskgroup_failing "
    "threadsafe timeout timeouts two_threads unnoticed utf16 wait_calls wait_for wait_for_at_once waits"
).split()
"""Programs of which uvloop loses nothing, down to who woke whom."""
_DIFFERENT = (
    "awaiting_tasks cancellation cancels contexts datagrams eager_contexts "
    "eager_tasks executor gather_odd_members outside_files signal_handler streams_echo subprocess_pipe"
).split()
"""Programs of which uvloop loses something, or does something in another way: NAME.uvloop.txt says what is there."""
if sys.version_info >= (3, 13):
    _THE_SAME.remove("renamed")  # a task that uvloop names has used up an automatic name by then
    # uvloop hands factories the option to start eagerly: that of 3.13 does not know it, that of 3.14 then does not.
    _DIFFERENT.remove("eager_contexts")
    _DIFFERENT.remove("eager_tasks")
if sys.version_info >= (3, 14):
    _THE_SAME.remove("task_factory")  # asyncio now gives a name to the factory, uvloop to the task that it has made


@unittest.skipIf(sys.platform == "win32", "uvloop is not for Windows")
class ProgramsOnUvloop(unittest.TestCase):
    maxDiff = None

    def check(self, name: str) -> None:
        program = PROGRAMS / f"{name}.py"
        wishes = directives(program)
        with folder() as base:
            home = base / program.parent.name
            home.mkdir()
            (home / "site-packages").symlink_to(PROGRAMS / "site-packages")
            on_uvloop = "import uvloop; uvloop.install(); import asyncio"
            text = program.read_text(encoding="utf-8").replace("import asyncio", on_uvloop, 1)
            (home / program.name).write_text(text, encoding="utf-8")
            run = Run(
                words=[program.name],
                cwd=home,
                options=["-W", "ignore", *shlex.split(wishes.get("options", ""))],
                env=dict(pair.split("=", 1) for pair in shlex.split(wishes.get("env", ""))),
                python=proofs.python(),
            )
            path = base / "t.awaitscope"
            plain, traced = both(run, path)
            self.assertEqual(traced, plain)
            trace = tracefile.read(path)
            self.assertIsNone(trace.failure)
            self.assertEqual(trace.undefined, [])
            text = _any_loop(golden.text_of(golden.summarize(path), trace, "steps" not in wishes))
            if name in _DIFFERENT:
                golden.update(f"{name}.uvloop", text)
                self.assertEqual(text, golden.expected(f"{name}.uvloop"))
            else:
                self.assertEqual(text, _any_loop(golden.expected(name)))


def _any_loop(text: str) -> str:
    # The loop's own coroutines are written in Cython; from 3.11 on they have no qualified names.
    text = text.replace("uvloop_", "asyncio_").replace(" policy EventLoopPolicy", "")
    kind = r"(?<=^  MainThread )\w+|(?<=^  worker )\w+"
    return re.sub(rf" (BaseEventLoop|Loop)\.|{kind}", " ", text, flags=re.MULTILINE)


def _test_of(name: str):
    def test(self: ProgramsOnUvloop) -> None:
        self.check(name)

    return unittest.skipUnless(can_run(PROGRAMS / f"{name}.py"), "needs a newer Python")(test)


for _name in (*_THE_SAME, *_DIFFERENT):
    setattr(ProgramsOnUvloop, f"test_{_name}", _test_of(_name))


@unittest.skipIf(sys.platform == "win32", "uvloop is not for Windows")
class OnUvloop(Comparing):
    def setUp(self) -> None:
        self.python = proofs.python()

    def test_streams(self) -> None:
        trace = self.same(
            """
            import asyncio, uvloop
            async def echo(reader, writer):
                writer.write(await reader.readline())
                await writer.drain()
                writer.close()
            async def main():
                server = await asyncio.start_server(echo, "127.0.0.1", 0)
                async with server:
                    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                    writer.write(b"hello\\n")
                    print(await reader.readline())
                    writer.close()
            uvloop.run(main())
            """
        )
        served = next(task for task in trace.tasks.values() if trace.codes[task.code]["name"] == "echo")
        self.assertEqual((served.outcome, served.site), ("returned", 0))
        self.assertIn("I/O", [trace.waker(step) for task in trace.tasks.values() for step in task.steps])

    def test_subprocess(self) -> None:
        self.same(
            """
            import asyncio, sys, uvloop
            async def main():
                child = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(input() * 2)", stdin=-1, stdout=-1)
                print(await child.communicate(b"hello\\n"), child.returncode)
            uvloop.run(main())
            """
        )

    def test_exceptions_in_callbacks(self) -> None:
        self.same(
            """
            import asyncio, threading, uvloop
            def in_a_thread(loop, go):
                go.wait()  # from 3.14 on, one does not wait for a job that has ended already
                loop.call_soon_threadsafe(int, "from a thread")
            async def main():
                loop = asyncio.get_running_loop()
                loop.call_soon(int, "soon")
                go = threading.Event()
                loop.call_soon(go.set)
                await loop.run_in_executor(None, in_a_thread, loop, go)
                loop.call_later(0.001, int, "later")
                loop.call_soon(print, "cancelled").cancel()
                await asyncio.sleep(0.01)
                loop.set_exception_handler(lambda loop, context: print(sorted(context), context["message"]))
                loop.call_soon(int, "handled")
                asyncio.create_task(fail())
                await asyncio.sleep(0)
            async def fail():
                raise KeyError("of a task")
            uvloop.run(main())
            """
        )

    def test_exceptions_that_end_the_loop(self) -> None:
        for what, code in ("KeyboardInterrupt", -2), ("SystemExit(3)", 3):
            for place in "await stop()", "loop.call_soon(stop_now); await asyncio.sleep(1)":
                with self.subTest(what, place=place):
                    trace = self.same(
                        f"""
                        import asyncio, traceback, uvloop
                        def stop_now():
                            raise {what}
                        async def stop():
                            await asyncio.sleep(0.001)
                            stop_now()
                        async def main():
                            loop = asyncio.get_running_loop()
                            {place}
                        loop = uvloop.new_event_loop()
                        try:
                            loop.run_until_complete(main())
                        except BaseException:
                            traceback.print_exc()
                            loop.run_until_complete(asyncio.sleep(0.001))
                            raise
                        """,
                        code=code,
                    )
                    self.assertTrue(trace.complete)

    def test_interrupted_from_outside(self) -> None:
        self.same(
            """
            import asyncio, os, signal, uvloop
            async def main():
                try:
                    asyncio.get_running_loop().call_later(0.01, os.kill, os.getpid(), signal.SIGINT)
                    await asyncio.sleep(10)
                except asyncio.CancelledError:
                    print("cancelled")
                    raise
            try:
                uvloop.run(main())
            except KeyboardInterrupt:
                print("interrupted")
            """
        )

    def test_stacks_and_warnings(self) -> None:
        self.same(
            """
            import asyncio, sys, traceback, uvloop, warnings
            def stack():
                warnings.warn("of whom?", stacklevel=3)
                print([(frame.name, frame.lineno) for frame in traceback.extract_stack()][-3:])
            async def work():
                stack()
            async def main():
                loop = asyncio.get_running_loop()
                stack()
                loop.call_soon(stack)
                loop.call_soon_threadsafe(stack)
                await asyncio.create_task(work())
                await asyncio.sleep(0.001)
                other = uvloop.new_event_loop()
                other.close()
                if sys.version_info >= (3, 11):
                    try:
                        other.call_soon(stack)
                    except RuntimeError:
                        traceback.print_exc()
            uvloop.run(main())
            """
        )

    def test_handles(self) -> None:
        self.same(
            """
            import asyncio, contextvars, re, uvloop, weakref
            word = contextvars.ContextVar("word", default="none")
            def show(handle):
                print(re.sub("0x[0-9a-f]+", "", repr(handle)), handle.cancelled())
                stack = handle._source_traceback
                print(stack and [(frame.name, frame.lineno) for frame in stack][-3:])
            class Callback:
                def __call__(self, *args):
                    print("called", args, word.get())
            async def main():
                loop = asyncio.get_running_loop()
                callback = Callback()
                context = contextvars.copy_context()
                context.run(word.set, "set")
                show(loop.call_soon(print))
                show(loop.call_soon(callback, 1, 2))
                show(loop.call_soon(callback, context=context))
                show(loop.call_soon_threadsafe(callback, 3))
                handle = loop.call_soon(callback)
                handle.cancel()
                show(handle)
                gone = weakref.ref(callback)
                del callback, handle
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                print(gone())
                task = asyncio.create_task(asyncio.sleep(0))
                print(re.sub("0x[0-9a-f]+", "", repr(task)))
                await task
            uvloop.run(main())
            uvloop.run(main(), debug=True)
            """
        )

    def test_blocked(self) -> None:
        trace = self.same(
            """
            import asyncio, time, uvloop
            def block():
                time.sleep(0.4)
            async def main():
                await asyncio.sleep(0.3)
                block()
            uvloop.run(main())
            """
        )
        (blocked,) = trace.blocked
        names = [trace.function(node) for node in blocked["stack"]]
        self.assertEqual([name.rpartition(".")[2] for name in names[:2]], ["block", "main"])

    def test_nothing_is_left(self) -> None:
        program = """
            import asyncio, awaitscope, uvloop
            def look():
                methods = (uvloop.Loop.call_soon, uvloop.Loop.call_exception_handler)
                return (sorted(vars(uvloop.Loop)), methods, sorted(vars(asyncio.AbstractEventLoop)))
            async def main():
                recording = awaitscope.trace("t.awaitscope")
                over = asyncio.Event()
                older = asyncio.create_task(over.wait())
                await asyncio.sleep(0)
                with recording:
                    class Loop(uvloop.Loop): ...
                    await asyncio.sleep(0.001)
                    await asyncio.create_task(asyncio.sleep(0.001))
                    uvloop.new_event_loop().close()
                over.set()
                await older
                print(recording.failure, look() == before)
            before = look()
            uvloop.run(main())
            """
        with folder({"program.py": textwrap.dedent(program)}) as base:
            run = Run(["program.py"], base, env={"PYTHONPATH": str(ROOT / "runtime")}, python=self.python)
            self.assertEqual(plain(run), Ended(0, "None True\n", ""))
            trace = tracefile.read(base / "t.awaitscope")
            tasks = {task.name: (task.outcome, task.parent != 0) for task in trace.tasks.values()}
            old = ("pending", False)
            self.assertEqual(tasks, {"Task-1": old, "Task-2": old, "Task-3": ("returned", True)})


if __name__ == "__main__":
    unittest.main()
