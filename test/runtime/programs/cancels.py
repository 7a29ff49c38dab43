import asyncio


async def work():
    await asyncio.sleep(10)


async def chain(depth):
    await (work() if depth == 0 else asyncio.create_task(chain(depth - 1)))


async def both():
    await asyncio.gather(work(), work())


async def itself():
    asyncio.current_task().cancel("by myself")
    await asyncio.sleep(10)


async def stop(task):
    task.cancel("enough")


def stop_soon(task):
    task.cancel()


async def cancelled(task):
    try:
        await task
    except asyncio.CancelledError as error:
        print("cancelled", error.args)


async def main():
    loop = asyncio.get_running_loop()
    # By another task, which says why.
    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    await asyncio.create_task(stop(task))
    await cancelled(task)
    # Through tasks that are awaited: the innermost is woken first.
    task = asyncio.create_task(chain(2))
    for _ in range(4):
        await asyncio.sleep(0)
    task.cancel()
    await cancelled(task)
    # Through a gather, from a callback.
    task = asyncio.create_task(both())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    loop.call_soon(stop_soon, task)
    await cancelled(task)
    # The method itself is a callback.
    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    loop.call_soon(task.cancel)
    await cancelled(task)
    await cancelled(asyncio.create_task(itself()))
    # Before it has started: nobody sees who.
    task = asyncio.create_task(work())
    task.cancel()
    await cancelled(task)
    asyncio.create_task(work())
    await asyncio.sleep(0)  # `run` cancels what is left


asyncio.run(main())
