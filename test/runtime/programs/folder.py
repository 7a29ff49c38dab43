# folder: mön döcs 🐍 & more
import asyncio
import os


async def main():
    await asyncio.sleep(0.002)
    print(ascii(os.path.basename(os.path.dirname(os.path.abspath(__file__)))))


asyncio.run(main())
