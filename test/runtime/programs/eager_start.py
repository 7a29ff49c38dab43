# needs: 3.12
"""Tasks whose class is asked to start them eagerly: without a task factory, and past create_task."""

import asyncio
import contextvars
import gc


async def quick():
    return "at once"


async def fails():
    raise ValueError("at once")


async def naps():
    await asyncio.sleep(0.01)


async def yields():
    await asyncio.sleep(0)


async def starts_another():
    await start(naps(), name="inner")


def start(coro, **options):
    return asyncio.Task(coro, loop=asyncio.get_running_loop(), eager_start=True, **options)


async def main():
    gc.disable()  # a task is noticed later if the collector runs in the very moment in which it is made
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print(context["message"]))
    print(loop.is_running())
    first = start(quick(), name="quick")
    naps_a_while = start(naps(), name="naps")
    outer = start(starts_another(), name="outer")
    given = start(yields(), name="given a context", context=contextvars.copy_context())
    own = start(yields(), name="with a context of its own")
    print(first.done(), naps_a_while.done())
    # Gone before the step is over.
    start(quick(), name="dropped")
    start(fails(), name="dropped, nobody asked for its exception")
    kept = []
    loop.call_soon(lambda: kept.append(start(yields(), name="from a callback")))
    await asyncio.gather(naps_a_while, outer, given, own)
    failed = start(fails(), name="fails")
    try:
        await failed
    except ValueError as error:
        print(error)
    print(kept[0].done())


asyncio.run(main())
