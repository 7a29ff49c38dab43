import asyncio

from cases import run


async def produce(queue, n):
    for i in range(n):
        await queue.put(i)


async def consume(queue, delay):
    while True:
        await queue.get()
        await asyncio.sleep(delay)
        queue.task_done()


async def pipeline(consumers, delay, n, size):
    queue = asyncio.Queue(size)
    workers = [asyncio.create_task(consume(queue, delay)) for _ in range(consumers)]
    await produce(queue, n)
    await queue.join()
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


async def fires():
    await pipeline(1, 0.02, 25, 2)


async def near_roomy():
    await pipeline(1, 0.005, 40, 100)


async def near_enough_workers():
    await pipeline(8, 0.02, 60, 4)


async def slow_produce(queue):
    for i in range(20):
        await asyncio.sleep(0.02)
        await queue.put(i)


async def near_slow_producer():
    queue = asyncio.Queue(2)
    worker = asyncio.create_task(consume(queue, 0.005))
    await slow_produce(queue)
    await queue.join()
    worker.cancel()


run(globals())
