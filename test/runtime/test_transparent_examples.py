"""Programs like the examples in the standard library's documentation of asyncio do what they do without us."""

from __future__ import annotations

import sys
import unittest

from comparing import Comparing


class Coroutines(Comparing):
    def test_hello_world(self) -> None:
        self.same(
            """
            import asyncio
            async def main():
                print("Hello")
                await asyncio.sleep(0.01)
                print("World")
            asyncio.run(main())
            """
        )

    def test_gather(self) -> None:
        self.same(
            """
            import asyncio
            async def factorial(name, number):
                product = 1
                for i in range(2, number + 1):
                    print(f"{name}: factorial({number}), now {i}")
                    await asyncio.sleep(0.02 + 0.005 * ord(name[0]) / 100)
                    product *= i
                return product
            async def main():
                print(await asyncio.gather(factorial("A", 2), factorial("B", 3), factorial("C", 4)))
            asyncio.run(main())
            """
        )

    @unittest.skipIf(sys.version_info < (3, 11), "needs TaskGroup")
    def test_a_task_group_that_is_ended_from_within(self) -> None:
        self.same(
            """
            import asyncio
            class Stop(Exception): ...
            async def stop():
                raise Stop()
            async def job(n):
                try:
                    print("start", n)
                    await asyncio.sleep(10)
                finally:
                    print("end", n)
            async def main():
                try:
                    async with asyncio.TaskGroup() as group:
                        first = group.create_task(job(1))
                        await asyncio.sleep(0)
                        group.create_task(stop())
                except* Stop:
                    print("stopped", first.cancelled())
            asyncio.run(main())
            """
        )

    @unittest.skipIf(sys.version_info < (3, 11), "needs timeout")
    def test_timeouts(self) -> None:
        self.same(
            """
            import asyncio
            async def long_running():
                await asyncio.sleep(10)
            async def main():
                try:
                    async with asyncio.timeout(0.01):
                        await long_running()
                except TimeoutError:
                    print("timed out")
                loop = asyncio.get_running_loop()
                async with asyncio.timeout(None) as limit:
                    limit.reschedule(loop.time() + 10)
                    await asyncio.sleep(0)
                print(limit.expired(), limit.when() is not None)
                try:
                    async with asyncio.timeout_at(loop.time() + 0.01):
                        await long_running()
                except TimeoutError:
                    print("timed out, at")
            asyncio.run(main())
            """
        )

    def test_wait_for_and_shield(self) -> None:
        self.same(
            """
            import asyncio
            async def eternity():
                await asyncio.sleep(3600)
            async def protected():
                await asyncio.sleep(0.02)
                print("done all the same")
            async def main():
                try:
                    await asyncio.wait_for(eternity(), timeout=0.01)
                except asyncio.TimeoutError:
                    print("timeout!")
                inner = asyncio.create_task(protected())
                outer = asyncio.create_task(asyncio.wait_for(asyncio.shield(inner), 10))
                await asyncio.sleep(0)
                outer.cancel()
                try:
                    await outer
                except asyncio.CancelledError:
                    print("cancelled")
                await inner
            asyncio.run(main())
            """
        )

    def test_threads(self) -> None:
        self.same(
            """
            import asyncio, threading, time
            def blocking():
                time.sleep(0.02)
                return threading.current_thread() is threading.main_thread()
            async def add(a, b):
                await asyncio.sleep(0.001)
                return a + b
            def from_a_thread(loop):
                return asyncio.run_coroutine_threadsafe(add(1, b=2), loop).result(10)
            async def main():
                print(await asyncio.gather(asyncio.to_thread(blocking), asyncio.sleep(0.01, "slept")))
                print(await asyncio.to_thread(from_a_thread, asyncio.get_running_loop()))
            asyncio.run(main())
            """
        )

    def test_cancelling(self) -> None:
        self.same(
            """
            import asyncio
            async def cancel_me():
                print("before sleep")
                try:
                    await asyncio.sleep(3600)
                except asyncio.CancelledError as error:
                    print("cancelled", error.args)
                    raise
                finally:
                    print("after sleep")
            async def main():
                task = asyncio.create_task(cancel_me())
                await asyncio.sleep(0.01)
                task.cancel("no longer needed")
                try:
                    await task
                except asyncio.CancelledError:
                    print("main: it is cancelled now")
            asyncio.run(main())
            """
        )

    def test_a_queue_and_its_workers(self) -> None:
        self.same(
            """
            import asyncio
            async def worker(name, queue, done):
                while True:
                    item = await queue.get()
                    await asyncio.sleep(0)
                    done.append(item)
                    queue.task_done()
            async def main():
                queue, done = asyncio.Queue(), []
                for n in range(20):
                    queue.put_nowait(n)
                tasks = [asyncio.create_task(worker(f"worker-{n}", queue, done)) for n in range(3)]
                await queue.join()
                for task in tasks:
                    task.cancel()
                print(sorted(done), await asyncio.gather(*tasks, return_exceptions=True))
            asyncio.run(main())
            """
        )

    def test_as_completed_and_wait(self) -> None:
        self.same(
            """
            import asyncio
            async def after(delay):
                await asyncio.sleep(delay)
                return delay
            async def main():
                for first in asyncio.as_completed([after(0.06), after(0.001), after(0.03)]):
                    print(await first)
                tasks = [asyncio.create_task(after(delay)) for delay in (0.001, 10)]
                done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                print([task.result() for task in done], len(pending))
            asyncio.run(main())
            """
        )

    @unittest.skipIf(sys.version_info < (3, 11), "needs Runner")
    def test_a_runner(self) -> None:
        self.same(
            """
            import asyncio, contextvars
            seen = contextvars.ContextVar("seen")
            async def main(n):
                before = seen.get(None)
                seen.set(n)
                await asyncio.sleep(0.001)
                return before
            with asyncio.Runner(debug=True) as runner:
                print(runner.run(main(1)), runner.run(main(2)), runner.get_loop().get_debug())
            """
        )

    @unittest.skipIf(sys.version_info < (3, 12), "needs eager tasks")
    def test_eager_tasks(self) -> None:
        self.same(
            """
            import asyncio
            cache = {1: "known"}
            async def look_up(n):
                if n not in cache:
                    await asyncio.sleep(0.001)
                    cache[n] = "fetched"
                return cache[n]
            async def main():
                asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
                tasks = [asyncio.create_task(look_up(n)) for n in (1, 2)]
                print([task.done() for task in tasks], await asyncio.gather(*tasks))
            asyncio.run(main())
            """
        )


