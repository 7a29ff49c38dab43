"""An HTTP-ish gateway with a cache, background refresh, per-request timeout and graceful shutdown."""

import asyncio
import json
import random
import signal
from contextlib import suppress

from cases import run


class Upstream:
    def __init__(self, seed):
        self.random = random.Random(seed)

    async def get(self, path):
        await asyncio.sleep(0.01 + self.random.random() * 0.02)
        return {"path": path, "stock": self.random.randrange(100)}


class Gateway:
    def __init__(self, upstream):
        self.upstream = upstream
        self.cache = {}
        self.locks = {}
        self.served = 0

    async def lookup(self, path):
        if path in self.cache:
            return self.cache[path]
        lock = self.locks.setdefault(path, asyncio.Lock())
        async with lock:
            if path not in self.cache:
                self.cache[path] = await self.upstream.get(path)
        return self.cache[path]

    async def refresh(self):
        while True:
            await asyncio.sleep(0.1)
            for path in list(self.cache):
                self.cache.pop(path, None)

    async def handle(self, reader, writer):
        try:
            while True:
                try:
                    line = await asyncio.wait_for(reader.readline(), 2)
                except asyncio.TimeoutError:
                    break
                if not line:
                    break
                path = line.decode().strip()
                body = await self.lookup(path)
                writer.write(json.dumps(body).encode() + b"\n")
                await writer.drain()
                self.served += 1
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def client(port, n, seed):
    rng = random.Random(seed)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(n):
        writer.write(f"/item/{rng.randrange(20)}\n".encode())
        await writer.drain()
        assert json.loads(await reader.readline())
        await asyncio.sleep(rng.random() * 0.02)
    writer.close()
    await writer.wait_closed()


async def near_gateway():
    gateway = Gateway(Upstream(1))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    server = await asyncio.start_server(gateway.handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    refresher = asyncio.create_task(gateway.refresh(), name="refresher")
    async with server:
        clients = [asyncio.create_task(client(port, 30, seed)) for seed in range(8)]
        await asyncio.gather(*clients)
        signal.raise_signal(signal.SIGTERM)
        await stop.wait()
    refresher.cancel()
    with suppress(asyncio.CancelledError):
        await refresher
    print("served", gateway.served)


run(globals())
