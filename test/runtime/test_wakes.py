"""Who woke a task, and which functions the loop called in between: sockets, processes, threads, timers, other tasks."""

from __future__ import annotations

import sys
import unittest
from collections import Counter
from collections.abc import Callable
from typing import Any

import tracefile
from comparing import Comparing

SOURCE = 0x81000000


class Wakes(Comparing):
    def task(self, trace: tracefile.Trace, function: str) -> tracefile.Task:
        [found] = [task for task in trace.tasks.values() if trace.codes[task.code]["name"] == function]
        return found

    def woken_by(self, trace: tracefile.Trace, step: tracefile.Step) -> dict[str, Any]:
        """The source, through the callbacks that passed the wake on."""
        loop = trace.loops[step.loop]
        while 0 < step.waker < tracefile.TOP_BIT:
            step = loop.steps[step.number - step.waker]
            self.assertEqual(step.task, 0)
        self.assertEqual(step.waker & 0xFF000000, SOURCE, hex(step.waker))
        return trace.sources[step.waker & 0xFFFFFF]

    def test_a_socket_by_its_descriptor_and_the_addresses_of_both_ends(self) -> None:
        trace = self.same(
            """
            import asyncio
            async def serve(reader, writer):
                waits.set()
                writer.write(await reader.readline())
                writer.close()
            async def main():
                global waits
                waits = asyncio.Event()
                server = await asyncio.start_server(serve, "127.0.0.1", 0)
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                await waits.wait()
                await asyncio.sleep(0)  # the server's task waits for its line
                writer.write(b"hello\\n")
                print(await reader.readline())
                writer.close()
                server.close()
            asyncio.run(main())
            """
        )
        accepted = self.woken_by(trace, self.task(trace, "serve").steps[1])
        connected = self.woken_by(trace, self.task(trace, "main").steps[-1])
        for source in (accepted, connected):
            self.assertEqual(source["is"], "socket")
            self.assertGreater(source["fd"], 2)
        self.assertNotEqual(accepted["fd"], connected["fd"])
        self.assertEqual((accepted["peer"], accepted["local"]), (connected["local"], connected["peer"]))

    @unittest.skipIf(sys.platform == "win32", "the program watches a pipe")
    def test_a_descriptor_that_the_program_watches(self) -> None:
        trace = self.same(
            """
            import asyncio, os
            async def main():
                loop, came = asyncio.get_running_loop(), asyncio.Event()
                readable, writable = os.pipe()
                loop.add_reader(readable, came.set)
                loop.call_soon(os.write, writable, b"x")
                await came.wait()
                loop.remove_reader(readable)
                print(os.read(readable, 1), readable > 2)
            asyncio.run(main())
            """
        )
        source = self.woken_by(trace, self.task(trace, "main").steps[1])
        self.assertEqual(source["is"], "fd")
        self.assertGreater(source["fd"], 2)

    def test_a_process_that_ends(self) -> None:
        trace = self.same(
            """
            import asyncio, sys
            async def main():
                child = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=-1)
                asyncio.get_running_loop().call_soon(child.stdin.close)
                print(await child.wait())
            asyncio.run(main())
            """
        )
        source = self.woken_by(trace, self.task(trace, "main").steps[-1])
        self.assertEqual(source["is"], "process")
        self.assertGreater(source["pid"], 1)
        self.assertEqual(source["command"], f"{self.python} -c input()")

    def test_call_soon_threadsafe_in_the_loops_own_thread(self) -> None:
        trace = self.same(
            """
            import asyncio
            async def main():
                loop, over = asyncio.get_running_loop(), asyncio.Event()
                loop.call_soon_threadsafe(loop.call_soon_threadsafe, over.set)
                await over.wait()
            asyncio.run(main())
            """
        )
        main = self.task(trace, "main")
        self.assertEqual(trace.waker(main.steps[1]), main.id)

    def test_a_job_that_is_done_and_a_thread_that_calls(self) -> None:
        trace = self.same(
            """
            import asyncio, concurrent.futures, threading
            async def awaits_a_job():
                go = threading.Event()
                loop = asyncio.get_running_loop()
                loop.call_soon(go.set)
                with concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="pool") as pool:
                    await loop.run_in_executor(pool, go.wait)
            async def is_called():
                loop, called = asyncio.get_running_loop(), asyncio.Event()
                thread = threading.Thread(target=loop.call_soon_threadsafe, args=[called.set], name="caller")
                loop.call_soon(thread.start)
                await called.wait()
                thread.join()
            async def main():
                await asyncio.gather(awaits_a_job(), is_called())
            asyncio.run(main())
            """
        )
        for function, thread in (("awaits_a_job", "pool_0"), ("is_called", "caller")):
            self.assertEqual(trace.waker(self.task(trace, function).steps[1]), f"thread {thread}")

    @unittest.skipIf(sys.version_info < (3, 11), "tasks do not count how often they are asked to cancel")
    def test_a_task_that_cancels_itself_and_returns_did_it_itself(self) -> None:
        trace = self.same(
            """
            import asyncio
            async def itself():
                asyncio.current_task().cancel()
            async def main():
                await asyncio.wait([asyncio.create_task(itself())])
            asyncio.run(main())
            """
        )
        itself = self.task(trace, "itself")
        self.assertEqual(itself.outcome, "cancelled")
        [cancel] = trace.cancels
        self.assertEqual((cancel["task"], cancel["by"], cancel.get("ready")), (itself.id, itself.id, None))

    @unittest.skipIf(sys.version_info < (3, 12), "eager tasks")
    def test_a_task_that_is_made_in_an_eager_step_by_its_class_has_that_task_as_its_parent(self) -> None:
        trace = self.same(
            """
            import asyncio
            async def inner():
                await asyncio.sleep(0)
            async def outer():
                return asyncio.Task(inner(), loop=asyncio.get_running_loop(), eager_start=True)
            async def main():
                asyncio.get_running_loop().set_task_factory(asyncio.create_eager_task_factory(asyncio.Task))
                await (await asyncio.create_task(outer()))
            asyncio.run(main())
            """
        )
        outer, inner = self.task(trace, "outer"), self.task(trace, "inner")
        self.assertEqual((inner.parent, outer.parent), (outer.id, self.task(trace, "main").id))
        self.assertEqual(trace.site(inner.site)["line"], 6)


