"""What starting up costs."""

import asyncio


async def main():
    pass


asyncio.run(main())
