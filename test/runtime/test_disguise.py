"""Our stand-ins for asyncio's methods look like them: in tracebacks, in messages, to ``inspect``."""

from __future__ import annotations

import sys
import unittest

from comparing import Comparing


class Tracebacks(Comparing):
    def test_an_interrupt_while_the_loop_waits(self) -> None:
        self.same(
            """
            import asyncio, signal, threading, traceback
            loop = asyncio.new_event_loop()
            me = threading.get_ident()
            threading.Timer(0.1, signal.pthread_kill, (me, signal.SIGINT)).start()
            try:
                loop.run_forever()
            except KeyboardInterrupt:
                traceback.print_exc()
            loop.close()
            """
        )

    def test_a_selector_that_fails(self) -> None:
        self.same(
            """
            import asyncio, selectors
            class Bad(selectors.DefaultSelector):
                def select(self, timeout=None):
                    raise OSError(5, "broken")
            async def main():
                await asyncio.sleep(1)
            asyncio.SelectorEventLoop(Bad()).run_forever()
            """,
            code=1,
        )

    def test_a_clock_that_fails(self) -> None:
        # Before 3.13 the first of the lines that ask for the time was written another way than ours.
        for after in (1, 2) if sys.version_info >= (3, 13) else (2,):
            with self.subTest(after=after):
                self.same(
                    f"""
                    import asyncio
                    class Loop(asyncio.SelectorEventLoop):
                        left = 1 << 30
                        def time(self):
                            self.left -= 1
                            if self.left < 0:
                                raise ZeroDivisionError("no time")
                            return super().time()
                    loop = Loop()
                    loop.call_later(0.01, print)
                    loop.left = {after} - 1
                    loop.run_forever()
                    """,
                    code=1,
                )

    def test_a_task_factory_that_fails(self) -> None:
        self.same(
            """
            import asyncio, inspect, traceback
            def fail(loop, coro, **kwargs):
                coro.close()
                raise ValueError("no task today")
            def make(loop, coro, **kwargs):
                return asyncio.Task(coro, loop=loop, **kwargs)
            def tell(task):
                print([(frame.name, frame.lineno) for frame in task._source_traceback][-4:])
            async def main():
                loop = asyncio.get_running_loop()
                loop.set_task_factory(fail)
                try:
                    asyncio.create_task(asyncio.sleep(0))
                except ValueError:
                    traceback.print_exc()
                loop.set_task_factory(make)
                tell(asyncio.create_task(asyncio.sleep(0)))
                loop.set_task_factory(None)
                tell(asyncio.create_task(asyncio.sleep(0)))
                print(inspect.signature(loop.create_task), loop.create_task.__doc__, loop.create_task.__qualname__)
            asyncio.run(main(), debug=True)
            """
        )

    def test_what_leaves_the_loop_from_a_callback(self) -> None:
        for error in ("SystemExit(3)", "KeyboardInterrupt()"):
            with self.subTest(error):
                self.same(
                    f"""
                    import asyncio, traceback
                    def leave():
                        raise {error}
                    loop = asyncio.new_event_loop()
                    loop.call_soon(leave)
                    try:
                        loop.run_forever()
                    except BaseException:
                        traceback.print_exc()
                    loop.call_later(0.001, leave)
                    try:
                        loop.run_forever()
                    except BaseException:
                        traceback.print_exc()
                    loop.close()
                    """
                )

    def test_what_leaves_the_loop_from_a_task(self) -> None:
        for debug in (False, True):
            for error in ("SystemExit(3)", "KeyboardInterrupt()"):
                with self.subTest(error, debug=debug):
                    self.same(
                        f"""
                        import asyncio, traceback
                        async def leave():
                            await asyncio.sleep(0)
                            raise {error}
                        loop = asyncio.new_event_loop()
                        loop.set_debug({debug})
                        task = loop.create_task(leave())
                        try:
                            loop.run_forever()
                        except BaseException:
                            traceback.print_exc()
                        print(task.done(), type(task.exception()))
                        loop.close()
                        """
                    )

    def test_what_a_callback_raises_is_logged(self) -> None:
        for debug in (False, True):
            with self.subTest(debug=debug):
                self.same(
                    f"""
                    import asyncio, logging, re, sys
                    class Short(logging.Formatter):
                        def format(self, record):
                            return re.sub("0x[0-9a-f]+|when=[0-9.]+", "", super().format(record))
                    handler = logging.StreamHandler(sys.stdout)
                    handler.setFormatter(Short())
                    logging.getLogger("asyncio").addHandler(handler)
                    class Odd(BaseException): ...
                    def fail(error):
                        raise error
                    async def main():
                        loop = asyncio.get_running_loop()
                        loop.slow_callback_duration = 60  # a busy machine is not the point
                        loop.call_soon(fail, ValueError("soon"))
                        loop.call_soon(fail, Odd("odd"))
                        loop.call_soon_threadsafe(fail, ValueError("threadsafe"))
                        loop.call_later(0.001, fail, ValueError("later"))
                        await asyncio.sleep(0.01)
                    # asyncio keeps the ten innermost frames; below the program's there are a few of ours.
                    def deeper(n):
                        return deeper(n - 1) if n else asyncio.run(main(), debug={debug})
                    deeper(10)
                    """
                )

    def test_callbacks_that_fail_in_odd_ways(self) -> None:
        self.same(
            """
            import asyncio, logging, re, socket, sys
            class Short(logging.Formatter):
                def format(self, record):
                    return re.sub("[.0]*x[0-9a-f]+|when=[0-9.]+|fd=[0-9]+", "", super().format(record))
            handler = logging.StreamHandler(sys.stdout)
            handler.setFormatter(Short())
            logging.getLogger("asyncio").addHandler(handler)
            class Odd:
                def __call__(self, *args):
                    raise LookupError(len(args))
                def __hash__(self):
                    print("asked for its hash")
                    return 1
                def __eq__(self, other):
                    print("compared")
                    return False
            def give_up(handles):
                handles.pop().cancel()
                raise ValueError("gave up")
            times = []
            def read(loop, sock, done):
                times.append(sock.recv(1))
                if len(times) == 3:
                    loop.remove_reader(sock)
                    done.set_result(None)
                raise OSError(len(times), "bad")
            async def main():
                loop = asyncio.get_running_loop()
                loop.call_soon(Odd())
                loop.call_soon(Odd(), 1, 2)
                loop.call_soon(next, iter([]))
                loop.call_soon(getattr, loop, "nothing")
                handles = []
                handles.append(loop.call_soon(give_up, handles))
                await asyncio.sleep(0)
                handles.append(loop.call_later(0.001, give_up, handles))
                await asyncio.sleep(0.002)
                ours, theirs = socket.socketpair()
                ours.setblocking(False)
                with ours, theirs:
                    done = loop.create_future()
                    loop.add_reader(ours, read, loop, ours, done)
                    theirs.send(b"123")
                    await done
                print(handles, times)
            asyncio.run(main())
            """
        )

    def test_the_exception_handler_runs_where_the_callback_did(self) -> None:
        self.same(
            """
            import asyncio, contextvars, logging, re, sys
            class Short(logging.Formatter):
                def format(self, record):
                    return re.sub("0x[0-9a-f]+", "", super().format(record))
            handler = logging.StreamHandler(sys.stdout)
            handler.setFormatter(Short())
            logging.getLogger("asyncio").addHandler(handler)
            where = contextvars.ContextVar("where", default="outside")
            def fail():
                where.set("inside")
                raise ValueError("failed")
            def tell(loop, context):
                print(where.get(), context["message"][:21], type(context["exception"]))
                if where.get() == "inside":
                    where.set("told")
            async def main():
                loop = asyncio.get_running_loop()
                loop.set_exception_handler(tell)
                context = contextvars.copy_context()
                loop.call_soon(fail, context=context)
                loop.call_later(0.001, fail, context=context)
                await asyncio.sleep(0.002)
                print(context.get(where))
                loop.set_exception_handler(lambda loop, context: context["nothing"])
                loop.call_soon(fail)
                await asyncio.sleep(0)
            asyncio.run(main())
            """
        )

    def test_a_loop_that_goes_on_after_a_reader_has_left_it(self) -> None:
        self.same(
            """
            import asyncio, socket, traceback
            def read(sock):
                if sock.recv(1) == b"1":
                    raise SystemExit(3)
                loop.stop()
            loop = asyncio.new_event_loop()
            ours, theirs = socket.socketpair()
            with ours, theirs:
                loop.add_reader(ours, read, ours)
                theirs.send(b"12")
                for _ in range(2):
                    try:
                        loop.run_forever()
                        print("stopped")
                    except SystemExit:
                        traceback.print_exc()
            loop.close()
            """
        )

    def test_a_handle_that_runs_in_the_way_of_the_program(self) -> None:
        self.same(
            """
            import asyncio
            original = asyncio.Handle._run
            def run(self):
                print("runs", getattr(self._callback, "__qualname__", None))
                original(self)
            async def main():
                asyncio.get_running_loop().call_later(0.001, print, "later")
                await asyncio.sleep(0.002)
            asyncio.Handle._run = run
            asyncio.run(main())
            """
        )

    def test_a_closed_loop(self) -> None:
        self.same(
            """
            import asyncio, traceback
            for debug in (False, True):
                loop = asyncio.new_event_loop()
                loop.set_debug(debug)
                loop.close()
                for call in (loop.call_soon, loop.call_soon_threadsafe, loop.run_until_complete):
                    try:
                        call(print)
                    except Exception:
                        traceback.print_exc()
            """
        )

    def test_checks_of_debug_mode(self) -> None:
        self.same(
            """
            import asyncio, threading, traceback
            async def coroutine(): ...
            def wrong(loop, *callbacks):
                for callback in callbacks:
                    try:
                        loop.call_soon(callback)
                    except Exception:
                        traceback.print_exc()
            async def main():
                loop = asyncio.get_running_loop()
                wrong(loop, coroutine, 1, None)
                thread = threading.Thread(target=wrong, args=(loop, print))
                thread.start()
                thread.join()
            asyncio.run(main(), debug=True)
            """
        )

    def test_an_exception_through_a_group(self) -> None:
        self.same(
            """
            import asyncio, traceback
            async def main():
                for wrong in (lambda: asyncio.gather(1), lambda: asyncio.gather(asyncio.sleep(0), nonsense=1)):
                    try:
                        wrong()
                    except TypeError:
                        traceback.print_exc()
                if hasattr(asyncio, "TaskGroup"):
                    try:
                        asyncio.TaskGroup(1)
                    except TypeError:
                        traceback.print_exc()
            asyncio.run(main())
            """,
            options=("-W", "ignore"),
        )


