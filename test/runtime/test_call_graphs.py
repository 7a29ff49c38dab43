"""What came with Python 3.14: call graphs, from within and from another process, and jobs in other interpreters."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
import unittest

from comparing import Comparing
from running import PATIENCE_S, Run, folder, plain_command, start, traced_command

_STANDING = """
    import asyncio, sys
    async def leaf(over):
        await over.wait()
    async def middle(over):
        await leaf(over)
    async def main():
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(middle(over), name="one")
            group.create_task(middle(over), name="two")
            await asyncio.sleep(0)
            loop = asyncio.get_running_loop()
            loop.call_soon(lambda: print("ready", flush=True))  # when all of them stand
            await loop.run_in_executor(None, sys.stdin.readline)
            over.set()
    asyncio.run(main())
"""


@unittest.skipIf(sys.version_info < (3, 14), "came with Python 3.14")
class CallGraphs(Comparing):
    def test_from_within(self) -> None:
        self.same(
            """
            import asyncio, io, re
            async def leaf(over):
                await over.wait()
            async def middle(over):
                await leaf(over)
            def show(graph):
                print(re.sub("0x[0-9a-f]+", "", str(graph)))
            def walk(graph, depth=0):
                calls = [(call.frame.f_code.co_qualname, call.frame.f_lineno) for call in graph.call_stack]
                print(" " * depth, type(graph.future).__name__, calls)
                for awaiting in graph.awaited_by:
                    walk(awaiting, depth + 1)
            async def main():
                over = asyncio.Event()
                async with asyncio.TaskGroup() as group:
                    member = group.create_task(middle(over), name="member")
                    gathering = asyncio.gather(middle(over), middle(over))
                    waiting = asyncio.create_task(asyncio.wait_for(asyncio.shield(gathering), 60))
                    await asyncio.sleep(0)
                    await asyncio.sleep(0)
                    for future in (member, gathering, waiting, asyncio.current_task()):
                        show(asyncio.format_call_graph(future))
                        show(asyncio.format_call_graph(future, limit=1))
                        walk(asyncio.capture_call_graph(future))
                    asyncio.print_call_graph(file=(out := io.StringIO()))
                    show(out.getvalue())
                    walk(asyncio.capture_call_graph())
                    asyncio.get_running_loop().call_soon(lambda: show(asyncio.capture_call_graph()))
                    await asyncio.sleep(0)
                    over.set()
                    await waiting
            asyncio.run(main())
            """
        )

    def test_from_another_process(self) -> None:
        with folder({"program.py": textwrap.dedent(_STANDING)}) as base:
            run = Run(["program.py"], base)
            plain, traced = (
                self.seen(command, run) for command in (plain_command(run), traced_command(run, base / "t.awaitscope"))
            )
        self.assertEqual(traced, plain)
        for words in plain:
            self.assertIn("one", words)
            self.assertIn("leaf", words)

    def seen(self, command: list[str], run: Run) -> list[str]:
        """What Python's own tools say of the process, without numbers of it and of its objects."""
        with start(command, run) as process:
            try:
                self.assertEqual(process.stdout.readline(), "ready\n")
                tools = [
                    subprocess.run(
                        [run.python, "-m", "asyncio", word, str(process.pid)],
                        capture_output=True,
                        text=True,
                        check=False,
                    )
                    for word in ("ps", "pstree")
                ]
                process.communicate("\n", timeout=PATIENCE_S)
            finally:
                process.kill()
        self.assertEqual([tool.returncode for tool in tools], [0, 0], tools)
        return [re.sub(r"0x[0-9a-f]+ *|^\d+ *", "", tool.stdout, flags=re.MULTILINE) for tool in tools]


@unittest.skipIf(sys.version_info < (3, 14), "came with Python 3.14")
class OtherInterpreters(Comparing):
    def test_jobs_in_them_are_jobs(self) -> None:
        trace = self.same(
            """
            import asyncio, concurrent.futures
            def square(n):
                return n * n
            def fail(n):
                raise ValueError(n)
            async def main():
                loop = asyncio.get_running_loop()
                with concurrent.futures.InterpreterPoolExecutor(1) as pool:
                    print(await asyncio.gather(*(loop.run_in_executor(pool, square, n) for n in range(2))))
                    try:
                        await loop.run_in_executor(pool, fail, 3)
                    except ValueError as error:
                        print(repr(error))
            if __name__ == "__main__":
                asyncio.run(main())
            """
        )
        self.assertEqual((trace.complete, trace.failure), (True, None))
        jobs = [(trace.function(job["function"]), job["executor"], job["ended"]) for job in trace.jobs.values()]
        pool = "InterpreterPoolExecutor"
        squares = [("square", pool, "returned")] * 2
        self.assertEqual(jobs, [*squares, ("fail", pool, "raised")])
        self.assertEqual({trace.threads[job["started"]["thread"]] for job in trace.jobs.values()}, {f"{pool}-0_0"})


if __name__ == "__main__":
    unittest.main()
