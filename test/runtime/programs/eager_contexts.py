# needs: 3.12
"""Whether an eager task was given its context, also when it asks for its next step before create_task returns."""

import asyncio
import contextvars


async def yields():
    await asyncio.sleep(0)


async def naps():
    await asyncio.sleep(0.01)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    context = contextvars.copy_context()
    for function in (yields, naps):
        given = loop.create_task(function(), name=f"{function.__name__}, given", context=context)
        await given
        await loop.create_task(function(), name=f"{function.__name__}, its own")
    loop.set_task_factory(None)


asyncio.run(main())
