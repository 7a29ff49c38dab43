"""`async for` waits for each next item.

Look at: the lines of the two loops, one over an async generator, one
over an iterator that is a class. Each shows how often it waited and for
how long in all. The generator's own sleeps are charged to the line they
stand on.
"""

import asyncio
from collections.abc import AsyncIterator


async def ticks(count: int) -> AsyncIterator[int]:
    for number in range(count):
        await asyncio.sleep(0.2)
        yield number


class Countdown:
    def __init__(self, start: int) -> None:
        self.left = start

    def __aiter__(self) -> AsyncIterator[int]:
        return self

    async def __anext__(self) -> int:
        if self.left == 0:
            raise StopAsyncIteration
        await asyncio.sleep(0.3)
        self.left -= 1
        return self.left + 1


async def main() -> None:
    async for number in ticks(5):
        print(f"tick {number}")
    async for number in Countdown(3):
        print(f"{number}…")
    print("Lift-off")


asyncio.run(main())
