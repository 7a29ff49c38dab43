"""Whatever a program's own classes say when they are asked something: nobody but asyncio asks them."""

from __future__ import annotations

import unittest

from comparing import Comparing


class OwnMethods(Comparing):
    def test_of_tasks(self) -> None:
        trace = self.same(
            """
            import asyncio, collections
            asked = collections.Counter()
            def telling(name):
                def method(self, *args, **kwargs):
                    asked[name] += 1
                    return getattr(asyncio.Task, name)(self, *args, **kwargs)
                return method
            names = "done cancelled get_loop get_coro get_name get_stack exception result cancelling get_context".split()
            Telling = type("Telling", (asyncio.Task,), {
                **{name: telling(name) for name in names if hasattr(asyncio.Task, name)},
                **{name: telling(name) for name in ("__repr__", "__eq__", "__hash__")},
            })
            async def work(n):
                for _ in range(3 * n + 3):
                    await asyncio.sleep(0)
                if n == 3:
                    raise ValueError(n)
            async def main():
                loop = asyncio.get_running_loop()
                make = lambda n: Telling(work(n), loop=loop, name=f"task {n}")
                first, second, third, fourth = map(make, range(4))
                await first
                await asyncio.sleep(0)
                second.cancel()
                third.add_done_callback(print)
                third.remove_done_callback(print)
                await third
                try:
                    await fourth
                except ValueError as error:
                    print(error)
                if hasattr(asyncio, "timeout"):
                    async def limited():
                        try:
                            async with asyncio.timeout(0.001):
                                await asyncio.sleep(10)
                        except TimeoutError:
                            print("too late")
                    await Telling(limited(), loop=loop)
                await asyncio.sleep(0.1)  # long enough to be looked at
                print(sorted(asked.items()))
            asyncio.run(main())
            """
        )
        self.assertIsNone(trace.failure)
        found = {task.name: task.outcome for task in trace.tasks.values()}
        self.assertEqual([found[f"task {n}"] for n in range(4)], ["returned", "cancelled", "returned", "raised"])

    def test_of_loops(self) -> None:
        self.same(
            """
            import asyncio, collections, threading
            asked = collections.Counter()
            def telling(name):
                def method(self, *args, **kwargs):
                    # Whoever asks from another thread than the loop's is not asyncio.
                    asked[name, threading.current_thread() is threading.main_thread()] += 1
                    return getattr(asyncio.SelectorEventLoop, name)(self, *args, **kwargs)
                return method
            names = "time is_closed is_running get_task_factory create_future create_task call_at default_exception_handler"
            Telling = type("Telling", (asyncio.SelectorEventLoop,), {name: telling(name) for name in names.split()})
            async def main():
                loop = asyncio.get_running_loop()
                loop.set_task_factory(lambda loop, coro, **kwargs: asyncio.Task(coro, loop=loop, **kwargs))
                due = loop.create_future()
                loop.call_later(0, due.set_result, None)
                await due
                await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0))
                await asyncio.wait_for(asyncio.sleep(0), 5)
            loop = Telling()
            loop.run_until_complete(main())
            loop.close()
            # How often it is asked for the time depends on how soon a timer is due.
            print(sorted(asked), sorted(item for item in asked.items() if item[0][0] != "time"))
            """
        )

    def test_of_a_clock_that_goes_on_whenever_it_is_asked(self) -> None:
        self.same(
            """
            import asyncio, selectors
            class Selector(selectors.SelectSelector):
                def select(self, timeout=None):
                    return super().select(0)
            class Loop(asyncio.SelectorEventLoop):
                now = 0
                def time(self):
                    self.now += 1
                    return self.now
            async def main():
                loop = asyncio.get_running_loop()
                due = loop.create_future()
                loop.call_later(5, due.set_result, None)
                await due
                loop.call_later(5, lambda: print("called at", loop.now))
                for n in (1, 20, 3):
                    await asyncio.sleep(n)
                    print("slept until", loop.now)
                try:
                    await asyncio.wait_for(asyncio.sleep(100), 10)
                except asyncio.TimeoutError:
                    print("timed out at", loop.now)
            loop = Loop(Selector())
            loop.run_until_complete(main())
            loop.close()
            """
        )

    def test_of_what_is_called_and_awaited(self) -> None:
        self.same(
            """
            import asyncio
            class Telling:
                def __getattr__(self, name):
                    print("asked for", name)
                    raise AttributeError(name)
                @property
                def __class__(self):
                    print("asked for its class")
                    return asyncio.Task
                def method(self, *_):
                    print("called")
                def __call__(self, *_):
                    print("called itself")
            class Future:
                _asyncio_future_blocking = False
                def __init__(self, loop):
                    self.loop = loop
                    self.callbacks = []
                def get_loop(self):
                    return self.loop
                @property
                def _callbacks(self):
                    print("asked for its callbacks")
                    return None
                def add_done_callback(self, callback, context=None):
                    self.callbacks.append((callback, context))
                def wake(self):
                    for callback, context in self.callbacks:
                        self.loop.call_soon(callback, self, context=context)
                def result(self):
                    return "woken"
                def __await__(self):
                    self._asyncio_future_blocking = True
                    yield self
                    return self.result()
            async def main():
                loop, telling = asyncio.get_running_loop(), Telling()
                loop.call_soon(telling.method)
                loop.call_soon(telling)
                future = loop.create_future()
                future.add_done_callback(telling.method)
                future.add_done_callback(telling)
                loop.call_soon(future.set_result, 1)
                print(await future)
                odd = Future(loop)
                loop.call_later(0.001, odd.wake)
                print(await odd)
                loop.call_later(0.001, telling.method)
                await asyncio.sleep(0.01)
            asyncio.run(main())
            """
        )

    def test_of_exceptions(self) -> None:
        trace = self.same(
            """
            import asyncio
            class Telling(OSError):
                @property
                def errno(self):
                    print("asked for its number")
                    return 1
                @property
                def args(self):
                    print("asked for its arguments")
                    return (1,)
            async def fail():
                raise Telling(2, "not there", "file")
            async def main():
                await asyncio.wait([asyncio.create_task(fail())])
            asyncio.run(main())
            """,
            same_err=False,
        )
        [error] = [task.exception for task in trace.tasks.values() if task.exception]
        self.assertEqual(error, ("Telling", "[Errno 2] not there: 'file'"))


class DeepCalls(Comparing):
    def test_tasks_made_until_the_stack_is_used_up(self) -> None:
        trace = self.same(
            """
            import asyncio
            tasks = []
            async def work():
                await asyncio.sleep(0)
            def deeper():
                tasks.append(asyncio.ensure_future(work()))
                deeper()
            def groups():
                tasks.append(asyncio.gather(work()))
                groups()
            async def main():
                for function in (deeper, groups):
                    try:
                        function()
                    except RecursionError:
                        print("too deep")
                await asyncio.gather(*tasks)
                print({task.done() for task in tasks})
            asyncio.run(main())
            """,
            options=["-W", "ignore"],
            same_err=False,
        )
        self.assertIsNone(trace.failure)
        self.assertEqual((trace.complete, trace.undefined), (True, []))
        self.assertEqual({task.outcome for task in trace.tasks.values()}, {"returned"})


if __name__ == "__main__":
    unittest.main()
