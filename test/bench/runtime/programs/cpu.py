"""CPU-bound code in a coroutine"""

import asyncio

N = 30


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


async def main():
    for _ in range(N):
        fib(27)
        await asyncio.sleep(0)


asyncio.run(main())
