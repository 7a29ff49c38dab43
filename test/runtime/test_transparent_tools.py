"""Whoever watches a program from within (debuggers, coverage, profilers, faulthandler) sees what it sees without us."""

from __future__ import annotations

import os
import sys
import unittest

from comparing import Comparing

WORK = """
import asyncio
async def inner(n):
    for i in range(n):
        await asyncio.sleep(0)
    return n
async def main():
    print(await asyncio.gather(*[inner(n) for n in range(3)]))
    task = asyncio.create_task(inner(2))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")
"""
"""A module ``work`` for the programs here."""


class Watched(Comparing):
    def check(self, source: str, **options: object) -> None:
        trace = self.same(source, files={"work.py": WORK}, **options)
        self.assertIsNone(trace.failure)
        self.assertGreater(len(trace.tasks), 4)
        self.assertTrue(trace.complete)

    def test_interpreter_modes(self) -> None:
        source = "import asyncio, work\nasyncio.run(work.main())\n"
        self.check(source, env={"PYTHONASYNCIODEBUG": "1"})
        self.check(source, options=["-X", "dev"])
        self.check(source, options=["-W", "error"])
        self.check(source, options=["-X", "dev", "-W", "error", "-bb"])
        self.check(source, options=["-O"], env={"PYTHONMALLOC": "debug", "PYTHONTRACEMALLOC": "5"})

    def test_lines_as_coverage_counts_them(self) -> None:
        self.check(
            """
            import asyncio, collections, sys, work
            lines = collections.Counter()
            def local(frame, event, argument):
                if event == "line":
                    lines[frame.f_lineno] += 1
                return local
            def calls(frame, event, argument):
                return local if frame.f_code.co_filename == work.__file__ else None
            sys.settrace(calls)
            asyncio.run(work.main())
            sys.settrace(None)
            print(sorted(lines.items()))
            """
        )

    def test_calls_of_the_programs_functions_as_a_profiler_sees_them(self) -> None:
        self.check(
            """
            import asyncio, sys, work
            seen = []
            def profile(frame, event, argument):
                if frame.f_code.co_filename == work.__file__ and event in ("call", "return"):
                    seen.append((event, frame.f_code.co_name, frame.f_lineno))
            sys.setprofile(profile)
            asyncio.run(work.main())
            sys.setprofile(None)
            print(seen)
            """
        )

    @unittest.skipIf(sys.version_info < (3, 12), "needs sys.monitoring")
    def test_a_user_of_monitoring(self) -> None:
        self.check(
            """
            import asyncio, sys, work
            watch, seen = sys.monitoring, []
            print([watch.get_tool(number) for number in range(6)])
            watch.use_tool_id(watch.COVERAGE_ID, "test")
            events = watch.events
            def note(code, line):
                if code.co_filename == work.__file__:
                    seen.append((code.co_name, line))
            watch.register_callback(watch.COVERAGE_ID, events.LINE, note)
            watch.set_events(watch.COVERAGE_ID, events.LINE)
            asyncio.run(work.main())
            watch.set_events(watch.COVERAGE_ID, 0)
            watch.free_tool_id(watch.COVERAGE_ID)
            print(seen)
            """
        )

    def test_a_debugger_that_looks_at_frames(self) -> None:
        self.check(
            """
            import asyncio, sys, work
            seen = []
            def stop(frame, event, argument):
                if event == "line" and frame.f_lineno == 5:
                    stack, at = [], frame
                    while at is not None and at.f_code.co_filename != __file__:
                        stack.append((at.f_code.co_name, sorted(at.f_locals) if at is frame else None))
                        at = at.f_back
                    # asyncio's Handle._run is not among them: calling through it costs more than what we record.
                    seen.append([each for each in stack if each[0] != "_run"])
                return stop
            sys.settrace(lambda frame, event, argument: stop if frame.f_code.co_filename == work.__file__ else None)
            asyncio.run(work.main())
            sys.settrace(None)
            print(seen)
            """
        )

    def test_stacks_of_tasks(self) -> None:
        self.check(
            """
            import asyncio, io, work
            async def look():
                task = asyncio.create_task(work.inner(3), name="looked at")
                await asyncio.sleep(0)
                out = io.StringIO()
                task.print_stack(file=out)
                asyncio.current_task().print_stack(limit=1, file=out)
                print(out.getvalue(), [frame.f_lineno for frame in task.get_stack()], task.get_coro().cr_await is None)
                await work.main()
            asyncio.run(look())
            """
        )

    def test_faulthandler(self) -> None:
        # Of the innermost frames only: those at the end are of whoever runs the file.
        self.check(
            """
            import asyncio, faulthandler, re, sys, tempfile, time, work
            def shown(file):
                file.seek(0)
                return re.findall("line ([0-9]+) in ([a-z_]+)", file.read())[:2]
            def outer(file, later):
                if later:
                    faulthandler.dump_traceback_later(0.02, file=file)
                    time.sleep(0.3)
                    faulthandler.cancel_dump_traceback_later()
                else:
                    faulthandler.dump_traceback(file, all_threads=False)
                print(shown(file) if not later else len(shown(file)))
            async def dump():
                for later in (False, True):
                    with tempfile.TemporaryFile("w+") as file:
                        outer(file, later)
                await work.main()
            faulthandler.enable()
            asyncio.run(dump())
            """
        )

    def test_the_collector(self) -> None:
        self.check(
            """
            import asyncio, gc, weakref, work
            class Node: ...
            async def cycles():
                for n in range(3):
                    a, b = Node(), Node()
                    a.other, b.other = b, a
                    weakref.finalize(a, print, "collected", n)
                    del a, b
                    await asyncio.sleep(0)
                    gc.collect()
                    print("turn", n, len(gc.garbage))
                await work.main()
            gc.disable()
            gc.set_debug(0)
            asyncio.run(cycles())
            print(gc.isenabled(), gc.callbacks)
            """
        )

    def test_recursion(self) -> None:
        self.check(
            """
            import asyncio, work
            def deeper(n):
                return deeper(n + 1)
            async def deep():
                for _ in range(2):
                    try:
                        deeper(0)
                    except RecursionError as error:
                        print(str(error)[:40])
                    await asyncio.sleep(0)
                await work.main()
            asyncio.run(deep())
            """
        )


