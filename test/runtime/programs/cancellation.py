import asyncio


async def sleeper():
    await asyncio.sleep(10)


async def stubborn():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        await asyncio.sleep(0.01)
        return "survived"


async def main():
    plain = asyncio.create_task(sleeper())
    said = asyncio.create_task(sleeper())
    stays = asyncio.create_task(stubborn())
    await asyncio.sleep(0.01)
    never = asyncio.create_task(sleeper())
    plain.cancel()
    said.cancel("enough")
    stays.cancel()
    never.cancel()
    print(await asyncio.gather(plain, said, stays, never, return_exceptions=True))


asyncio.run(main())
