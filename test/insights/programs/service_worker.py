"""A job worker: queue, retries with backoff, dead letters, periodic metrics, graceful drain."""

import asyncio
import random
from dataclasses import dataclass, field

from cases import run


@dataclass(order=True)
class Job:
    due: float
    id: int = field(compare=False)
    attempts: int = field(default=0, compare=False)


class Store:
    """One connection, used one at a time."""

    def __init__(self):
        self._lock = asyncio.Lock()
        self.rows = {}

    async def save(self, key, value):
        async with self._lock:
            await asyncio.sleep(0.001)
            self.rows[key] = value


async def call_service(job):
    await asyncio.sleep(0.01 + job.id % 5 / 200)
    if job.id % 7 == 0 and job.attempts < 2:
        raise ConnectionError("service unavailable")
    return job.id * 2


async def worker(name, queue, store, dead):
    while True:
        job = await queue.get()
        try:
            async with asyncio.timeout(1):
                result = await call_service(job)
            await store.save(job.id, result)
        except ConnectionError:
            job.attempts += 1
            if job.attempts > 3:
                dead.append(job)
            else:
                asyncio.get_running_loop().call_later(0.01 * 2**job.attempts, queue.put_nowait, job)
        finally:
            queue.task_done()


async def metrics(queue, stats):
    while True:
        stats.append(queue.qsize())
        await asyncio.sleep(0.05)


async def near_worker():
    queue = asyncio.Queue(maxsize=50)
    store, dead, stats = Store(), [], []
    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(worker(f"w{n}", queue, store, dead), name=f"worker-{n}") for n in range(5)]
        monitor = group.create_task(metrics(queue, stats), name="metrics")
        rng = random.Random(3)
        for n in range(120):
            await queue.put(Job(0, n))
            await asyncio.sleep(rng.random() * 0.008)
        while len(store.rows) + len(dead) < 120:
            await asyncio.sleep(0.01)
        await queue.join()
        for task in [*workers, monitor]:
            task.cancel()
    print(len(store.rows), len(dead), max(stats))


run(globals())