class Loop(Comparing):
    def test_call_soon_and_stop(self) -> None:
        self.same(
            """
            import asyncio
            def hello(loop):
                print("Hello World")
                loop.stop()
            loop = asyncio.new_event_loop()
            loop.call_soon(hello, loop)
            try:
                loop.run_forever()
            finally:
                loop.close()
            """
        )

    def test_call_later_again_and_again(self) -> None:
        self.same(
            """
            import asyncio
            def tick(end, loop, left):
                print(left, loop.time() < end)
                if left:
                    loop.call_later(0.005, tick, end, loop, left - 1)
                else:
                    loop.stop()
            loop = asyncio.new_event_loop()
            loop.call_soon(tick, loop.time() + 60, loop, 4)
            try:
                loop.run_forever()
            finally:
                loop.close()
            """
        )

    def test_a_socket_that_is_watched(self) -> None:
        self.same(
            """
            import asyncio, socket
            ours, theirs = socket.socketpair()
            loop = asyncio.new_event_loop()
            def reader():
                print("Received:", ours.recv(100).decode())
                loop.remove_reader(ours)
                loop.stop()
            loop.add_reader(ours, reader)
            loop.call_soon(theirs.send, b"abc")
            loop.run_forever()
            ours.close()
            theirs.close()
            loop.close()
            """
        )

    @unittest.skipIf(sys.platform == "win32", "POSIX")
    def test_signal_handlers(self) -> None:
        self.same(
            """
            import asyncio, functools, os, signal
            def ask_exit(name, loop):
                print("got signal", name)
                loop.stop()
            loop = asyncio.new_event_loop()
            for name in ("SIGINT", "SIGTERM"):
                number = getattr(signal, name)
                loop.add_signal_handler(number, functools.partial(ask_exit, name, loop))
                loop.call_later(0.01, os.kill, os.getpid(), number)
                loop.run_forever()
                print(loop.remove_signal_handler(number), loop.remove_signal_handler(number))
            loop.close()
            """
        )

    def test_executors(self) -> None:
        self.same(
            """
            import asyncio, concurrent.futures
            def blocking(n):
                return sum(range(n))
            async def main():
                loop = asyncio.get_running_loop()
                print("default", await loop.run_in_executor(None, blocking, 10))
                with concurrent.futures.ThreadPoolExecutor() as pool:
                    print("threads", await loop.run_in_executor(pool, blocking, 100))
                with concurrent.futures.ProcessPoolExecutor(1) as pool:
                    print("processes", await loop.run_in_executor(pool, blocking, 1000))
            if __name__ == "__main__":
                asyncio.run(main())
            """
        )

    def test_a_kept_exception_keeps_nothing_of_the_callback_it_passed(self) -> None:
        self.same(
            """
            import asyncio, weakref
            class Connection:
                pass
            kept = []
            def fails(connection):
                try:
                    raise OSError("refused")
                except OSError as error:
                    kept.append(error)
                finally:
                    connection = None
            async def main():
                connection = Connection()
                alive = weakref.ref(connection)
                asyncio.get_running_loop().call_later(0, fails, connection)
                del connection
                while not kept:
                    await asyncio.sleep(0.001)
                print(kept, alive())
            asyncio.run(main())
            """
        )

    def test_debug_mode(self) -> None:
        self.same(
            """
            import asyncio
            async def test():
                print("never scheduled")
            async def main():
                test()
                asyncio.get_running_loop().set_debug(True)
                await asyncio.sleep(0.001)
                raise Exception("not consumed")
            async def outer():
                await asyncio.wait([asyncio.create_task(main())])
            asyncio.run(outer())
            """,
            # In debug mode handles, tasks and futures remember the frames below them, down to the one that runs the file.
            varying=r'  File "(<awaitscope\.\w+>".*\n|[^"]*(runpy|awaitscope.\w+)\.py".*\n.*\n)',
        )


if __name__ == "__main__":
    unittest.main()
