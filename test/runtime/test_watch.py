"""When the watch thread looks: while every loop sleeps, next to never; and at once when one goes on."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
import unittest
from collections.abc import Callable
from unittest import mock

import tracefile
from running import PATIENCE_S, ROOT, folder

sys.path.insert(0, str(ROOT / "runtime"))

from awaitscope import watch
from awaitscope.session import Session


class Asleep(unittest.TestCase):
    """A recording whose watch thread, once it sleeps, goes on only when it is roused."""

    def setUp(self) -> None:
        patch = mock.patch.object(watch, "_DOZE_S", 3600)
        patch.start()
        self.addCleanup(patch.stop)
        place = folder()
        self.path = place.__enter__() / "t.awaitscope"
        self.addCleanup(place.__exit__, None, None, None)
        self.session = Session(str(self.path), ["program.py"])

    def tearDown(self) -> None:
        self.session.finish(0)
        del self.session  # unittest keeps its cases, and other tests count what is left

    def until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)  # what the watch thread does is the signal

    def is_asleep(self) -> bool:
        return self.session.recorder.dozes

    def is_in_file(self, name: str) -> bool:
        return any(task.name == name for task in tracefile.read(self.path).tasks.values())

    async def while_asleep(self, do: Callable[[], object]) -> None:
        """Sleeps until the watch thread does, and something was done in another thread after that."""

        def wake() -> None:
            try:
                self.until(self.is_asleep)
                do()
            except AssertionError as error:
                failed.append(error)
            loop.call_soon_threadsafe(woken.set)

        failed: list[AssertionError] = []
        loop, woken = asyncio.get_running_loop(), asyncio.Event()
        thread = threading.Thread(target=wake)
        thread.start()
        await woken.wait()
        thread.join()
        for error in failed:
            raise error

    async def block_until_seen(self, name: str) -> None:
        """Makes a task, and lets no other step begin before it is in the file."""
        task = asyncio.create_task(asyncio.sleep(0), name=name)
        self.until(lambda: self.is_in_file(name))
        await task

    def test_a_loop_that_goes_on_rouses_it(self) -> None:
        async def main() -> None:
            await self.while_asleep(lambda: None)
            await self.block_until_seen("after")

        asyncio.run(main())

    def test_a_loop_that_begins_to_run_rouses_it(self) -> None:
        asyncio.run(self.while_asleep(lambda: asyncio.run(self.block_until_seen("other"))))

    def test_it_does_not_sleep_while_a_job_of_an_executor_runs(self) -> None:
        def job() -> None:
            self.until(lambda: recorder._said_alive)  # from then on nothing but this job keeps it from sleeping
            looks = len(seen)
            self.until(lambda: len(seen) >= looks + 2)

        async def main() -> None:
            await asyncio.get_running_loop().run_in_executor(None, job)

        recorder = self.session.recorder
        seen: list[bool] = []
        is_quiet = recorder.is_quiet
        with mock.patch.object(recorder, "is_quiet", lambda: seen.append(is_quiet()) or seen[-1]):
            asyncio.run(main())
        self.assertNotIn(True, seen)

    def test_asleep_it_says_now_and_then_that_the_program_lives(self) -> None:
        def alive() -> int:
            return self.path.read_bytes().count(b'"alive"')

        def is_told_again() -> None:
            before = alive()
            self.until(lambda: alive() >= before + 2)

        with mock.patch.object(watch, "_DOZE_S", 0.01):
            asyncio.run(self.while_asleep(is_told_again))

    def test_it_looks_the_less_often_the_longer_the_program_sleeps(self) -> None:
        with mock.patch.object(watch, "_DOZE_S", 1.05):
            looks = [watch._until_next_look(asleep) for asleep in (0, 4, 80, 86_400)]
        self.assertEqual(looks, [0.035, 1.05, 10, 30])

    def test_it_is_gone_at_once_when_the_recording_ends(self) -> None:
        asyncio.run(self.while_asleep(lambda: self.assertTrue(self.session._watch.end())))