class Callbacks(Comparing):
    """Those that are not tasks: each has a row with its function, and whoever asked for it as its waker."""

    def callbacks(self, trace: tracefile.Trace, is_meant: Callable[[str], bool]) -> Counter[tuple[str, str]]:
        """(function, who asked), how often."""
        found: Counter[tuple[str, str]] = Counter()
        for loop in trace.loops.values():
            for step in loop.steps.values():
                if step.task == 0 and is_meant(name := trace.function(step.node)):
                    by = trace.waker(step)
                    found[name, trace.tasks[by].name if isinstance(by, int) else by] += 1
        return found

    def test_functions_methods_partials_and_builtins(self) -> None:
        trace = self.same(
            """
            import asyncio, functools, threading
            def function(): ...
            class Object:
                def method(self): ...
                def __call__(self): ...
            async def other():
                asyncio.get_running_loop().call_soon(function)
            def again():
                asyncio.get_running_loop().call_soon(Object().method)
            async def main():
                loop = asyncio.get_running_loop()
                loop.call_soon(function)
                loop.call_soon(functools.partial(function))
                loop.call_soon(Object())
                loop.call_soon([].append, 1)
                loop.call_soon(again)
                task = asyncio.create_task(other(), name="other")
                task.add_done_callback(lambda task: None)
                await task
                due = asyncio.Event()
                loop.call_later(0.001, lambda: due.set())
                await due.wait()
                thread = threading.Thread(target=loop.call_soon_threadsafe, args=(function,), name="caller")
                thread.start()
                thread.join()
                await asyncio.sleep(0)
            asyncio.run(main(), debug=False)
            """
        )
        names = ("function", "Object.method", "Object", "list.append", "again", "main.<locals>.<lambda>")
        self.assertEqual(
            self.callbacks(trace, lambda name: name in names),
            {
                ("function", "Task-1"): 2,  # once as a partial
                ("function", "other"): 1,
                ("function", "thread caller"): 1,
                ("Object", "Task-1"): 1,
                ("list.append", "Task-1"): 1,
                ("again", "Task-1"): 1,
                ("Object.method", "Task-1"): 1,  # asked for by a callback, which the task had asked for
                ("main.<locals>.<lambda>", "other"): 1,
                ("main.<locals>.<lambda>", "timer"): 1,
            },
        )

    @unittest.skipIf(sys.platform == "win32", "signals")
    def test_handlers_of_signals_and_of_readable_files(self) -> None:
        trace = self.same(
            """
            import asyncio, os, signal, socket
            def on_signal(came): came.set()
            def on_readable(ours, came):
                ours.recv(1)
                came.set()
            async def main():
                loop, came = asyncio.get_running_loop(), asyncio.Event()
                loop.add_signal_handler(signal.SIGUSR1, on_signal, came)
                loop.call_soon(os.kill, os.getpid(), signal.SIGUSR1)
                await came.wait()
                came.clear()
                ours, theirs = socket.socketpair()
                with ours, theirs:
                    loop.add_reader(ours, on_readable, ours, came)
                    theirs.send(b"x")
                    await came.wait()
                    loop.remove_reader(ours)
            asyncio.run(main())
            """
        )
        import signal

        self.assertEqual(
            self.callbacks(trace, lambda name: name.startswith("on_")),
            {("on_signal", f"signal {int(signal.SIGUSR1)}"): 1, ("on_readable", "I/O socket"): 1},
        )

    def test_transports_and_protocols(self) -> None:
        trace = self.same(
            """
            import asyncio
            class Echo(asyncio.Protocol):
                def connection_made(self, transport): self.transport = transport
                def data_received(self, data): self.transport.write(data)
            async def main():
                server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                writer.write(b"hello\\n")
                print(await reader.readline())
                writer.close()
                server.close()
            asyncio.run(main())
            """
        )
        # What is written at once needs no callback; whoever reads, does by one.
        found = self.callbacks(trace, lambda name: name.endswith(("connection_made", "_read_ready")))
        self.assertIn(("Echo.connection_made", self.task(trace).name), found)
        self.assertIn("I/O socket", {by for name, by in found if name.endswith("_read_ready")})

    def task(self, trace: tracefile.Trace) -> tracefile.Task:
        """By which asyncio accepts the connection."""
        [found] = [
            task for task in trace.tasks.values() if trace.codes[task.code]["name"].endswith("_accept_connection2")
        ]
        return found


if __name__ == "__main__":
    unittest.main()
