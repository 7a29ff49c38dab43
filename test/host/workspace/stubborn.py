"""Does not heed Ctrl+C."""
import asyncio
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)


async def beat():
    while True:
        await asyncio.sleep(0.01)


asyncio.run(beat())
