"""3 k aiohttp requests, server and client"""

import asyncio

from aiohttp import ClientSession, web

N = 300


async def hello(request: web.Request) -> web.Response:
    return web.Response(text="hello")


async def main() -> None:
    app = web.Application()
    app.router.add_get("/", hello)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    async with ClientSession() as session:

        async def client() -> None:
            for _ in range(N):
                async with session.get(f"http://{host}:{port}/") as response:
                    await response.text()

        await asyncio.gather(*[client() for _ in range(10)])
    await runner.cleanup()


asyncio.run(main())
