"""What the watch thread sees of a step that blocks its loop, and what it costs while none does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import textwrap
import time
import unittest
from collections.abc import Sequence
from pathlib import Path

import tracefile
from running import PATIENCE_S, ROOT, Run, folder, start, traced, traced_command

sys.path.insert(0, str(ROOT / "runtime"))

from awaitscope import watch
from awaitscope.blocked import _BESIDE_OTHERS
from awaitscope.session import Session

LONG_S = 0.3
"""Of the thread's own time, or asleep: longer than asyncio's 100 ms and two looks of the watch thread."""


PROGRAM = """
import asyncio
import time


def crunch():
    time.sleep(0.6)


async def slow():
    await asyncio.sleep(0.01)
    crunch()


async def main():
    other = asyncio.create_task(asyncio.sleep(0.05), name="other")
    await asyncio.create_task(slow(), name="slow")
    await other
    asyncio.get_running_loop().call_soon(crunch)
    await asyncio.sleep(0.01)


asyncio.run(main())
"""
OTHER = """
for name in ("_interpreters", "_xxsubinterpreters"):
    try:
        interpreter = __import__(name).create()
        break
    except ImportError:
        pass
"""


def trace_of(source: str) -> tuple[tracefile.Trace, list[str]]:
    text = textwrap.dedent(source)
    with folder({"program.py": text}) as base:
        ended = traced(Run(["program.py"], base), base / "t.awaitscope")
        assert ended.code == 0, ended.err
        return tracefile.read(base / "t.awaitscope"), text.split("\n")


def blocking_lines(source: str, calls: Sequence[str]) -> list[str]:
    """Those of ``calls`` that were the program's innermost line in a step that was seen to block, in order.

    A machine that is busy with something else holds up other lines of the program and of asyncio, too.
    """
    trace, lines = trace_of(source)
    assert trace.undefined == [], trace.undefined
    by_step: dict[int, str] = {}
    for blocked in trace.blocked:
        stack = [trace.nodes[node] for node in blocked["stack"]]
        own = [node["line"] for node in stack if trace.files[trace.codes[node["code"]]["file"]]["user"]]
        if own and lines[own[0] - 1].strip() in calls:
            by_step[blocked["step"]] = lines[own[0] - 1].strip()
    return list(by_step.values())


class Calls(unittest.TestCase):
    def test_calls_that_let_other_threads_run_are_seen_while_they_last(self) -> None:
        calls = [
            f"time.sleep({LONG_S})",
            f"select.select([], [], [], {LONG_S})",
            f'os.waitpid(subprocess.Popen(["sleep", "{LONG_S}"]).pid, 0)',
            "one.recv(1)",
            'hashlib.pbkdf2_hmac("sha256", b"", b"", 1_500_000)',
        ]
        source = f"""
            import asyncio, hashlib, os, select, socket, subprocess, sys, time
            async def main():
                time.sleep({LONG_S})
                await asyncio.sleep(0)
                select.select([], [], [], {LONG_S})
                await asyncio.sleep(0)
                os.waitpid(subprocess.Popen(["sleep", "{LONG_S}"]).pid, 0)
                await asyncio.sleep(0)
                one, other = socket.socketpair()
                one.settimeout({LONG_S})
                try:
                    one.recv(1)
                except TimeoutError:
                    pass
                await asyncio.sleep(0)
                hashlib.pbkdf2_hmac("sha256", b"", b"", 1_500_000)
                await asyncio.sleep(0)
            asyncio.run(main())
            """
        self.assertEqual(blocking_lines(source, calls), calls)

    def test_calls_that_let_no_other_thread_run_are_seen_when_they_return(self) -> None:
        # As soon as the system gives other threads a processor, and on 3.14 after a call with keywords a moment later:
        # what comes next stands on the same line, and a busy machine has three chances.
        calls = {
            "sum(range(45_000_000)); await asyncio.sleep(0.01)",
            're.match("(a?){23}a{23}$", "a" * 23); await asyncio.sleep(0.01)',
            "sorted(numbers, key=str); await asyncio.sleep(0.01)",
        }
        source = """
            import asyncio, re
            numbers = list(range(3_000_000))
            async def main():
                for _ in range(3):
                    sum(range(45_000_000)); await asyncio.sleep(0.01)
                    re.match("(a?){23}a{23}$", "a" * 23); await asyncio.sleep(0.01)
                    sorted(numbers, key=str); await asyncio.sleep(0.01)
            asyncio.run(main())
            """
        self.assertEqual(set(blocking_lines(source, list(calls))), calls)

    def test_python_code_is_seen_where_it_computes(self) -> None:
        computes = "while time.thread_time() < until: pass"
        source = f"""
            import asyncio, time
            async def main():
                until = time.thread_time() + {LONG_S}
                {computes}
                await asyncio.sleep(0)
            asyncio.run(main())
            """
        self.assertEqual(blocking_lines(source, [computes]), [computes])


class Blocked(unittest.TestCase):
    def test_says_where_it_stands_and_whose_step_it_is(self) -> None:
        with folder({"program.py": PROGRAM}) as base:
            path = base / "t.awaitscope"
            ended = traced(Run(["program.py"], base), path)
            self.assertEqual((ended.code, ended.err), (0, ""))
            trace = tracefile.read(path)
        # A machine with other work may hold up other steps, too.
        seen = [line for line in trace.blocked if trace.function(line["stack"][0]) == "crunch"]
        names = [trace.tasks[line["task"]].name if line["task"] else "" for line in seen]
        self.assertEqual(names, ["slow", ""])
        stack = [trace.function(node) for node in seen[0]["stack"]]
        self.assertEqual(stack, ["crunch", "slow"])

    def test_beside_another_interpreter_no_frames_are_looked_at(self) -> None:
        with folder({"program.py": OTHER + PROGRAM}) as base:
            path = base / "t.awaitscope"
            ended = traced(Run(["program.py"], base), path)
            self.assertEqual(ended.code, 0, ended.err)  # from 3.14 on, Python warns of interpreters that are left
            trace = tracefile.read(path)
        self.assertEqual((trace.blocked, trace.complete), ([], True))
        self.assertEqual([loop.partial for loop in trace.loops.values()], [_BESIDE_OTHERS])


class Meanwhile(unittest.TestCase):
    """What others wait for is in the file while a step blocks their loop."""

    def test_is_written_when_the_watch_thread_looks_for_the_second_time(self) -> None:
        self.assertLess(2 * watch._PERIOD_S, 0.1)
        self.look_twice(has_been_quiet=False)

    def test_is_written_then_too_if_nothing_new_was_said_for_long(self) -> None:
        self.look_twice(has_been_quiet=True)

    def look_twice(self, has_been_quiet: bool) -> None:
        async def main() -> None:
            event = asyncio.Event()
            asyncio.current_task().set_name("itself")
            others = [
                asyncio.create_task(event.wait(), name="event"),
                asyncio.create_task(_waits(event), name="function"),
                asyncio.create_task(asyncio.wait_for(event.wait(), 60), name="wait_for"),
                asyncio.create_task(_within(60, event), name="timeout"),
            ]
            await asyncio.sleep(0)  # in which they begin
            await asyncio.sleep(0)  # before 3.12 wait_for makes a task
            if has_been_quiet:
                session.recorder._written_at = 0
            session._tick()
            session._tick()
            trace = tracefile.read(path)
            self.assertEqual(trace.undefined, [])
            stands.update({task.name: _stands(trace, task) for task in trace.tasks.values()})
            for other in others:
                other.cancel()

        stands: dict[str, str | None] = {}
        with folder({}) as base:
            path = base / "t.awaitscope"
            session = Session(str(path), ["program.py"])
            try:
                self.assertTrue(session._watch.end())  # the step looks itself
                asyncio.run(main())
            finally:
                session.finish(0)
        waits_for = "Event.wait" if sys.version_info >= (3, 12) else "wait_for"
        for name, where in {
            "event": "Event.wait",
            "function": "Event.wait",
            "timeout": "Event.wait",
            "wait_for": waits_for,
            "itself": "sleep",
        }.items():
            self.assertEqual(stands[name], where, name)

    def test_can_be_read_as_long_as_it_lasts(self) -> None:
        program = """
            import asyncio, sys
            async def main():
                event = asyncio.Event()
                others = [asyncio.create_task(event.wait(), name="waits"), asyncio.create_task(asyncio.sleep(60), name="sleeps")]
                await asyncio.sleep(0)
                sys.stdin.read()
            asyncio.run(main())
            """
        with folder({"program.py": textwrap.dedent(program)}) as base:
            run, path = Run(["program.py"], base), base / "t.awaitscope"
            with start(traced_command(run, path), run) as process:
                try:
                    deadline = time.monotonic() + PATIENCE_S
                    trace = None
                    while trace is None or not trace.blocked:
                        self.assertLess(time.monotonic(), deadline, "nothing was said of the step that blocks")
                        self.assertIsNone(process.poll())
                        time.sleep(0.02)  # the file is the signal
                        trace = tracefile.read(path) if path.exists() and path.stat().st_size else None
                finally:
                    process.communicate("")
            self.assertEqual(process.returncode, 0)
        self.assertEqual(trace.function(trace.blocked[0]["stack"][0]), "main")
        self.assertEqual(
            {task.name: _stands(trace, task) for task in trace.tasks.values()},
            {"Task-1": "sleep", "waits": "Event.wait", "sleeps": "sleep"},
        )


async def _waits(event: asyncio.Event) -> None:
    await event.wait()


async def _within(seconds: float, event: asyncio.Event) -> None:
    async with asyncio.timeout(seconds) if sys.version_info >= (3, 11) else contextlib.AsyncExitStack():
        await event.wait()


def _stands(trace: tracefile.Trace, task: tracefile.Task) -> str | None:
    """The innermost function of asyncio or the program in which it was suspended last."""
    if not task.steps or not task.steps[-1].node:
        return None
    functions = [node for node in trace.chain(task.steps[-1].node) if trace.nodes[node]["code"]]
    return trace.function(functions[-1])


class WithoutBlocks(unittest.TestCase):
    def test_next_to_nothing_is_spent(self) -> None:
        """While tasks switch for a second."""

        async def main() -> None:
            end = time.monotonic() + 1
            while time.monotonic() < end:
                await asyncio.sleep(0.001)

        with folder({}) as base:
            session = Session(str(base / "t.awaitscope"), ["program.py"])
            watch = session._watch
            asyncio.run(main())
            spent = _spent_by(watch._thread)
            session.finish(0)
        if spent is not None:
            self.assertLess(spent, 0.02, "seconds of a processor in a second")

    def test_the_thread_is_gone_with_the_recording(self) -> None:
        with folder({}) as base:
            session = Session(str(base / "t.awaitscope"), ["program.py"])
            asyncio.run(asyncio.sleep(0))
            before = _threads()
            session.finish(0)
            if before is not None:
                self.assertEqual(len(before) - 1, len(_threads() or ()))


def _spent_by(thread: int) -> float | None:
    """Seconds; None where the system does not tell."""
    path = Path(f"/proc/self/task/{thread}/schedstat")
    return int(path.read_text().split()[0]) / 1e9 if path.exists() else None


def _threads() -> list[str] | None:
    path = "/proc/self/task"
    deadline = time.monotonic() + 5
    while os.path.exists(path):
        found = os.listdir(path)
        # The system forgets a thread a little after it has ended.
        if len(found) == len(sys._current_frames()) or time.monotonic() > deadline:
            return found
    return None


class Preempted(unittest.TestCase):
    @unittest.skipUnless(os.path.exists("/proc/self/schedstat"), "the system does not tell")
    def test_a_machine_that_is_busy_with_something_else_is_told_of(self) -> None:
        """One processor for this process and for one that never rests: each gets about half of the time."""
        trace, _ = trace_of(
            """
            import asyncio, os, subprocess, sys, time
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
            busy = subprocess.Popen([sys.executable, "-S", "-c", "print(flush=True)\\nwhile True: pass"], stdout=-1)
            busy.stdout.readline()
            async def main():
                until = time.thread_time() + 0.5
                while time.thread_time() < until: pass
                await asyncio.sleep(0)
            asyncio.run(main())
            busy.kill()
            """
        )
        taken = sum(line["ns"] for line in trace.preempted)
        longest = max(step.end - step.start for step in trace.loops[1].steps.values())
        self.assertGreater(taken, 200_000_000)
        self.assertLess(taken, longest + 100_000_000)


if __name__ == "__main__":
    unittest.main()
