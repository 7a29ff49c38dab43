"""A coroutine only runs when awaited; a task starts by itself.

Look at: `brew("tea")` only makes a coroutine, it has no lane of its
own: it runs inside main when main awaits it. `create_task` gives the
coffee a lane at once, and it brews while main is busy with the tea.
"""

import asyncio


async def brew(drink: str) -> str:
    print(f"{drink}: started")
    await asyncio.sleep(0.8)
    print(f"{drink}: ready")
    return drink


async def main() -> None:
    tea = brew("tea")
    coffee = asyncio.create_task(brew("coffee"), name="coffee")
    await asyncio.sleep(0.5)
    print("The coffee is under way, the tea was only promised.")
    await tea
    await coffee


asyncio.run(main())
