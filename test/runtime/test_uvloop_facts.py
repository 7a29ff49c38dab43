"""What a trace says of programs on uvloop: what needs no loop of asyncio's own is there, and what is lost is said."""

from __future__ import annotations

import re
import shutil
import sys
import unittest

import golden
import proofs
from comparing import Comparing
from running import ROOT, Ended, Run, folder, traced

_FIXTURES = ROOT / "test" / "fixtures" / "programs"
_LOST = (
    "callbacks that were not asked for with call_soon (of protocols, timers and signals) and the time they take, which "
    "counts as idle; what woke a task, where it cannot be told from asyncio's functions: I/O, a timer or a signal; which "
    "socket, pipe or process I/O was about; tasks that a task factory starts eagerly, until they are first woken; that a "
    "task was given its context; who cancelled a task that was ready; jobs of executors with a submit of their own; when "
    "what a standing task waits for falls due"
)


@unittest.skipIf(sys.platform == "win32", "uvloop is not for Windows")
class FactsOnUvloop(Comparing):
    def setUp(self) -> None:
        self.python = proofs.python()

    def test_what_is_lost_is_said(self) -> None:
        trace = self.same(
            """
            import asyncio, uvloop
            async def main():
                await asyncio.sleep(0.001)
            uvloop.run(main())
            """
        )
        (loop,) = trace.loops.values()
        self.assertEqual((loop.kind, loop.partial), ("Loop", _LOST))
        self.assertGreater(loop.idle, 500_000)

    def test_who_woke_a_task_is_said_where_it_is_known(self) -> None:
        trace = self.same(
            """
            import asyncio, os, signal, socket, uvloop
            async def by_a_timer_of_its_own():
                event = asyncio.Event()
                asyncio.get_running_loop().call_later(0.001, event.set)
                await event.wait()
            async def by_a_signal():
                event = asyncio.Event()
                asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, event.set)
                os.kill(os.getpid(), signal.SIGUSR1)
                await event.wait()
            async def by_as_completed():
                try:
                    for first in asyncio.as_completed([asyncio.sleep(10)], timeout=0.001):
                        await first
                except asyncio.TimeoutError:
                    pass
            async def by_wait():
                await asyncio.wait([asyncio.ensure_future(asyncio.sleep(0.1))], timeout=0.001)
            async def by_io():
                ours, theirs = socket.socketpair()
                reader, writer = await asyncio.open_connection(sock=ours)
                theirs.send(b"x")
                await reader.read(1)
                writer.close()
                theirs.close()
            async def main():
                for work in by_a_timer_of_its_own, by_a_signal, by_as_completed, by_wait, by_io:
                    await asyncio.create_task(work(), name=work.__name__)
                for left in asyncio.all_tasks() - {asyncio.current_task()}:
                    left.cancel()
            async def sleep():
                await asyncio.sleep(0.001)
            def again():
                loop.run_until_complete(loop.create_task(sleep(), name="in a second run"))
            loop = uvloop.new_event_loop()
            loop.run_until_complete(main())
            again()
            loop.close()
            """
        )
        self.assertEqual(
            {
                task.name: trace.waker(task.steps[-1])
                for task in trace.tasks.values()
                if task.name[:3] in ("by_", "in ")
            },
            {
                "by_a_timer_of_its_own": "unknown",
                "by_a_signal": "unknown",
                "by_as_completed": "timer",
                "by_wait": "timer",
                "by_io": "I/O",
                "in a second run": "timer",
            },
        )

    def test_every_kind_of_await(self) -> None:
        names, kinds = _expected_kinds((_FIXTURES / "await_kinds.py").read_text(encoding="utf-8").split("\n"))
        with folder() as base:
            shutil.copytree(_FIXTURES / "site-packages", base / "site-packages")
            text = (_FIXTURES / "await_kinds.py").read_text(encoding="utf-8")
            on_uvloop = "import uvloop; uvloop.install(); import asyncio"
            (base / "await_kinds.py").write_text(text.replace("import asyncio", on_uvloop, 1), encoding="utf-8")
            words = ["await_kinds.py", *names]
            path = base / "t.awaitscope"
            run = Run(words, base, ["-W", "ignore"], python=self.python)
            self.assertEqual(traced(run, path), Ended(0, "", ""))
            awaits = golden.summarize(path)["awaits"]
        self.assertEqual({stat["site"]["line"]: stat["kind"] for stat in awaits}, kinds)
        self.assertEqual(len(awaits), len(kinds))

    def test_an_await_that_suspends_several_times_is_one(self) -> None:
        trace = self.same(
            """
            import asyncio, socket, uvloop
            async def main():
                loop = asyncio.get_running_loop()
                with socket.socket() as listener, socket.socket() as ours:
                    listener.bind(("127.0.0.1", 0))
                    listener.listen()
                    ours.setblocking(False)
                    await loop.sock_connect(ours, listener.getsockname())
            uvloop.run(main())
            """
        )
        steps = trace.tasks[1].steps
        self.assertEqual([step.continues for step in steps[1:-1]], [True] * (len(steps) - 2))

    def test_whoever_is_told_of_exceptions_sees_what_it_would_see(self) -> None:
        trace = self.same(
            """
            import asyncio, gc, logging, sys, traceback, uvloop
            logging.basicConfig(stream=sys.stderr, format="%(funcName)s %(lineno)d %(filename)s")
            class Loop(uvloop.Loop):
                def call_exception_handler(self, context):
                    print("told", sorted(context))
                    super().call_exception_handler(context=context)
            def handler(loop, context):
                print(context["message"], [frame.name for frame in traceback.extract_stack()][-3:])
            async def fail():
                raise ValueError("forgotten")
            async def main():
                loop = asyncio.get_running_loop()
                for told in None, handler:
                    loop.set_exception_handler(told)
                    task = asyncio.create_task(fail())
                    await asyncio.wait([task])
                    task = None
                    print(loop.call_exception_handler({"message": "of the program"}))
                    uvloop.Loop.call_exception_handler(loop, {"message": "of the program"})
                asyncio.create_task(asyncio.Event().wait(), name="collected")
                await asyncio.sleep(0)
                gc.collect()
                loop.call_exception_handler = print
                loop.call_exception_handler("its own")
            for kind in uvloop.Loop, Loop:
                loop = kind()
                loop.run_until_complete(main())
                loop.close()
            """
        )
        unnoticed = [(task.unretrieved is not None, task.destroyed is not None) for task in trace.tasks.values()]
        self.assertEqual(unnoticed.count((True, False)), 4)
        self.assertEqual([task.name for task in trace.tasks.values() if task.destroyed], ["collected"] * 2)

    def test_jobs(self) -> None:
        trace = self.same(
            """
            import asyncio, concurrent.futures, traceback, uvloop
            class Own(concurrent.futures.ThreadPoolExecutor):
                def submit(self, *args):
                    print([frame.name for frame in traceback.extract_stack()][-3:])
                    return super().submit(*args)
            async def main():
                loop = asyncio.get_running_loop()
                print(await loop.run_in_executor(None, abs, -1))
                print(await asyncio.to_thread(len, "ab"))
                with concurrent.futures.ThreadPoolExecutor() as pool:
                    print(await loop.run_in_executor(func=int, executor=pool))
                    print(await asyncio.wrap_future(pool.submit(abs, -3)))
                with Own() as pool:
                    print(await loop.run_in_executor(pool, abs, -4))
                try:
                    loop.run_in_executor(pool, abs, -5)
                except RuntimeError:
                    traceback.print_exc()
            uvloop.run(main())
            """
        )
        jobs = [(trace.function(job["function"]), job["task"], job["ended"]) for job in trace.jobs.values()]
        self.assertEqual(jobs, [("abs", 1, "returned"), ("len", 1, "returned"), ("int", 1, "returned")])

    def test_what_stands(self) -> None:
        trace = self.same(
            """
            import asyncio, uvloop
            async def main():
                lock = asyncio.Lock()
                async with lock:
                    waits = asyncio.create_task(lock.acquire())
                    await asyncio.sleep(0.4)
                await waits
            loop = uvloop.new_event_loop()
            loop.run_until_complete(main())
            forgotten = loop.create_task(asyncio.sleep(10))
            loop.run_until_complete(asyncio.sleep(0.001))
            __import__("time").sleep(0.3)
            """
        )
        first, *others = trace.standing
        holds = first["waits"][0]["holds"]
        self.assertEqual(
            first["waits"], [{"task": 1, "on": "sleep", "holds": holds}, {"task": 2, "on": "lock", "thing": holds[0]}]
        )
        self.assertEqual(others, [])  # a loop that does not run is not quiet


def _expected_kinds(lines: list[str]) -> tuple[list[str], dict[int, str]]:
    """The functions that this Python can run, and the kinds by line; as in test/unit/cli/truth.test.ts."""
    names, kinds, needs = [], {}, 10
    for number, line in enumerate(lines, 1):
        needed = re.match(r"# needs 3\.(\d+)$", line)
        if needed:
            needs = int(needed[1])
        elif re.match(r"(async def|class|def) \w+", line) and not lines[number - 2].startswith("# needs"):
            needs = 10
        if needs > sys.version_info[1]:
            continue
        called = re.match(r"async def (\w+)\(\):", line)
        if called and called[1] not in ("main", "soon", "ticks"):
            names.append(called[1])
        kind = re.search(r"# kind: (\S+)$", line)
        if kind:
            kinds[number] = kind[1]
    return names, kinds


if __name__ == "__main__":
    unittest.main()
