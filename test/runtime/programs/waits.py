import asyncio


async def work(seconds):
    await asyncio.sleep(seconds)


async def fail():
    await asyncio.sleep(0)
    raise ValueError("no")


async def main():
    quick, slow = asyncio.create_task(work(0.01)), asyncio.create_task(work(10))
    await asyncio.wait([quick, slow], return_when=asyncio.FIRST_COMPLETED)
    done, pending = await asyncio.wait({quick, slow}, timeout=0.01)
    print(len(done), len(pending))
    failing = asyncio.create_task(fail())
    await asyncio.wait([slow, failing], timeout=5, return_when=asyncio.FIRST_EXCEPTION)
    print(failing.exception())
    # A wait that is cancelled leaves its members alone.
    waiting = asyncio.create_task(asyncio.wait([slow]))
    await asyncio.sleep(0)
    waiting.cancel()
    print(await asyncio.gather(waiting, return_exceptions=True))
    slow.cancel()


asyncio.run(main())
