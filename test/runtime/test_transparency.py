"""Whatever a program does, it does under Awaitscope too: the same output, the same exit code, in every case here."""

from __future__ import annotations

import sys
import textwrap
import unittest

from comparing import Comparing

LOOP = "import asyncio\nasync def main():\n    await asyncio.sleep(0.001)\n    print('ran')\nasyncio.run(main())\n"


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


class Startup(Comparing):
    SEEN = """
        import __main__, os, sys
        print(sys.argv, getattr(sys, "orig_argv", [])[1:])
        print(sys.path[0], sys.path[-1])
        print(sys.flags)
        print(__file__, __name__, __package__, __doc__, type(__loader__).__name__, getattr(__loader__, "name", None))
        print(__spec__ and (__spec__.name, __spec__.origin, __spec__.submodule_search_locations, __spec__.cached))
        print(sorted(vars(__main__)))
        print(__main__ is sys.modules["__main__"], __builtins__, os.getcwd(), __debug__)
        """

    def test_what_the_program_sees_of_itself(self) -> None:
        self.same(self.SEEN, words=("program.py", "--flag", "a b", "é"))

    def test_interpreter_options(self) -> None:
        for options in (("-O",), ("-W", "error"), ("-X", "dev"), ("-E",), ("-s", "-B"), ("-I",), ("-u",), ("-q", "-b")):
            with self.subTest(options):
                self.same(self.SEEN, options=options)

    @unittest.skipIf(sys.version_info < (3, 11), "needs -P")
    def test_safe_path(self) -> None:
        self.same(self.SEEN, options=("-P",))

    def test_a_path_with_folders(self) -> None:
        self.same(None, files={"some where/program.py": textwrap.dedent(self.SEEN)}, words=("some where/program.py",))

    def test_a_module(self) -> None:
        self.same(None, files={"mod.py": textwrap.dedent(self.SEEN) + LOOP}, words=("-m", "mod", "x", "-m", "--out"))

    def test_a_package(self) -> None:
        files = {"pack/__init__.py": "print('init')\n", "pack/__main__.py": textwrap.dedent(self.SEEN) + LOOP}
        self.same(None, files=files, words=("-m", "pack", "x"))

    def test_a_module_that_is_not_there(self) -> None:
        self.same(None, words=("-m", "no_such_module"), code=1)

    def test_a_package_without_main(self) -> None:
        self.same(None, files={"pack/__init__.py": ""}, words=("-m", "pack"), code=1)

    def test_a_module_that_raises(self) -> None:
        self.same(None, files={"mod.py": "def f():\n    1 / 0\nf()\n"}, words=("-m", "mod"), code=1)

    def test_a_folder_with_main(self) -> None:
        self.same(None, files={"app/__main__.py": textwrap.dedent(self.SEEN) + LOOP}, words=("app", "x"))

    def test_a_folder_without_main(self) -> None:
        self.same(None, files={"app/other.py": ""}, words=("app",), code=1)

    def test_a_zip(self) -> None:
        files = {"__main__.py": textwrap.dedent(self.SEEN) + LOOP}
        self.same(None, files=files, words=("program.zip", "x"), zipped=True)

    def test_a_file_that_is_not_there(self) -> None:
        self.assertIsNone(self.same(None, words=("missing.py",), code=2))

    def test_standard_input(self) -> None:
        self.same("import sys\nprint(input('? '))\nprint(sys.stdin.read())\n", stdin="one\ntwo\nthree")

    def test_a_module_named_like_one_of_the_standard_library(self) -> None:
        files = {name: f"print('the program has its own {name}')\n" for name in ("queue.py", "platform.py", "json.py")}
        self.same("import queue, platform, json\nprint(queue.__file__)\n", files=files)

    def test_an_asyncio_of_the_programs_own(self) -> None:
        self.same(
            "import asyncio\nprint(asyncio.mine)\n",
            files={"asyncio.py": "mine = 'not the real one'\n"},
            untraced_because="asyncio.py takes the place of the standard library's asyncio",
        )

    def test_a_module_that_asyncio_needs_of_the_programs_own(self) -> None:
        self.same(
            "import selectors\nprint(selectors.mine)\ntry:\n    import asyncio\nexcept AttributeError:\n    print('no')\n",
            files={"selectors.py": "mine = 'not the real one'\n"},
            untraced_because="selectors.py takes the place of the standard library's selectors",
        )

    def test_a_package_named_like_ours(self) -> None:
        files = {"awaitscope/__init__.py": "print('the program has its own')\n"}
        self.same("import awaitscope\nprint(awaitscope.__file__)\n" + LOOP, files=files)

    def test_nothing_of_ours_among_the_modules(self) -> None:
        self.same("import sys\nprint([name for name in sys.modules if 'awaitscope' in name])\n")

    def test_a_folder_that_is_no_package_takes_nobodys_place(self) -> None:
        trace = self.same("import json\nprint(json.dumps(1))\n" + LOOP, files={"json/data.txt": ""})
        self.assertTrue(trace.complete)

    def test_future_imports_of_ours_are_not_the_programs(self) -> None:
        self.same("def f(a: int): ...\nprint(f.__annotations__)\n")

    def test_a_byte_order_mark_and_odd_line_ends(self) -> None:
        self.same("\ufeffprint('bom')\r\nprint('crlf')\n")

    def test_numbers_of_file_descriptors(self) -> None:
        self.same("import os\nprint(os.open('program.py', os.O_RDONLY), os.pipe())\n")


