# steps: depend on the system
import asyncio


class Receiver(asyncio.DatagramProtocol):
    def __init__(self):
        self.received = asyncio.get_running_loop().create_future()

    def datagram_received(self, data, addr):
        self.received.set_result(data)


async def main():
    loop = asyncio.get_running_loop()
    receiving, protocol = await loop.create_datagram_endpoint(Receiver, local_addr=("127.0.0.1", 0))
    address = receiving.get_extra_info("sockname")
    sending, _ = await loop.create_datagram_endpoint(Receiver, remote_addr=address)
    sending.sendto(b"hello")
    print(await protocol.received)
    sending.close()
    receiving.close()


asyncio.run(main())
