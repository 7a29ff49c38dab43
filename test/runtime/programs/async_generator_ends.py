"""All ways in which an async generator goes on and ends: what its code awaits then is awaited by whoever made it go on."""

import asyncio


async def ticks():
    try:
        while True:
            try:
                await asyncio.sleep(0)
                yield "tick"
            except ValueError:
                await asyncio.sleep(0.002)
                yield "caught"
    finally:
        await asyncio.sleep(0.003)


async def main():
    global kept
    left = ticks()
    print(await left.__anext__())
    print(await left.asend("go on"))
    print(await left.athrow(ValueError()))
    await left.aclose()
    # Dropped: asyncio makes a task that closes it.
    left = ticks()
    print(await left.__anext__())
    del left
    await asyncio.sleep(0.01)
    # Left open: asyncio closes it with the loop.
    kept = ticks()
    print(await kept.__anext__())


asyncio.run(main())
