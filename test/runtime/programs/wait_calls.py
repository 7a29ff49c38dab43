import asyncio


async def quick():
    await asyncio.sleep(0.005)
    return "quick"


async def patient(event):
    await event.wait()
    return "patient"


async def main():
    event = asyncio.Event()
    tasks = [asyncio.create_task(patient(event)), asyncio.create_task(quick())]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    print(len(done), len(pending))
    event.set()
    await asyncio.wait(pending)

    event = asyncio.Event()
    tasks = [asyncio.create_task(patient(event)), asyncio.create_task(quick())]
    for next_one in asyncio.as_completed(tasks):
        print(await next_one)
        event.set()

    event = asyncio.Event()
    inner = asyncio.create_task(patient(event))
    try:
        await asyncio.wait_for(asyncio.shield(inner), 0.005)
    except asyncio.TimeoutError:
        print("shielded")
    event.set()
    print(await inner)
    print(await asyncio.shield(quick()))


asyncio.run(main())
