"""Two greetings, one after another.

Look at: one task does all the work, and it waits twice. While it waits
for Alice nothing else happens, so the whole run takes as long as both
greetings together: about 2 seconds.
"""

import asyncio


async def greet(name: str) -> None:
    print(f"Hello, {name}")
    await asyncio.sleep(1)
    print(f"Goodbye, {name}")


async def main() -> None:
    await greet("Alice")
    await greet("Bob")


asyncio.run(main())
