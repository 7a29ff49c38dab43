"""The values a program works with are its own: of arguments, variables, results and what it sends, nothing is in a trace."""

from __future__ import annotations

import re
import unittest

from comparing import Comparing
from running import Run, folder, plain, traced

SECRET = "swordfish"
PROGRAM = """
import asyncio, contextvars, functools, threading

with open("secret.txt") as file:
    SECRET = file.read()
variable = contextvars.ContextVar("variable")


class Holder:
    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return self.value

    def method(self, value):
        return value

    async def work(self, value, *values, **named):
        local = value + "!"
        await asyncio.sleep(0, local)
        return local


class Odd(Exception):
    def __str__(self):
        return self.args[0].value


async def fail(value):
    await asyncio.sleep(0)
    raise Odd(Holder(value))


async def ticks(value):
    yield value
    await asyncio.sleep(0)
    yield value


async def serve(reader, writer):
    writer.write(await reader.readline())
    writer.close()


async def stuck(lock, value):
    async with lock:
        await asyncio.get_running_loop().create_future()


async def main(value):
    loop = asyncio.get_running_loop()
    variable.set(value)
    holder = Holder(value)
    await asyncio.gather(holder.work(value), holder.work(value, value, named=value))
    await asyncio.gather(fail(value), return_exceptions=True)
    print(len([each async for each in ticks(value)]))
    loop.call_soon(holder.method, value)
    loop.call_soon(functools.partial(holder.method, value))
    loop.call_later(0.001, holder.method, value)
    await asyncio.to_thread(holder.method, value)
    await loop.run_in_executor(None, functools.partial(holder.method, value))
    queue = asyncio.Queue()
    queue.put_nowait(value)
    await queue.get()
    future = loop.create_future()
    loop.call_soon(future.set_result, value)
    await asyncio.wait_for(future, 5)
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(value.encode() + b"\\n")
    await reader.readline()
    writer.close()
    server.close()
    task = asyncio.create_task(fail(value))
    await asyncio.wait([task])
    holder.work(value)  # never awaited
    # Long enough to be told of as what everybody waits for, and for a stack to be taken.
    locks = [asyncio.create_task(stuck(asyncio.Lock(), value)) for _ in range(2)]
    await asyncio.sleep(1)
    threading.Event().wait(1)


if __name__ == "__main__":
    asyncio.run(main(SECRET))
"""


class Values(Comparing):
    def test_are_not_in_the_file(self) -> None:
        with folder({"program.py": PROGRAM, "secret.txt": SECRET}) as base:
            run = Run(["program.py"], base, ["-W", "ignore"])
            path = base / "t.awaitscope"
            ended = traced(run, path)
            self.assertEqual((ended.code, ended.out), (0, plain(run).out))
            data = path.read_bytes()
        for kind in (b'"standing"', b'"blocked"', b'"never_awaited"', b'"job"', b'"exception"', b'"unretrieved"'):
            self.assertIn(b'"k":' + kind, data)
        self.assertEqual(re.findall(rb".{0,200}" + SECRET.encode() + rb".{0,50}", data), [])


if __name__ == "__main__":
    unittest.main()
