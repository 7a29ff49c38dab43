import asyncio


async def hold(lock, event):
    async with lock:
        event.set()
        await asyncio.sleep(0.09)


async def wanting(lock):
    async with lock:
        print("lock")


async def condition_user(condition):
    async with condition:
        await condition.wait()
        print("notified")


async def limited(semaphore):
    async with semaphore:
        await asyncio.sleep(0.005)


async def main():
    lock, event = asyncio.Lock(), asyncio.Event()
    holder = asyncio.create_task(hold(lock, event))
    await event.wait()
    await asyncio.gather(wanting(lock), holder)

    condition = asyncio.Condition()
    user = asyncio.create_task(condition_user(condition))
    await asyncio.sleep(0)
    async with condition:
        condition.notify()
    await user

    semaphore = asyncio.Semaphore(1)
    await asyncio.gather(limited(semaphore), limited(semaphore))
    await semaphore.acquire()
    semaphore.release()


asyncio.run(main())
