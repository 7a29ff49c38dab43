import asyncio


class Countdown:
    def __init__(self, start):
        self.left = start

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.left == 0:
            raise StopAsyncIteration
        self.left -= 1
        await asyncio.sleep(0.002)
        return self.left


class Door:
    async def __aenter__(self):
        await asyncio.sleep(0.002)
        return self

    async def __aexit__(self, *exc):
        await asyncio.sleep(0.002)


async def main():
    async with Door():
        async for n in Countdown(3):
            print(n)


asyncio.run(main())
