"""The same two greetings, concurrently.

Look at: gather makes a task of each greeting, and both wait at the same
time. The whole run takes as long as the longer one: about 1 second
instead of 2. The mark on the bracket shows which of the two ended last.
"""

import asyncio


async def greet(name: str) -> None:
    print(f"Hello, {name}")
    await asyncio.sleep(1)
    print(f"Goodbye, {name}")


async def main() -> None:
    await asyncio.gather(greet("Alice"), greet("Bob"))


asyncio.run(main())
