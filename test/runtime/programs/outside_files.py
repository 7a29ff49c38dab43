# steps: depend on the system
# system: posix
"""What the program reads by itself, without streams: sockets, a unix socket, a pipe, a file descriptor."""

import asyncio
import os
import socket
import tempfile


def pair():
    sockets = socket.socketpair()
    for one in sockets:
        one.setblocking(False)
    return sockets


async def receive():
    loop = asyncio.get_running_loop()
    ours, theirs = pair()
    with ours, theirs:
        loop.call_later(0.005, theirs.send, b"sock_recv")
        print(await loop.sock_recv(ours, 100))


async def connect():
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as ours:
        server.setblocking(False)
        ours.setblocking(False)
        accepting = asyncio.ensure_future(loop.sock_accept(server))
        await asyncio.sleep(0)
        await loop.sock_connect(ours, server.getsockname())
        theirs, _ = await accepting
        theirs.close()
        print("sock_connect, sock_accept")


async def watch_descriptor():
    loop = asyncio.get_running_loop()
    readable, writable = os.pipe()
    came = asyncio.Event()

    def read():
        loop.remove_reader(readable)
        came.set()

    loop.add_reader(readable, read)
    loop.call_later(0.005, os.write, writable, b"add_reader")
    await came.wait()
    print(os.read(readable, 100))
    os.close(readable)
    os.close(writable)


async def read_pipe():
    loop = asyncio.get_running_loop()
    readable, writable = os.pipe()
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(readable, "rb"))
    loop.call_later(0.005, os.write, writable, b"connect_read_pipe")
    print(await reader.read(100))
    os.close(writable)
    transport.close()


async def read_unix_socket():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)

        async def greet(_, writer):
            writer.write(b"open_unix_connection")
            writer.close()

        server = await asyncio.start_unix_server(greet, "unix-socket")
        reader, writer = await asyncio.open_unix_connection("unix-socket")
        print(await reader.read())
        writer.close()
        server.close()
        os.chdir("/")


async def main():
    await receive()
    await connect()
    await watch_descriptor()
    await read_pipe()
    await read_unix_socket()


asyncio.run(main())
