"""Servers and clients on libraries of others: they do what they do without us, and the trace says who waited where."""

from __future__ import annotations

import os
import sys
import unittest

import proofs
import tracefile
from comparing import Comparing

_AIOHTTP = """
    import asyncio, gc, aiohttp
    from aiohttp import web
    async def hello(request):
        await asyncio.sleep(0.001)
        return web.Response(text="hello " + request.match_info["name"])
    async def slow(request):
        response = web.StreamResponse()
        await response.prepare(request)
        await over.wait()
        await response.write(b"slow")
        return response
    async def echo(request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            await asyncio.sleep(0.001)
            await socket.send_str(message.data)
        return socket
    async def fetch(session, url):
        async with session.get(url) as response:
            over.set()
            return await response.text()
    async def main():
        global over
        over = asyncio.Event()
        gc.collect()
        gc.disable()  # an eager task is noticed later if the collector runs in the very moment in which it is made
        app = web.Application()
        app.router.add_routes([web.get("/slow", slow), web.get("/echo", echo), web.get("/{name}", hello)])
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", connector=aiohttp.TCPConnector(limit=2)) as session:
            print(await asyncio.gather(*(fetch(session, f"/{name}") for name in "abc")))
            over.clear()
            print(await fetch(session, "/slow"))
            async with session.ws_connect("/echo") as socket:
                await socket.send_str("echo")
                print(await socket.receive_str())
        await runner.cleanup()
    RUN(main())
"""
_HTTPX = """
    import asyncio, anyio, httpx
    async def answer(reader, writer):
        await reader.readuntil(b"\\r\\n\\r\\n")
        writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\nConnection: close\\r\\n\\r\\nhello")
        await writer.drain()
        writer.close()
    async def fetch(client, url):
        print((await client.get(url)).text)
    async def main():
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        url = "http://127.0.0.1:%d" % server.sockets[0].getsockname()[1]
        async with httpx.AsyncClient(trust_env=False) as client, anyio.create_task_group() as group:
            for number in range(3):
                group.start_soon(fetch, client, url, name=f"fetch {number}")
        with anyio.move_on_after(0.01) as scope:
            await anyio.sleep(10)
        print(scope.cancelled_caught, await anyio.to_thread.run_sync(sum, [1, 2]))
        server.close()
    RUN(main())
"""
_ANYIO = """
    import anyio, asyncio
    async def wait(event):
        await event.wait()
    async def receive(stream):
        async with stream:
            async for item in stream:
                print(item)
    async def send(stream):
        async with stream:
            for number in range(2):
                await stream.send(number)
    async def enter(thing):
        async with thing:
            await anyio.sleep(0.001)
    async def begin(*, task_status):
        await anyio.sleep(0.001)
        task_status.started()
    async def main():
        event, lock, limiter = anyio.Event(), anyio.Lock(), anyio.CapacityLimiter(1)
        sending, receiving = anyio.create_memory_object_stream(0)
        async with anyio.create_task_group() as group:
            await group.start(begin)
            group.start_soon(wait, event)
            group.start_soon(receive, receiving)
            group.start_soon(send, sending)
            for thing in (lock, lock, limiter, limiter):
                group.start_soon(enter, thing)
            await anyio.sleep(0.001)
            event.set()
        print(await anyio.to_thread.run_sync(sum, [1, 2]))
    RUN(main())
"""
_WEBSOCKETS = """
    import asyncio
    from websockets.asyncio.client import connect
    from websockets.asyncio.server import serve
    async def echo(connection):
        async for message in connection:
            await connection.send(message.upper())
    async def main():
        async with serve(echo, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with connect(f"ws://127.0.0.1:{port}", proxy=None) as client:
                for word in "one", "two":
                    await client.send(word)
                    print(await client.recv())
    RUN(main())
"""
_FASTAPI = """
    import asyncio, socket, fastapi, uvicorn
    app = fastapi.FastAPI()
    @app.get("/slow/{name}")
    async def slow(name: str):
        await asyncio.sleep(0.001)
        return {"hello": name}
    @app.get("/sync")
    def sync():
        return 1
    async def get(port, path):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n".encode())
        answer = await reader.read()
        writer.close()
        return answer.rpartition(b"\\r\\n")[2]
    async def main():
        with socket.create_server(("127.0.0.1", 0)) as sock:
            server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
            serving = asyncio.create_task(server.serve(sockets=[sock]), name="server")
            while not server.started:
                await asyncio.sleep(0.001)
            port = sock.getsockname()[1]
            print(await asyncio.gather(get(port, "/slow/a"), get(port, "/slow/b"), get(port, "/sync")))
            server.should_exit = True
            await serving
    RUN(main())
"""
_TRIO = """
    import asyncio, trio
    async def first(over):
        await trio.sleep(0.001)
        print("first")
        over.set()
    async def second(over):
        await over.wait()
        print("second")
    async def guest():
        over = trio.Event()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(first, over)
            nursery.start_soon(second, over)
        return "done"
    async def main():
        loop, over = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()
        trio.lowlevel.start_guest_run(
            guest, run_sync_soon_threadsafe=loop.call_soon_threadsafe, done_callback=over.set_result
        )
        print((await over).unwrap())
    RUN(main())
"""


