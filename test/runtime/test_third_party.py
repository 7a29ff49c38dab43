"""Servers and clients on libraries of others: they do what they do without us, and the trace says who waited where."""

from __future__ import annotations

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
    async def fetch(session, url):
        async with session.get(url) as response:
            return await response.text()
    async def main():
        gc.collect()
        gc.disable()  # an eager task is noticed later if the collector runs in the very moment in which it is made
        app = web.Application()
        app.router.add_get("/{name}", hello)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        async with aiohttp.ClientSession() as session:
            urls = [f"http://127.0.0.1:{port}/{name}" for name in "abc"]
            print(await asyncio.gather(*(fetch(session, url) for url in urls)))
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
        fetches = sorted(task.name for task in trace.tasks.values() if task.name.startswith("fetch"))
        self.assertEqual(fetches, ["fetch 0", "fetch 1", "fetch 2"])

    def test_websockets(self) -> None:
        self.ran(self.traced(_WEBSOCKETS), "echo", "recv")

    def test_fastapi_under_uvicorn(self) -> None:
        trace = self.traced(_FASTAPI)
        self.ran(trace, "slow", "get", "serve")
        self.assertIn("server", [task.name for task in trace.tasks.values()])

    def test_trio_as_a_guest(self) -> None:
        trace = self.traced(_TRIO)
        self.ran(trace, "main")


@unittest.skipIf(sys.platform == "win32", "uvloop is not for Windows")
class ThirdPartyOnUvloop(ThirdParty):
    way = "uvloop.run"
    on_asyncios_loop = False  # what is lost elsewhere is said


def _chain(trace: tracefile.Trace, step: tracefile.Step) -> list[int]:
    return [node for node in trace.chain(step.node) if trace.nodes[node].get("code")]


def _dedented(text: str) -> str:
    return "\n".join(line[4:] if line.startswith("    ") else line for line in text.split("\n"))


if __name__ == "__main__":
    unittest.main()
