import asyncio


async def work():
    await asyncio.sleep(10)


async def rounds(count, task=None):
    for _ in range(count):
        await asyncio.sleep(0)
    if task is not None:
        task.cancel()


async def by_itself():
    asyncio.current_task().cancel()
    await asyncio.sleep(0)


async def slow(event):
    try:
        await asyncio.sleep(10)
    finally:
        await event.wait()


async def raises():
    await asyncio.sleep(0)
    raise asyncio.CancelledError  # nobody asked it to


async def ended(*tasks):
    await asyncio.gather(*tasks, return_exceptions=True)


async def main():
    # Before they have started: only the main task can have done it.
    tasks = [asyncio.create_task(work()) for _ in range(3)]
    for task in tasks:
        task.cancel()
    await ended(*tasks)
    # Woken and then cancelled, in one step.
    event = asyncio.Event()
    task = asyncio.create_task(event.wait())
    await asyncio.sleep(0)
    event.set()
    task.cancel()
    await ended(task)
    # Told once, and ends much later: nobody asked again.
    task = asyncio.create_task(slow(event := asyncio.Event()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    event.set()
    await ended(task)
    # Not asked for at all, and by itself.
    await ended(asyncio.create_task(raises()))
    await ended(asyncio.create_task(by_itself()))
    # Two others ran meanwhile: it may have been either.
    task = asyncio.create_task(rounds(9))
    await asyncio.sleep(0)
    await ended(asyncio.create_task(asyncio.sleep(0)), asyncio.create_task(rounds(3, task)), task)


asyncio.run(main())
