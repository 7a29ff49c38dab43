"""Programs as good books write them: nothing of them deserves more than a hint."""

import asyncio
import random
import sys
import time
from contextlib import suppress

from cases import run


async def near_echo_server():
    async def echo(reader, writer):
        while data := await reader.readline():
            writer.write(data)
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def client(port, n):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for i in range(n):
            writer.write(b"hello %d\n" % i)
            await writer.drain()
            await reader.readline()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        await asyncio.gather(*[client(port, 20) for _ in range(5)])


async def near_producer_consumer():
    async def produce(queue):
        for i in range(20):
            await asyncio.sleep(0.005)
            await queue.put(i)

    async def consume(queue, done):
        while True:
            done.append(await queue.get())
            await asyncio.sleep(0.008)
            queue.task_done()

    queue, done = asyncio.Queue(), []
    workers = [asyncio.create_task(consume(queue, done)) for _ in range(3)]
    await asyncio.gather(produce(queue), produce(queue))
    await queue.join()
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    assert len(done) == 40


async def near_crawler():
    async def fetch(url, limit):
        async with limit:
            await asyncio.sleep(0.01 + url % 7 / 500)
            return [url * 2 + 1, url * 2 + 2] if url < 30 else []

    limit = asyncio.Semaphore(6)
    seen, front = {0}, [0]
    while front:
        pages = await asyncio.gather(*[fetch(url, limit) for url in front])
        front = [link for page in pages for link in page if link not in seen]
        seen.update(front)


async def near_chat():
    async def listener(name, inbox, heard):
        while (line := await inbox.get()) is not None:
            heard.append((name, line))

    inboxes = {name: asyncio.Queue() for name in ("ada", "grace", "alan")}
    heard = []
    async with asyncio.TaskGroup() as group:
        for name, inbox in inboxes.items():
            group.create_task(listener(name, inbox, heard))
        for i in range(10):
            await asyncio.sleep(0.01)
            for inbox in inboxes.values():
                inbox.put_nowait(f"line {i}")
        for inbox in inboxes.values():
            inbox.put_nowait(None)


async def near_retry():
    attempts = 0

    async def flaky():
        nonlocal attempts
        attempts += 1
        await asyncio.sleep(0.005)
        if attempts < 4:
            raise ConnectionError("try again")
        return attempts

    for wait in (0.01, 0.02, 0.04, 0.08):
        try:
            await flaky()
            break
        except ConnectionError:
            await asyncio.sleep(wait)


async def near_timeouts():
    async def request(delay):
        async with asyncio.timeout(0.5):
            await asyncio.sleep(delay)

    await asyncio.gather(*[request(0.01 * i) for i in range(5)])
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.sleep(5), 0.05)


async def near_first_wins():
    async def mirror(delay):
        await asyncio.sleep(delay)
        return delay

    tasks = [asyncio.create_task(mirror(delay)) for delay in (0.02, 0.2, 0.3)]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    assert len(done) == 1


async def near_threads():
    def read(n):
        time.sleep(0.02)
        return n

    await asyncio.gather(*[asyncio.to_thread(read, n) for n in range(4)])


async def near_subprocess():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print('hello')", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert out.strip() == b"hello"


async def near_heartbeat():
    async def heartbeat():
        while True:
            await asyncio.sleep(0.02)

    beat = asyncio.create_task(heartbeat())
    await asyncio.sleep(0.2)
    beat.cancel()
    with suppress(asyncio.CancelledError):
        await beat


async def near_pub_sub():
    changed, state = asyncio.Condition(), []

    async def subscriber():
        async with changed:
            await changed.wait_for(lambda: len(state) >= 5)

    async def publisher():
        for i in range(5):
            await asyncio.sleep(0.02)
            async with changed:
                state.append(i)
                changed.notify_all()

    await asyncio.gather(subscriber(), subscriber(), publisher())


async def near_async_generator():
    async def pages():
        for n in range(10):
            await asyncio.sleep(0.01)
            yield n

    assert [n async for n in pages()] == list(range(10))


async def near_bounded_pipeline():
    async def stage(source, target, delay):
        while (item := await source.get()) is not None:
            await asyncio.sleep(delay)
            await target.put(item)
        await target.put(None)

    a, b, c = (asyncio.Queue(4) for _ in range(3))

    async def feed():
        for i in range(15):
            await a.put(i)
        await a.put(None)

    async def drain():
        while await c.get() is not None:
            pass

    await asyncio.gather(feed(), stage(a, b, 0.004), stage(b, c, 0.004), drain())


async def near_as_completed():
    async def roll(seed):
        await asyncio.sleep(random.Random(seed).random() / 20)
        return seed

    for next_done in asyncio.as_completed([roll(i) for i in range(10)]):
        await next_done


async def near_bot():
    """Answers messages, one task each, at most so many a second."""
    lock, answered = asyncio.Lock(), []

    async def answer(message):
        await asyncio.sleep(0.05)
        async with lock:
            answered.append(message)

    async with asyncio.TaskGroup() as group:
        for message in range(15):
            group.create_task(answer(message))
            await asyncio.sleep(0.01)


async def near_cached_once():
    """Many ask for the same thing at once; one fetches it."""
    lock, cache = asyncio.Lock(), {}

    async def get(key):
        async with lock:
            if key not in cache:
                await asyncio.sleep(0.02)
                cache[key] = key.upper()
        return cache[key]

    await asyncio.gather(*[get("a") for _ in range(10)])
    await asyncio.sleep(0.2)


run(globals())
