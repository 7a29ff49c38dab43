import asyncio


async def greet(name):
    await asyncio.sleep(0.01)
    print("Hello,", name)


async def main():
    await greet("Alice")
    await greet("Bob")


asyncio.run(main())
