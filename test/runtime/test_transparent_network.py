"""Programs like the examples with sockets and subprocesses in the standard library's documentation of asyncio do what they do without us."""

from __future__ import annotations

import unittest

from comparing import Comparing


class Network(Comparing):
    def test_streams(self) -> None:
        self.same(
            """
            import asyncio
            async def handle_echo(reader, writer):
                data = await reader.readline()
                print("server got", data, writer.get_extra_info("peername")[0])
                writer.write(data.upper())
                await writer.drain()
                writer.close()
                await writer.wait_closed()
            async def main():
                server = await asyncio.start_server(handle_echo, "127.0.0.1", 0)
                port = server.sockets[0].getsockname()[1]
                async with server:
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.write(b"hello\\n")
                    await writer.drain()
                    print("client got", await reader.read())
                    writer.close()
                    await writer.wait_closed()
            asyncio.run(main())
            """
        )

    def test_tcp_protocols(self) -> None:
        self.same(
            """
            import asyncio
            class Server(asyncio.Protocol):
                def connection_made(self, transport):
                    self.transport = transport
                def data_received(self, data):
                    print("server got", data)
                    self.transport.write(data)
                    self.transport.close()
            class Client(asyncio.Protocol):
                def __init__(self, lost):
                    self.lost = lost
                def connection_made(self, transport):
                    transport.write(b"message")
                def data_received(self, data):
                    print("client got", data)
                def connection_lost(self, error):
                    print("closed", error)
                    self.lost.set_result(True)
            async def main():
                loop = asyncio.get_running_loop()
                server = await loop.create_server(Server, "127.0.0.1", 0)
                port = server.sockets[0].getsockname()[1]
                lost = loop.create_future()
                await loop.create_connection(lambda: Client(lost), "127.0.0.1", port)
                await lost
                server.close()
                await server.wait_closed()
            asyncio.run(main())
            """
        )

    def test_udp_protocols(self) -> None:
        self.same(
            """
            import asyncio
            class Server(asyncio.DatagramProtocol):
                def connection_made(self, transport):
                    self.transport = transport
                def datagram_received(self, data, addr):
                    print("server got", data)
                    self.transport.sendto(data, addr)
            class Client(asyncio.DatagramProtocol):
                def __init__(self, done):
                    self.done = done
                def connection_made(self, transport):
                    self.transport = transport
                    transport.sendto(b"datagram")
                def datagram_received(self, data, addr):
                    print("client got", data)
                    self.transport.close()
                def connection_lost(self, error):
                    self.done.set_result(True)
            async def main():
                loop = asyncio.get_running_loop()
                server, _ = await loop.create_datagram_endpoint(Server, local_addr=("127.0.0.1", 0))
                done = loop.create_future()
                await loop.create_datagram_endpoint(
                    lambda: Client(done), remote_addr=server.get_extra_info("sockname"))
                await done
                server.close()
            asyncio.run(main())
            """
        )


class Subprocesses(Comparing):
    def test_streams_of_a_child(self) -> None:
        self.same(
            """
            import asyncio, sys
            async def main():
                code = "import sys; print(sys.stdin.read().upper()); sys.exit(3)"
                child = await asyncio.create_subprocess_exec(
                    sys.executable, "-c", code, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
                print(await child.communicate(b"text"), child.returncode)
                shell = await asyncio.create_subprocess_shell(
                    "echo out && echo err >&2 && exit 5",
                    stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
                out, err = await shell.communicate()
                print(out.strip(), err.strip(), shell.returncode)
                sleeper = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(60)")
                try:
                    await asyncio.wait_for(sleeper.wait(), 0.01)
                except asyncio.TimeoutError:
                    sleeper.kill()
                print(await sleeper.wait() != 0)
            asyncio.run(main())
            """
        )

    def test_a_protocol_for_a_child(self) -> None:
        self.same(
            """
            import asyncio, sys
            class Dates(asyncio.SubprocessProtocol):
                def __init__(self, done):
                    self.done, self.output = done, bytearray()
                    self.closed = self.exited = False
                def pipe_data_received(self, fd, data):
                    self.output.extend(data)
                def pipe_connection_lost(self, fd, error):
                    self.closed = True
                    self.check()
                def process_exited(self):
                    self.exited = True
                    self.check()
                def check(self):
                    if self.closed and self.exited:
                        self.done.set_result(True)
            async def main():
                loop = asyncio.get_running_loop()
                done = loop.create_future()
                transport, protocol = await loop.subprocess_exec(
                    lambda: Dates(done), sys.executable, "-c", "print(2 ** 10)", stdin=None, stderr=None)
                await done
                transport.close()
                print(bytes(protocol.output).strip())
            asyncio.run(main())
            """
        )


if __name__ == "__main__":
    unittest.main()