class World(Comparing):
    def test_pickling_a_class_of_main(self) -> None:
        self.same(
            """
            import pickle
            class Point:
                def __init__(self, x):
                    self.x = x
            data = pickle.dumps(Point(3))
            print(pickle.loads(data).x, data)
            """
        )

    def test_multiprocessing(self) -> None:
        for method in ("spawn", "fork"):
            with self.subTest(method):
                trace = self.same(
                    f"""
                    import asyncio, multiprocessing, warnings
                    warnings.simplefilter("ignore")
                    async def child(n):
                        await asyncio.sleep(0.001)
                        return n * 2
                    def work(n):
                        return asyncio.run(child(n))
                    async def main():
                        loop = asyncio.get_running_loop()
                        with multiprocessing.get_context({method!r}).Pool(1) as pool:
                            print(pool.map(work, [1, 2]))
                    if __name__ == "__main__":
                        asyncio.run(main())
                    """
                )
                self.assertEqual((trace.complete, trace.exit_code), (True, 0))
                self.assertEqual({trace.codes[task.code]["name"] for task in trace.tasks.values()} & {"child"}, set())

    def test_fork_in_a_coroutine(self) -> None:
        trace = self.same(
            """
            import asyncio, os, sys
            async def main():
                await asyncio.sleep(0.03)
                child = os.fork()
                if child == 0:
                    print("child", flush=True)
                    await asyncio.sleep(0.001)
                    os._exit(7)
                await asyncio.sleep(0.001)
                print("parent", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            asyncio.run(main())
            """,
            options=("-W", "always"),
        )
        self.assertEqual((trace.complete, trace.exit_code), (True, 0))

    def test_threads(self) -> None:
        self.same(
            """
            import asyncio, threading, sys
            async def main():
                await asyncio.sleep(0.001)
                print([thread.name for thread in threading.enumerate()], threading.active_count())
            asyncio.run(main())
            print(threading.active_count(), sys.gettrace(), sys.getprofile())
            """
        )

    def test_reprs(self) -> None:
        self.same(
            """
            import asyncio, re
            def plain(value):
                return re.sub(r"0x[0-9a-f]+", "0x", repr(value))
            def callback(): ...
            async def work():
                print(plain(asyncio.current_task()))
                await asyncio.sleep(0.001)
            async def main():
                loop = asyncio.get_running_loop()
                task = asyncio.create_task(work(), name="named")
                print(plain(task), plain(loop))
                print(plain(loop.call_soon(callback)), plain(asyncio.gather(task)))
                print(re.sub("when=[0-9.]+", "", plain(loop.call_later(1, callback))))
                await asyncio.sleep(0)
                print(plain(task), plain(asyncio.all_tasks() - {task}))
                await task
                print(plain(task))
            asyncio.run(main())
            """
        )

    def test_a_coroutine_never_awaited(self) -> None:
        self.same(
            """
            import asyncio
            async def forgotten(): ...
            async def main():
                forgotten()
                await asyncio.sleep(0)
            asyncio.run(main())
            """
        )

    def test_a_task_destroyed_while_pending(self) -> None:
        self.same(
            """
            import asyncio, gc, logging, re, sys
            class Short(logging.Formatter):
                def format(self, record):
                    return re.sub("0x[0-9a-f]+", "0x", super().format(record))
            handler = logging.StreamHandler(sys.stdout)
            handler.setFormatter(Short())
            logging.getLogger("asyncio").addHandler(handler)
            async def forever():
                await asyncio.get_running_loop().create_future()
            async def main():
                asyncio.create_task(forever())
                await asyncio.sleep(0.001)
                gc.collect()
                print("collected")
            asyncio.run(main())
            """
        )

    def test_exceptions_never_retrieved(self) -> None:
        self.same(
            """
            import asyncio
            async def fail(n):
                raise ValueError(n)
            async def main():
                tasks = [asyncio.create_task(fail(n)) for n in range(3)]
                await asyncio.wait(tasks)
                print("now")
                tasks.pop(1)
                print("one is gone")
                tasks.clear()
                print("all are gone")
            asyncio.run(main())
            """
        )

    def test_when_weak_references_die(self) -> None:
        self.same(
            """
            import asyncio, weakref
            class Thing: ...
            died = lambda what: lambda _: print(what, "died")
            async def work(thing):
                await asyncio.sleep(0.001)
                return thing
            async def main():
                loop = asyncio.get_running_loop()
                thing = Thing()
                refs = [weakref.ref(thing, died("argument"))]
                task = asyncio.create_task(work(thing))
                refs.append(weakref.ref(task, died("task")))
                del thing
                await task
                print("awaited")
                del task
                print("task let go")
                held = Thing()
                refs.append(weakref.ref(held, died("callback's argument")))
                loop.call_soon(lambda thing: print("called"), held)
                del held
                await asyncio.sleep(0)
                print("next turn")
                group = asyncio.gather(work(Thing()), work(Thing()))
                refs.append(weakref.ref(group, died("gather")))
                await group
                print("gathered")
                del group
                print("gather let go")
                coro = work(None)
                refs.append(weakref.ref(coro, died("coroutine")))
                task = asyncio.create_task(coro)
                del coro
                await asyncio.sleep(0)
                task.cancel()
                print("cancelling")
                await asyncio.sleep(0)
                print("cancelled", task.cancelled())
            asyncio.run(main())
            """
        )

    def test_loops_are_collected(self) -> None:
        self.same(
            """
            import asyncio, gc, weakref
            async def main():
                await asyncio.sleep(0.001)
            loop = asyncio.new_event_loop()
            ref = weakref.ref(loop)
            loop.run_until_complete(main())
            loop.close()
            del loop
            gc.collect()
            print(ref())
            """
        )

    def test_context_variables(self) -> None:
        self.same(
            """
            import asyncio, contextvars
            seen = contextvars.ContextVar("seen", default="outer")
            async def work():
                print(seen.get())
                seen.set("inner")
            async def main():
                seen.set("main")
                await asyncio.create_task(work())
                asyncio.get_running_loop().call_soon(lambda: print("callback", seen.get()))
                context = contextvars.Context()
                asyncio.get_running_loop().call_soon(lambda: print("empty", seen.get()), context=context)
                await asyncio.sleep(0)
                print(seen.get())
            asyncio.run(main())
            """
        )

    @unittest.skipIf(sys.version_info < (3, 12), "needs eager tasks")
    def test_eager_tasks(self) -> None:
        self.same(
            """
            import asyncio
            async def at_once():
                return "at once"
            async def later():
                await asyncio.sleep(0.001)
                return "later"
            async def main():
                asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
                print(await asyncio.gather(at_once(), later()))
                async with asyncio.TaskGroup() as group:
                    group.create_task(at_once())
                    group.create_task(later())
            asyncio.run(main())
            """
        )

    def test_slow_callbacks_are_logged_in_debug_mode(self) -> None:
        self.same(
            """
            import asyncio, logging, re, sys, time
            class Short(logging.Formatter):
                def format(self, record):
                    return re.sub(r"0x[0-9a-f]+|[0-9]+\\.[0-9]+ seconds", "", super().format(record))
            handler = logging.StreamHandler(sys.stdout)
            handler.setFormatter(Short())
            logging.getLogger("asyncio").addHandler(handler)
            def slow():
                time.sleep(0.03)
            async def main():
                asyncio.get_running_loop().slow_callback_duration = 0.02
                asyncio.get_running_loop().call_soon(slow)
                await asyncio.sleep(0)
                time.sleep(0.03)
            asyncio.run(main(), debug=True)
            """
        )

    def test_debug_mode_keeps_its_checks(self) -> None:
        self.same(
            """
            import asyncio, threading
            async def main():
                loop = asyncio.get_running_loop()
                def outside():
                    for wrong in (lambda: loop.call_soon(print), lambda: loop.call_soon(main), lambda: loop.call_soon(1)):
                        try:
                            wrong()
                        except Exception as error:
                            print(type(error).__name__, error)
                thread = threading.Thread(target=outside)
                thread.start()
                thread.join()
            asyncio.run(main(), debug=True)
            loop = asyncio.new_event_loop()
            loop.close()
            try:
                loop.call_soon(print)
            except RuntimeError as error:
                print(error)
            """
        )

    def test_stacks_in_debug_mode(self) -> None:
        self.same(
            """
            import asyncio
            async def work():
                await asyncio.sleep(0.001)
            async def main():
                loop = asyncio.get_running_loop()
                handle = loop.call_soon(print, "called")
                print([(frame.name, frame.lineno) for frame in handle._source_traceback][-3:])
                handle = loop.call_soon_threadsafe(print, "called too")
                print([(frame.name, frame.lineno) for frame in handle._source_traceback][-3:])
                task = asyncio.create_task(work())
                print([(frame.name, frame.lineno) for frame in task._source_traceback][-3:])
                await task
            asyncio.run(main(), debug=True)
            """
        )


if __name__ == "__main__":
    unittest.main()