class Processes(Comparing):
    def test_exit_handlers_in_order(self) -> None:
        self.same(
            """
            import asyncio, atexit, threading, weakref
            class Thing: ...
            kept = Thing()
            async def main():
                atexit.register(print, "registered in a task")
                threading.Thread(target=print, args=["thread"]).start()
                await asyncio.sleep(0.001)
            atexit.register(print, "first")
            weakref.finalize(kept, print, "finalized at exit")
            asyncio.run(main())
            atexit.register(lambda: asyncio.run(main()))
            atexit.register(lambda: 1 / 0)
            """,
            varying="0x[0-9a-f]+",
        )

    @unittest.skipUnless(hasattr(os, "fork"), "needs fork")
    def test_forks(self) -> None:
        trace = self.same(
            """
            import asyncio, os, sys, warnings
            warnings.simplefilter("ignore")
            async def work(n):
                await asyncio.sleep(0.001)
                return n
            def wait(child):
                return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            print(asyncio.run(work(1)))
            sys.stdout.flush()
            child = os.fork()
            if child == 0:
                print("child", asyncio.run(work(2)), flush=True)
                grandchild = os.fork()
                if grandchild == 0:
                    sys.exit(5)
                os._exit(wait(grandchild) + 1)
            print(wait(child), asyncio.run(work(3)))
            """
        )
        self.assertEqual([task.outcome for task in trace.tasks.values()][:1], ["returned"])
        self.assertEqual((trace.complete, trace.exit_code, trace.undefined), (True, 0, []))

    def test_pools(self) -> None:
        methods = ["spawn"] if sys.platform == "win32" else ["fork", "forkserver", "spawn"]
        for method in methods:
            with self.subTest(method):
                trace = self.same(
                    f"""
                    import asyncio, concurrent.futures, multiprocessing, warnings
                    warnings.simplefilter("ignore")
                    async def child(n):
                        await asyncio.sleep(0.001)
                        return n * 2
                    def work(n):
                        return asyncio.run(child(n))
                    async def main():
                        context = multiprocessing.get_context({method!r})
                        loop = asyncio.get_running_loop()
                        with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
                            print(await asyncio.gather(*[loop.run_in_executor(pool, work, n) for n in range(3)]))
                        process = context.Process(target=work, args=[1])
                        process.start()
                        await asyncio.to_thread(process.join)
                        print(process.exitcode)
                    if __name__ == "__main__":
                        asyncio.run(main())
                    """
                )
                self.assertEqual((trace.complete, trace.exit_code), (True, 0))

    @unittest.skipIf(sys.version_info < (3, 13), "asyncio in two interpreters crashes Python, with us or without")
    def test_interpreters_within(self) -> None:
        trace = self.same(
            """
            import asyncio, textwrap
            try:
                import _interpreters as interpreters
            except ImportError:
                import _xxsubinterpreters as interpreters
            code = textwrap.dedent('''
                import asyncio
                async def main():
                    await asyncio.sleep(0.001)
                    print("within", flush=True)
                asyncio.run(main())
            ''')
            async def main():
                other = interpreters.create()
                print("before", flush=True)
                print(interpreters.run_string(other, code))
                await asyncio.sleep(0.001)
                interpreters.destroy(other)
            asyncio.run(main())
            """
        )
        self.assertEqual((trace.complete, trace.exit_code), (True, 0))
        self.assertEqual(len(trace.tasks), 3)  # main, and the two that close the loop


if __name__ == "__main__":
    unittest.main()
