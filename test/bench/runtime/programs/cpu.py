"""CPU-bound code in a coroutine"""

import asyncio


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


async def main():
    for _ in range(30):
        fib(27)
        await asyncio.sleep(0)


asyncio.run(main())
