"""Runs until it is interrupted, and says so."""
import asyncio


async def beat():
    while True:
        await asyncio.sleep(0.01)


try:
    asyncio.run(beat())
except KeyboardInterrupt:
    print("interrupted")
