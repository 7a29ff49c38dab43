"""Ends with an exception of its own."""
import asyncio


async def main():
    await asyncio.sleep(0.01)
    raise ValueError("on purpose")


asyncio.run(main())
