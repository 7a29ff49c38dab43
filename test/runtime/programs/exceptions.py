import asyncio
import gc


class Odd(Exception):
    def __str__(self):
        print("nobody but the program may ask for this text")
        return "odd"


async def fail(error):
    await asyncio.sleep(0.01)
    raise error


async def main():
    awaited = asyncio.create_task(fail(ValueError("seen")))
    try:
        await awaited
    except ValueError as error:
        print("caught", error)
    silent = asyncio.create_task(fail(OSError(2, "No such file")))
    odd = asyncio.create_task(fail(Odd()))
    await asyncio.wait([silent, odd])
    print(odd.exception())
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: print(context["message"]))
    del silent, awaited
    gc.collect()
    await asyncio.sleep(0.01)


asyncio.run(main())
