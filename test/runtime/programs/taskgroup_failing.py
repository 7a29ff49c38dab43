# needs: 3.11
import asyncio


async def fail():
    await asyncio.sleep(0.01)
    raise ValueError("no")


async def patient():
    try:
        await asyncio.sleep(10)
    finally:
        print("cleaned up")


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(patient())
            group.create_task(fail())
    except ExceptionGroup as error:
        print(error.exceptions)


asyncio.run(main())
