"""If one member of a TaskGroup fails, the others are cancelled.

Needs Python 3.11. Look at: in the first group all three members return.
In the second, "broken" raises after half a second; the two others end
in that moment, cancelled, although they had more to do.
"""

import asyncio


async def work(seconds: float) -> None:
    await asyncio.sleep(seconds)


async def broken() -> None:
    await asyncio.sleep(0.5)
    raise ValueError("out of paper")


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(1, 4):
            group.create_task(work(number * 0.3), name=f"worker {number}")
    print("The first group has ended: every member returned.")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(work(2), name="patient")
            group.create_task(work(3), name="very patient")
            group.create_task(broken(), name="broken")
    except* ValueError as errors:
        print(f"The second group has ended: {errors.exceptions[0]}")


asyncio.run(main())
