"""gather waits for all its members, and ends with the slowest.

Look at: the bracket round the three members, and the mark at the one
that decided when it ended. To make this program faster, only that one
matters. The results come back in the order of the arguments, not of the
endings.
"""

import asyncio


async def ask(city: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return f"{city}: {seconds} s"


async def main() -> None:
    answers = await asyncio.gather(ask("Lima", 0.6), ask("Oslo", 1.2), ask("Cairo", 0.3))
    print("\n".join(answers))


asyncio.run(main())
