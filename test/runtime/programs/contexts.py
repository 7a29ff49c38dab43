# needs: 3.11
import asyncio
import contextvars

name = contextvars.ContextVar("name", default="nobody")


async def greet():
    await asyncio.sleep(0)
    print("hello", name.get())


async def main():
    context = contextvars.copy_context()
    context.run(name.set, "Ada")
    await asyncio.create_task(greet(), context=context)
    await asyncio.create_task(greet())
    async with asyncio.TaskGroup() as group:
        group.create_task(greet(), context=context)
        group.create_task(greet())


asyncio.run(main())
