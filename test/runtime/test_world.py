"""What a program can ask asyncio, the interpreter and the system, it is told as ever."""

from __future__ import annotations

import sys
import unittest

from comparing import Comparing


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
                loop.slow_callback_duration = 60
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
