# Columns count UTF-16 units, as the editor does, and not bytes or characters.
# fmt: off
import asyncio


async def main():
    é = "naïve"; await asyncio.sleep(0.002)
    rocket = "🚀🚀"; await asyncio.sleep(0.002)
    print(é, rocket, await asyncio.sleep(0.002, "🐍"))


asyncio.run(main())
