"""A future is a place for a result that somebody else will put there.

Look at: both readers wait for the same future. When the writer sets its
result, both become ready in that moment: select a reader, and its
details say that the writer's step woke it.
"""

import asyncio


async def reader(name: str, answer: asyncio.Future[int]) -> None:
    print(f"{name} waits")
    print(f"{name} got {await answer}")


async def writer(answer: asyncio.Future[int]) -> None:
    await asyncio.sleep(1)
    answer.set_result(42)


async def main() -> None:
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    await asyncio.gather(reader("Ann", answer), reader("Ben", answer), writer(answer))


asyncio.run(main())