class ThirdParty(Comparing):
    way = "asyncio.run"
    on_asyncios_loop = True

    def setUp(self) -> None:
        self.python = proofs.python()

    def traced(self, program: str) -> tracefile.Trace:
        source = ("import uvloop\n" if "uvloop" in self.way else "") + program.replace("RUN(", self.way + "(")
        trace = self.same(_dedented(source))
        self.assertTrue(trace.complete)
        self.assertIsNone(trace.failure)
        self.assertEqual((trace.lost, trace.undefined), (0, []))
        return trace

    def waited(self, trace: tracefile.Trace, *waits: str) -> None:
        """Functions of the program waited there: the innermost function of a package, below the program's."""
        seen = set()
        for task in trace.tasks.values():
            for step in task.steps:
                user = trace.user_node(step.node)
                chain = _chain(trace, step)
                below = chain[chain.index(user) + 1 :] if user else []
                for node in [node for node in below if _package(trace, node)][-1:]:
                    seen.add(f"{_short(trace.function(user))}: {_package(trace, node)} {trace.function(node)}")
        self.assertEqual([wait for wait in waits if wait not in seen], [], sorted(seen))

    def ran(self, trace: tracefile.Trace, *names: str) -> None:
        """Each of these coroutines was a task, or stood where some task waited."""
        seen = {
            trace.function(node) for task in trace.tasks.values() for step in task.steps for node in _chain(trace, step)
        }
        seen |= {trace.codes[task.code]["name"] for task in trace.tasks.values() if task.code}
        short = {name.rpartition(".")[2] for name in seen}
        self.assertEqual([name for name in names if name not in short], [])

    def test_aiohttp(self) -> None:
        trace = self.traced(_AIOHTTP)
        self.ran(trace, "fetch", "_request")
        self.waited(
            trace,
            "fetch: aiohttp BaseConnector._wait_for_available_connection",
            "fetch: aiohttp DataQueue.read",
            "fetch: aiohttp StreamReader._wait",
            "main: aiohttp read",  # of a websocket, which is Cython's
        )
        if self.on_asyncios_loop or sys.version_info < (3, 12):  # from then on, aiohttp starts a server's tasks eagerly
            self.ran(trace, "hello")
            sleeps = [
                step
                for task in trace.tasks.values()
                for step in task.steps
                if [trace.function(node) for node in _chain(trace, step)][-2:] == ["hello", "sleep"]
            ]
            self.assertEqual(len(sleeps), 3)
        outcomes = [task.outcome for task in trace.tasks.values() if trace.codes[task.code]["name"].endswith("fetch")]
        self.assertEqual(outcomes, ["returned"] * 3)

    def test_httpx_and_anyio(self) -> None:
        trace = self.traced(_HTTPX)
        self.ran(trace, "answer", "fetch")
        self.waited(trace, "fetch: anyio SocketStream.receive", "main: anyio TaskGroup.__aexit__")
        fetches = sorted(task.name for task in trace.tasks.values() if task.name.startswith("fetch"))
        self.assertEqual(fetches, ["fetch 0", "fetch 1", "fetch 2"])

    def test_primitives_of_anyio(self) -> None:
        self.waited(
            self.traced(_ANYIO),
            "begin: anyio AsyncIOBackend.sleep",
            "enter: anyio CapacityLimiter.acquire_on_behalf_of",
            "enter: anyio Lock.acquire",
            "main: anyio AsyncIOBackend.run_sync_in_worker_thread",
            "main: anyio TaskGroup.__aexit__",
            "receive: anyio Event.wait",  # which its streams are made of
            "send: anyio Event.wait",
            "wait: anyio Event.wait",
        )

    def test_websockets(self) -> None:
        trace = self.traced(_WEBSOCKETS)
        self.ran(trace, "echo", "recv")
        self.waited(trace, "echo: websockets SimpleQueue.get", "main: websockets SimpleQueue.get")

    def test_fastapi_under_uvicorn(self) -> None:
        trace = self.traced(_FASTAPI)
        self.ran(trace, "slow", "get", "serve")
        self.assertIn("server", [task.name for task in trace.tasks.values()])

    def test_trio_as_a_guest(self) -> None:
        trace = self.traced(_TRIO)
        self.ran(trace, "main")
        [loop] = trace.loops.values()
        ticks = [step for step in loop.steps.values() if not step.task and "guest_tick" in trace.function(step.node)]
        self.assertGreater(len(ticks), 3)
        # It is asked for by the task that starts it, then by its own thread, which waits for it.
        [main] = [task for task in trace.tasks.values() if task.name == "Task-1"]
        self.assertEqual({trace.waker(step) for step in ticks}, {main.id, "thread Trio thread 0"})
        self.assertEqual(trace.waker(main.steps[-1]), "thread Trio thread 0")


@unittest.skipIf(sys.platform == "win32", "uvloop is not for Windows")
class ThirdPartyOnUvloop(ThirdParty):
    way = "uvloop.run"
    on_asyncios_loop = False  # what is lost elsewhere is said


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _package(trace: tracefile.Trace, node: int) -> str:
    """Empty: the function is none of an installed package."""
    file = trace.files.get(trace.codes[trace.nodes[node]["code"]]["file"], {"path": ""})
    _, _, inside = file["path"].partition("site-packages" + os.sep)
    return inside.split(os.sep)[0]


def _chain(trace: tracefile.Trace, step: tracefile.Step) -> list[int]:
    return [node for node in trace.chain(step.node) if trace.nodes[node].get("code")]


def _dedented(text: str) -> str:
    return "\n".join(line[4:] if line.startswith("    ") else line for line in text.split("\n"))


if __name__ == "__main__":
    unittest.main()
