"""A server and three clients, talking over sockets of this machine.

Look at: one task for each connection, waiting in readline. Nobody
inside the program wakes it: the network does ("I/O"). The loop is idle
nearly all the time, and yet everybody is served at once.
"""

import asyncio


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        await asyncio.sleep(0.2)  # thinking
        writer.write(line.upper())
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def client(name: str, port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for word in ("hello", "how are you", "bye"):
        writer.write(f"{name}: {word}\n".encode())
        await writer.drain()
        print((await reader.readline()).decode().rstrip())
    writer.close()
    await writer.wait_closed()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await asyncio.gather(*(client(name, port) for name in ("Ann", "Ben", "Cleo")))
    server.close()
    await server.wait_closed()


asyncio.run(main())
