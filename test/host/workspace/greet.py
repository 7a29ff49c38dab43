"""Two greetings at once."""
import asyncio


async def greet(name, delay):
    await asyncio.sleep(delay)
    print(f"Hello, {name}!")


async def main():
    await asyncio.gather(greet("Alice", 0.1), greet("Bob", 0.2))
    await greet("everyone", 0.1)


asyncio.run(main())
