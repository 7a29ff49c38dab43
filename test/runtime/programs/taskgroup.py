# needs: 3.11
import asyncio


async def greet(name, delay):
    await asyncio.sleep(delay)
    print("Hello,", name)


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(greet("Alice", 0.01))
        group.create_task(greet("Bob", 0.03))
    print("all greeted")


asyncio.run(main())
