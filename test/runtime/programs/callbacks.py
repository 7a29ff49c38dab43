import asyncio
import functools


def tell(what):
    print(what)


class Object:
    def method(self):
        print("method")


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tell, "soon")
    loop.call_soon(functools.partial(tell, "partial"))
    loop.call_soon(Object().method)
    loop.call_soon(print, "built-in")
    await asyncio.sleep(0)  # on uvloop, timers that are due come before them
    loop.call_later(0.005, lambda: tell("later"))
    await asyncio.sleep(0.01)


asyncio.run(main())
