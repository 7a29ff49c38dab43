"""What asyncio's ways to await several things say when they fail is the same with us: tracebacks, messages, warnings."""

from __future__ import annotations

import sys
import unittest

from comparing import Comparing

_ALL = """
    import asyncio, traceback

    async def work(seconds=10, error=None):
        await asyncio.sleep(seconds)
        if error is not None:
            raise error

    async def show(awaitable):
        try:
            await awaitable
        except BaseException:
            traceback.print_exc()
"""


class Groups(Comparing):
    def shown(self, body: str, **options: object) -> None:
        """Each line of ``body`` is an expression that fails, in a program that prints its traceback."""
        lines = "".join(f"        await show({line.strip()})\n" for line in body.strip().splitlines())
        self.same(_ALL + f"    async def main():\n{lines}    asyncio.run(main())\n", **options)

    def test_waiting(self) -> None:
        self.shown(
            """
            asyncio.wait_for(work(), 0.001)
            asyncio.wait_for(work(), 0)
            asyncio.wait_for(work(0, ValueError("inside")), 5)
            asyncio.wait_for(5, 1)
            asyncio.wait_for(work(), "soon")
            asyncio.wait([])
            asyncio.wait([5])
            asyncio.wait([asyncio.ensure_future(work(0))], timeout="soon")
            asyncio.wait([asyncio.ensure_future(work(0))], return_when="never")
            asyncio.gather(work(0, ValueError("inside")), work())
            asyncio.shield(work(0, ValueError("inside")))
            asyncio.shield(asyncio.wait_for(work(), 0.001))
            """
        )

    def test_wrong_arguments(self) -> None:
        self.same(
            _ALL
            + """
    async def main():
        for wrong in (
            lambda: asyncio.gather(5),
            lambda: asyncio.shield(5),
            lambda: next(iter(asyncio.as_completed([5]))),
            lambda: next(iter(asyncio.as_completed([asyncio.sleep(0)], timeout="soon"))),
            lambda: asyncio.tasks._GatheringFuture(),
            lambda: asyncio.gather(asyncio.sleep(0)).cancel(1, 2),
        ):
            try:
                wrong()
            except Exception:
                traceback.print_exc()
    asyncio.run(main())
"""
        )

    @unittest.skipUnless(sys.version_info >= (3, 11), "needs timeouts")
    def test_timeouts(self) -> None:
        self.same(
            _ALL
            + """
    async def late():
        async with asyncio.timeout(0.001):
            await work()
    async def twice():
        async with asyncio.timeout(5) as limit:
            pass
        limit.reschedule(5)
    async def never():
        asyncio.timeout(5).reschedule(5)
    async def wrong():
        async with asyncio.timeout_at("noon"):
            pass
    async def inside():
        async with asyncio.timeout(5) as limit:
            print(limit.expired(), limit.when() is not None)
            raise KeyError("inside")
    async def again():
        limit = asyncio.timeout(5)
        async with limit:
            pass
        async with limit:
            pass
    async def main():
        for function in (late, twice, never, wrong, inside, again):
            await show(function())
    asyncio.run(main())
"""
        )

    @unittest.skipUnless(sys.version_info >= (3, 11), "needs TaskGroup")
    def test_a_taskgroup_whose_member_fails_while_it_is_cancelled(self) -> None:
        self.same(
            _ALL
            + """
    class Task(asyncio.Task):
        def cancel(self, msg=None):
            traceback.print_stack(limit=3)
            return super().cancel(msg)
    async def main():
        asyncio.get_running_loop().set_task_factory(lambda loop, coro, **kwargs: Task(coro, loop=loop, **kwargs))
        async with asyncio.TaskGroup() as group:
            group.create_task(work())
            group.create_task(work(0, ValueError("first")))
    asyncio.run(show(main()))
"""
        )

    @unittest.skipUnless(sys.version_info >= (3, 11), "needs TaskGroup")
    def test_taskgroups_that_are_left_in_any_way(self) -> None:
        self.same(
            _ALL
            + """
    class Loud:
        def __del__(self):
            print("gone")
    async def fails(*members):
        async with asyncio.TaskGroup() as group:
            loud = Loud()
            for member in members:
                group.create_task(member)
            await asyncio.sleep(0)
            raise OSError("body")
    async def is_cancelled(seconds):
        async with asyncio.TaskGroup() as group:
            group.create_task(work(5))
            asyncio.current_task().cancel("enough")
            await asyncio.sleep(seconds)
    async def late():
        async with asyncio.TaskGroup() as group:
            print(repr(group), group.__aexit__.__name__)
        await group.__aexit__()
    async def twice():
        async with asyncio.TaskGroup() as group:
            pass
        await group.__aexit__(None, None, None)
        print("left twice")
    async def main():
        for coro in (fails(), fails(work(5)), fails(work(0, ValueError("member"))), is_cancelled(0), late(), twice()):
            await show(asyncio.create_task(coro))
            print("next")
    asyncio.run(main())
"""
        )

    def test_a_gather_that_ends_otherwise_than_its_tasks(self) -> None:
        self.same(
            _ALL
            + """
    async def main():
        loop = asyncio.get_running_loop()
        for wish in ("cancel", "set_result", "set_exception"):
            for returns in (False, True):
                future = loop.create_future()
                gathering = asyncio.gather(work(0.001), future, return_exceptions=returns)
                print(future._callbacks[0][0].__qualname__, len(future._callbacks), gathering._callbacks)
                getattr(future, wish)(*([] if wish == "cancel" else [KeyError("future")]))
                await show(gathering)
        for returns in (False, True):
            gathering = asyncio.gather(work(), work(), return_exceptions=returns)
            await asyncio.sleep(0)
            print(gathering.cancel("enough"))
            await show(gathering)
    asyncio.run(main())
"""
        )

    def test_nothing_lives_longer(self) -> None:
        self.same(
            """
    import asyncio, gc
    gc.disable()

    class Token:
        def __init__(self, name):
            self.name = name
        def __del__(self):
            print("gone", self.name)

    async def work(token, seconds):
        await asyncio.sleep(seconds)
        return token

    async def use(name, wait):
        token = Token(name)
        try:
            await wait(token)
        except BaseException as error:
            print(type(error).__name__)
        del token
        print("end of", name)

    async def all_of(token):
        for one in asyncio.as_completed([work(token, 0)], timeout=5):
            await one

    async def within(token):
        if hasattr(asyncio, "timeout"):
            async with asyncio.timeout(5):
                await work(token, 0)
            async with asyncio.timeout(0.001):
                await work(token, 5)

    async def main():
        await use("wait_for", lambda token: asyncio.wait_for(work(token, 0), 5))
        await use("at once", lambda token: asyncio.wait_for(asyncio.sleep(0), 5))
        await use("too late", lambda token: asyncio.wait_for(work(token, 5), 0.001))
        await use("shield", lambda token: asyncio.shield(work(token, 0)))
        await use("wait", lambda token: asyncio.wait([asyncio.ensure_future(work(token, 0))], timeout=5))
        await use("gather", lambda token: asyncio.gather(work(token, 0), work(token, 0)))
        await use("as_completed", all_of)
        await use("within", within)
        await asyncio.sleep(0)
        print("end")
    asyncio.run(main())
"""
        )

    def test_debug_mode(self) -> None:
        self.same(
            _ALL
            + """
    async def main():
        asyncio.gather(work(0), work(0, ValueError("lost")))
        waiting = asyncio.create_task(asyncio.wait([asyncio.create_task(work(0.001))], timeout=5))
        await asyncio.sleep(0)
        print(asyncio.get_running_loop()._scheduled[-1]._callback.__qualname__)
        await waiting
        await show(asyncio.wait_for(work(), 0.001))
        task = asyncio.create_task(work())
        asyncio.get_running_loop().call_soon(task.cancel)
        asyncio.get_running_loop().call_later(0, task.cancel)
        await show(task)
    asyncio.run(main(), debug=True)
""",
            same_err=False,
        )


if __name__ == "__main__":
    unittest.main()
