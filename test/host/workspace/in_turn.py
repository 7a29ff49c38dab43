"""Blocks its loop until there is a file `released`; then hangs until there is a file `woken`."""
import asyncio
import os
import threading
import time


def wait_for(name):
    while not os.path.exists(os.path.join(os.path.dirname(__file__), name)):
        time.sleep(0.2)


async def main():
    event = asyncio.Event()
    other = asyncio.create_task(event.wait(), name="other")
    await asyncio.sleep(0)
    wait_for("released")
    loop = asyncio.get_running_loop()

    def wake():
        wait_for("woken")
        loop.call_soon_threadsafe(event.set)

    threading.Thread(target=wake).start()
    await other


asyncio.run(main())
