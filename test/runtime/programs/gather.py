import asyncio


async def greet(name, delay):
    await asyncio.sleep(delay)
    print("Hello,", name)
    return name


async def main():
    print(await asyncio.gather(greet("Alice", 0.03), greet("Bob", 0.01)))


asyncio.run(main())
