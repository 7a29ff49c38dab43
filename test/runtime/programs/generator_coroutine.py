import asyncio
import types


@types.coroutine
def old_style():
    yield
    yield from asyncio.sleep(0.005).__await__()
    return "old"


async def main():
    print(await old_style())


asyncio.run(main())
