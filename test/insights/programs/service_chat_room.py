"""Websocket-like chat on a Protocol: rooms, broadcast with back-pressure, heartbeat pings, idle kick."""

import asyncio
import json
import random
from contextlib import suppress

from cases import run


class Room:
    def __init__(self):
        self.members = {}

    def say(self, who, text):
        for outbox in self.members.values():
            with suppress(asyncio.QueueFull):
                outbox.put_nowait({"from": who, "text": text})


class Connection:
    def __init__(self, room, reader, writer):
        self.room, self.reader, self.writer = room, reader, writer
        self.outbox = asyncio.Queue(100)
        self.alive = asyncio.Event()

    async def run(self):
        hello = json.loads(await self.reader.readline())
        self.name = hello["name"]
        self.room.members[self.name] = self.outbox
        tasks = [
            asyncio.create_task(one(), name=f"{self.name} {one.__name__}")
            for one in (self.receive, self.send, self.ping)
        ]
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for task in done:
            task.exception()
        del self.room.members[self.name]
        self.writer.close()

    async def receive(self):
        while line := await self.reader.readline():
            message = json.loads(line)
            if message.get("pong"):
                self.alive.set()
            else:
                self.room.say(self.name, message["text"])

    async def send(self):
        while True:
            message = await self.outbox.get()
            self.writer.write(json.dumps(message).encode() + b"\n")
            await self.writer.drain()

    async def ping(self):
        while True:
            await asyncio.sleep(0.1)
            self.alive.clear()
            await self.outbox.put({"ping": True})
            try:
                async with asyncio.timeout(0.5):
                    await self.alive.wait()
            except TimeoutError:
                return


class Client(asyncio.Protocol):
    def __init__(self, name, heard, gone):
        self.name, self.heard, self.gone, self.buffer = name, heard, gone, b""

    def connection_made(self, transport):
        self.transport = transport
        self.tell(name=self.name)

    def tell(self, **message):
        self.transport.write(json.dumps(message).encode() + b"\n")

    def data_received(self, data):
        self.buffer += data
        *lines, self.buffer = self.buffer.split(b"\n")
        for line in lines:
            message = json.loads(line)
            if message.get("ping"):
                self.tell(pong=True)
            else:
                self.heard.append(message)

    def connection_lost(self, error):
        if not self.gone.done():
            self.gone.set_result(None)


async def talk(port, name, heard):
    loop = asyncio.get_running_loop()
    gone = loop.create_future()
    transport, protocol = await loop.create_connection(lambda: Client(name, heard, gone), "127.0.0.1", port)
    rng = random.Random(name)
    for n in range(10):
        await asyncio.sleep(rng.random() * 0.06)
        protocol.tell(text=f"{n} from {name}")
    await asyncio.sleep(0.2)
    transport.close()
    await gone


async def near_chat_room():
    room, heard = Room(), []
    server = await asyncio.start_server(lambda r, w: Connection(room, r, w).run(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        async with asyncio.TaskGroup() as group:
            for name in ("ada", "grace", "alan", "edsger", "barbara"):
                group.create_task(talk(port, name, heard), name=name)
    print(len(heard))


run(globals())
