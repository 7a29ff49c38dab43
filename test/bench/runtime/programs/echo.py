"""20 k TCP echo round trips"""

import asyncio

N = 20_000


async def echo(reader, writer):
    while line := await reader.readline():
        writer.write(line)
        await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        for _ in range(N):
            writer.write(b"ping\n")
            await reader.readline()
        writer.close()
        await writer.wait_closed()


asyncio.run(main())
