"""What is cancelled, by a timeout or by hand, can clean up first.

Look at: how the lanes end. The slow download is cancelled by wait_for
after half a second, the clock by main. The slow download's clean-up
still runs, and even waits, after it was cancelled.
"""

import asyncio


async def download(name: str, seconds: float) -> str:
    try:
        await asyncio.sleep(seconds)
        return name
    except asyncio.CancelledError:
        print(f"{name}: cancelled, cleaning up")
        await asyncio.sleep(0.2)
        raise


async def clock() -> None:
    while True:
        await asyncio.sleep(0.25)
        print("tick")


async def main() -> None:
    ticking = asyncio.create_task(clock(), name="clock")
    print(await asyncio.wait_for(download("small file", 0.3), timeout=0.5))
    try:
        await asyncio.wait_for(download("large file", 60), timeout=0.5)
    except asyncio.TimeoutError:
        print("large file: gave up")
    ticking.cancel()
    try:
        await ticking
    except asyncio.CancelledError:
        print("The clock has stopped.")


asyncio.run(main())
