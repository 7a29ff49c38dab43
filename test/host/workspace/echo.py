"""Reads a line from its terminal."""
import asyncio
import sys


async def main():
    line = await asyncio.to_thread(sys.stdin.readline)
    print(line.strip().upper(), sys.stdin.isatty())


asyncio.run(main())
