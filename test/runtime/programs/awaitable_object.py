import asyncio


class Ticket:
    def __await__(self):
        yield from asyncio.sleep(0.005).__await__()
        return "served"


class Bare:
    def __await__(self):
        yield
        return "bare"


async def main():
    print(await Ticket())
    print(await Bare())


asyncio.run(main())
