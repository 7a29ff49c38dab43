# steps: depend on the system
import asyncio


async def echo(reader, writer):
    line = await reader.readline()
    await asyncio.sleep(0.01)
    writer.write(line.upper())
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"hello\n")
        print(await reader.readline())
        print(await reader.read())
        writer.close()
        await writer.wait_closed()


asyncio.run(main())