class Looks(Comparing):
    def test_calls_with_wrong_arguments(self) -> None:
        self.same(
            """
            import asyncio
            loop = asyncio.new_event_loop()
            for wrong in (lambda: loop.call_soon(), lambda: loop.call_soon(print, nonsense=1), lambda: loop._run_once(1)):
                try:
                    wrong()
                except TypeError as error:
                    print(error)
            loop.close()
            """
        )

    def test_inspection(self) -> None:
        self.same(
            """
            import asyncio, inspect, re
            classes = [asyncio.BaseEventLoop, asyncio.tasks._GatheringFuture, getattr(asyncio, "TaskGroup", asyncio.Lock)]
            classes += [getattr(asyncio, "Timeout", asyncio.Lock), getattr(asyncio.tasks, "_AsCompletedIterator", asyncio.Lock)]
            for kind in classes:
                print(sorted(set(vars(kind)) - {"_awaitscope"}))
                for name, member in sorted(vars(kind).items()):
                    if inspect.isfunction(member):
                        print(name, member.__module__, member.__qualname__, re.sub(" at 0x[0-9a-f]+", "", str(inspect.signature(member))), member.__doc__)
                        print(member.__code__.co_filename, member.__code__.co_firstlineno, sorted(member.__kwdefaults__ or ()))
                        print(inspect.getsource(member))
            """
        )


if __name__ == "__main__":
    unittest.main()
