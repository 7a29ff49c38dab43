"""What ends without anybody noticing: exceptions nobody asks for, tasks collected while pending, coroutines dropped."""

import asyncio
import gc
import logging

logging.disable(logging.CRITICAL)


async def fail(number):
    raise ValueError(number)


async def wait():
    await asyncio.get_running_loop().create_future()


async def work():
    pass


def in_a_cycle(task):
    cycle = [task]
    cycle.append(cycle)


async def main():
    forgotten = asyncio.create_task(fail("forgotten"))
    await asyncio.sleep(0)
    del forgotten

    seen = asyncio.create_task(fail("seen"))
    await asyncio.wait([seen])
    seen.exception()

    in_a_cycle(asyncio.create_task(fail("found by the collector")))
    await asyncio.sleep(0)
    gc.collect()

    in_a_cycle(asyncio.create_task(wait(), name="collected"))
    await asyncio.sleep(0)
    gc.collect()

    globals()["kept"] = asyncio.create_task(fail("still there at the end"), name="kept")
    renamed = asyncio.create_task(wait())
    await asyncio.sleep(0)
    renamed.set_name("renamed while it waits")

    work()  # the await is missing
    asyncio.sleep(1)
    [work() for _ in range(2)]


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
dropped_at_exit = work()
