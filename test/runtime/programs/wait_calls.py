import asyncio


async def work(delay):
    await asyncio.sleep(delay)
    return delay


async def main():
    tasks = [asyncio.create_task(work(delay)) for delay in (0.03, 0.01)]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    print(len(done), len(pending))
    await asyncio.wait(pending)

    for next_one in asyncio.as_completed([work(0.02), work(0.005)]):
        print(await next_one)

    inner = asyncio.create_task(work(0.02))
    try:
        await asyncio.wait_for(asyncio.shield(inner), 0.005)
    except asyncio.TimeoutError:
        print("shielded")
    print(await inner)
    print(await asyncio.shield(work(0.002)))


asyncio.run(main())
