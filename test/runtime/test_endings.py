"""Exceptions, exits and their tracebacks are those of the program alone."""

from __future__ import annotations

import sys
import unittest

from comparing import Comparing


class Exceptions(Comparing):
    def test_an_exception_of_the_main_module(self) -> None:
        trace = self.same("def f():\n    raise ValueError('no')\nf()\n", code=1)
        self.assertEqual((trace.complete, trace.exit_code), (True, 1))

    def test_an_exception_that_leaves_asyncio_run(self) -> None:
        self.same(
            """
            import asyncio
            async def inner():
                await asyncio.sleep(0.001)
                raise ValueError("no")
            async def main():
                await inner()
            asyncio.run(main())
            """,
            code=1,
        )

    def test_an_exception_of_a_task_that_is_awaited(self) -> None:
        self.same(
            """
            import asyncio
            async def inner():
                raise ValueError("no")
            async def main():
                await asyncio.gather(inner(), asyncio.sleep(1))
            asyncio.run(main())
            """,
            code=1,
        )

    def test_chained_exceptions(self) -> None:
        self.same(
            """
            import asyncio
            async def main():
                try:
                    await asyncio.wait_for(asyncio.sleep(1), 0.001)
                except asyncio.TimeoutError as error:
                    raise RuntimeError("chained") from error
            async def outer():
                try:
                    await main()
                finally:
                    {}["missing"]
            asyncio.run(outer())
            """,
            code=1,
        )

    @unittest.skipIf(sys.version_info < (3, 11), "needs exception groups")
    def test_exception_groups(self) -> None:
        self.same(
            """
            import asyncio
            async def fail(n):
                await asyncio.sleep(0)
                raise ValueError(n)
            async def main():
                async with asyncio.TaskGroup() as group:
                    group.create_task(fail(1))
                    async with asyncio.TaskGroup() as inner:
                        inner.create_task(fail(2))
                        inner.create_task(fail(3))
            asyncio.run(main())
            """,
            code=1,
        )

    def test_an_exception_in_a_callback(self) -> None:
        self.same(
            """
            import asyncio
            def fail():
                1 / 0
            async def main():
                asyncio.get_running_loop().set_exception_handler(
                    lambda loop, context: print(context["message"].split(" at ")[0], repr(context["exception"])))
                asyncio.get_running_loop().call_soon(fail)
                asyncio.get_running_loop().call_later(0.001, fail)
                await asyncio.sleep(0.005)
            asyncio.run(main())
            """
        )

    def test_a_syntax_error_in_the_file(self) -> None:
        self.same("def f(:\n    pass\n", code=1)

    def test_an_excepthook_of_the_program(self) -> None:
        self.same(
            """
            import sys, traceback
            def hook(kind, value, tb):
                print("hooked", kind.__name__, value, [frame.name for frame in traceback.extract_tb(tb)])
            sys.excepthook = hook
            def f():
                raise ValueError("no")
            f()
            """,
            code=1,
        )

    def test_tracebacks_the_program_formats_itself(self) -> None:
        self.same(
            """
            import asyncio, traceback
            async def fail():
                try:
                    await asyncio.sleep(0.001)
                    1 / 0
                except ZeroDivisionError:
                    traceback.print_exc()
                    traceback.print_stack(limit=1)
            asyncio.run(fail())
            """
        )

    def test_exception_in_a_thread(self) -> None:
        self.same(
            """
            import asyncio, threading
            async def main():
                raise ValueError("in a thread")
            thread = threading.Thread(target=lambda: asyncio.run(main()), name="worker")
            thread.start()
            thread.join()
            """
        )


class Exits(Comparing):
    def test_system_exit(self) -> None:
        for value, code in (("", 0), ("None", 0), ("3", 3), ("'a message'", 1), ("True", 1), ("256 + 7", 7)):
            with self.subTest(value):
                trace = self.same(f"import sys\nsys.exit({value})\n", code=code)
                self.assertEqual((trace.complete, trace.exit_code), (True, code))

    def test_sys_exit_inside_the_main_task(self) -> None:
        self.same("import asyncio, sys\nasync def main():\n    sys.exit(5)\nasyncio.run(main())\n", code=5)

    def test_sys_exit_inside_another_task(self) -> None:
        trace = self.same(
            """
            import asyncio, sys
            async def leave():
                await asyncio.sleep(0.001)
                sys.exit("bye")
            async def main():
                task = asyncio.create_task(leave())
                try:
                    await asyncio.sleep(10)
                finally:
                    print("cleaned up")
            asyncio.run(main())
            """,
            code=1,
            # Before 3.12 an exception only knows the frames up to the last one that caught it; as we catch it, the
            # traceback that the dying task prints has the frame of the module more.
            same_err=sys.version_info >= (3, 12),
        )
        outcomes = {trace.codes[task.code]["name"]: task.outcome for task in trace.tasks.values()}
        self.assertEqual((outcomes["main"], outcomes["leave"]), ("cancelled", "raised"))

    def test_keyboard_interrupt_raised_in_a_task(self) -> None:
        self.same(
            "import asyncio\nasync def main():\n    raise KeyboardInterrupt\nasyncio.run(main())\n",
            code=-2,
        )

    def test_os_exit_inside_a_coroutine(self) -> None:
        trace = self.same(
            """
            import asyncio, os
            async def main():
                await asyncio.sleep(0.001)
                os._exit(4)
            asyncio.run(main())
            """,
            code=4,
        )
        self.assertEqual((trace.complete, trace.exit_code), (True, 4))
        self.assertEqual([task.outcome for task in trace.tasks.values()], ["pending"])

    def test_an_exit_handler_that_runs_a_loop(self) -> None:
        trace = self.same(
            """
            import asyncio, atexit
            async def late():
                await asyncio.sleep(0.001)
                print("late")
            atexit.register(lambda: asyncio.run(late()))
            """
        )
        self.assertEqual(trace.tasks[1].outcome, "returned")

    def test_atexit_order_and_count(self) -> None:
        self.same("import atexit\natexit.register(print, 'first in')\natexit.register(print, 'last in')\n")

    def test_an_exit_handler_that_fails(self) -> None:
        self.same("import atexit\natexit.register(int, 'not a number')\n")


if __name__ == "__main__":
    unittest.main()
