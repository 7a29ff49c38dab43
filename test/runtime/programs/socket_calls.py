# steps: depend on the system
# system: posix
"""What a loop does with sockets of the program's own, beside what is in outside_files.py."""

import asyncio
import contextlib
import socket
import tempfile
import threading

MUCH = b"x" * 5_000_000


def read_all(theirs):
    left = len(MUCH)
    while left:
        left -= len(theirs.recv(100_000))


@contextlib.contextmanager
def pair(listener=None):
    """Our end of a connection; at the other stands a thread."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        thread = threading.Thread(target=listener or theirs.sendall, args=(theirs if listener else b"answer",))
        asyncio.get_running_loop().call_later(0.005, thread.start)  # it has to be waited for
        yield ours
        thread.join()


async def main():
    loop = asyncio.get_running_loop()
    with pair(read_all) as ours:
        await loop.sock_sendall(ours, MUCH)
    with pair(read_all) as ours, tempfile.TemporaryFile() as file:
        file.write(MUCH)
        await loop.sock_sendfile(ours, file)
    with pair() as ours:
        received = bytearray(6)
        await loop.sock_recv_into(ours, received)
        print(received)


asyncio.run(main())
