"""What asyncio and Python say of things that end unnoticed is said in the very same words, to the very same functions."""

from __future__ import annotations

import unittest

from comparing import Comparing

NEVER_AWAITED = """
    import asyncio, gc
    async def work(): pass
    def helper():
        return work()
    async def main():
        work()
        helper()
        held = [work()]
        held.append(held)
        del held
        gc.collect()
        await asyncio.sleep(0)
        asyncio.sleep(1)
    asyncio.run(main())
    at_exit = work()
    """
LOST = """
    import asyncio, gc, sys, traceback
    {head}
    async def fail():
        raise ValueError("nobody asks")
    async def wait():
        await asyncio.get_running_loop().create_future()
    class Work(asyncio.Task): pass
    async def main():
        {start}
        for make in (asyncio.create_task, lambda coro: Work(coro, loop=asyncio.get_running_loop())):
            for coro in (fail, wait):
                task = make(coro())
                task.set_name("lost")
                await asyncio.sleep(0)
                del task
                gc.collect()
    asyncio.run(main())
    """
OF_THE_HANDLER = """
    def handler(loop, context):
        print(context["message"], sorted(context), [frame.name for frame in traceback.extract_stack()][-3:])
        print([frame.lineno for frame in traceback.extract_stack()][-3:])
        print([frame.filename for frame in traceback.extract_stack()][-3:])
    """


_VARYING = r"0x[0-9a-f]+|Executing .* took .* seconds\n"


def lost(head: str = "", start: str = "") -> str:
    return LOST.replace("{head}", head.strip()).replace("{start}", start)


class NeverAwaited(Comparing):
    def check(self, *options: str, env: dict[str, str] | None = None) -> None:
        trace = self.same(NEVER_AWAITED, options=options, env=env, varying=_VARYING)
        functions = [trace.codes[code]["name"] for code, _ in trace.never_awaited]
        self.assertEqual(functions, ["work", "work", "work", "sleep", "work"])

    def test_as_it_is(self) -> None:
        self.check()

    def test_as_errors(self) -> None:
        self.check("-W", "error")

    def test_in_development_mode(self) -> None:
        self.check("-X", "dev")

    def test_with_origins_and_allocations(self) -> None:
        self.check("-X", "tracemalloc=5", env={"PYTHONASYNCIODEBUG": "1"})

    def test_where_it_was_made_is_told_when_python_knows(self) -> None:
        source = """
            import sys
            sys.set_coroutine_origin_tracking_depth(1)
            async def work(): pass
            def make():
                return work()
            def drop(coro): del coro
            drop(make())
            """
        trace = self.same(source)
        [(_, site)] = trace.never_awaited
        self.assertEqual(trace.site(site)["line"], 6)

    def test_a_warn_of_the_programs_own(self) -> None:
        self.same(
            """
            import warnings
            plain = warnings.warn
            def warn(*args, **options):
                print(args, {**options, "source": type(options.get("source"))})
                plain(*args, **options)
            warnings.warn = warn
            async def work(): pass
            work()
            """
        )

    def test_the_function_put_away_by_the_program(self) -> None:
        self.same(
            """
            import warnings
            async def work(): pass
            warnings._warn_unawaited_coroutine = lambda coro: print("mine", coro.__name__)
            work()
            """
        )


class Lost(Comparing):
    def check(self, source: str, env: dict[str, str] | None = None) -> None:
        trace = self.same(source, env=env)
        facts = [
            (task.outcome, task.unretrieved is not None, task.destroyed is not None)
            for task in trace.tasks.values()
            if trace.codes[task.code]["name"] in ("fail", "wait")
        ]
        self.assertEqual(facts, 2 * [("raised", True, False), ("pending", False, True)])

    def test_the_message_of_asyncio(self) -> None:
        self.check(lost(start='asyncio.get_running_loop().default_exception_handler = lambda c: print(c["message"])'))

    def test_a_handler_of_the_programs(self) -> None:
        self.check(lost(OF_THE_HANDLER, "asyncio.get_running_loop().set_exception_handler(handler)"))

    def test_a_handler_that_fails(self) -> None:
        head = "def handler(loop, context): 1 / 0"
        start = "asyncio.get_running_loop().set_exception_handler(handler)"
        hidden = 'loop = asyncio.get_running_loop(); loop.default_exception_handler = lambda c: print(c["message"])'
        self.check(lost(head, f"{start}; {hidden}"))

    def test_both_handlers_failing(self) -> None:
        head = "def handler(*_): 1 / 0"
        start = "asyncio.get_running_loop().set_exception_handler(handler)"
        self.check(lost(head, f"{start}; asyncio.get_running_loop().default_exception_handler = handler"))

    def test_a_loop_with_a_handler_of_its_own(self) -> None:
        head = """class Loop(asyncio.SelectorEventLoop):
        def call_exception_handler(self, context):
            print("called", context["message"])
            super().call_exception_handler({"message": context["message"], **context})
        def default_exception_handler(self, context):
            print("default", context["message"])
    """
        self.check(lost(head).replace("asyncio.run(main())", "loop = Loop(); loop.run_until_complete(main())"))

    def test_the_context_in_which_a_handler_runs(self) -> None:
        head = """import contextvars
    var = contextvars.ContextVar("var", default="none")
    def handler(loop, context):
        print(var.get())
    """
        source = lost(head, "asyncio.get_running_loop().set_exception_handler(handler)")
        self.check(source.replace("raise ValueError", "var.set('the task'); raise ValueError"))

    def test_what_the_program_itself_complains_of(self) -> None:
        self.same(
            """
            import asyncio
            async def main():
                loop = asyncio.get_running_loop()
                loop.set_exception_handler(lambda loop, context: print(type(context), context))
                class Context(dict): pass
                for context in ({}, {"message": "mine"}, {"message": 3}, Context(message="x"), {"message": "a b", "task": 1}):
                    loop.call_exception_handler(context)
                loop.call_exception_handler({"message": "Task exception was never retrieved", "future": None})
                loop.call_exception_handler({"message": "Task was destroyed but it is pending!"})
                for wrong in ((), ({}, {}), (None,)):
                    try:
                        loop.call_exception_handler(*wrong)
                    except TypeError as error:
                        print(error)
            asyncio.run(main())
            """
        )


if __name__ == "__main__":
    unittest.main()
