import asyncio


async def work():
    await asyncio.sleep(0.005)


async def main():
    asyncio.current_task().set_name("the main one")
    named = asyncio.create_task(work(), name="named ünïcode ✓")
    renamed = asyncio.create_task(work(), name="before")
    long = asyncio.create_task(work(), name="Task-1234567890123")
    odd = asyncio.create_task(work(), name="Task-007")
    await asyncio.sleep(0)
    renamed.set_name("after")
    await asyncio.gather(named, renamed, long, odd)


asyncio.run(main())
