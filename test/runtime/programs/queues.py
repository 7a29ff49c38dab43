import asyncio


async def consumer(queue):
    while True:
        item = await queue.get()
        await asyncio.sleep(0.002)
        print("ate", item)
        queue.task_done()


async def main():
    queue = asyncio.Queue(maxsize=1)
    eater = asyncio.create_task(consumer(queue))
    await asyncio.sleep(0)
    for n in range(3):
        await queue.put(n)
    await queue.join()
    eater.cancel()


asyncio.run(main())
