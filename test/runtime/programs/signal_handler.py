# system: posix
import asyncio
import os
import signal


async def main():
    loop = asyncio.get_running_loop()
    came = asyncio.Event()
    loop.add_signal_handler(signal.SIGINT, came.set)
    loop.call_soon(os.kill, os.getpid(), signal.SIGINT)
    await came.wait()
    print("interrupted")


asyncio.run(main())
