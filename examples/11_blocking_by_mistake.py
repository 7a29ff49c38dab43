"""One blocking call stops everybody.

Look at: the heartbeat should beat every tenth of a second. While
`resize` sleeps with time.sleep instead of asyncio.sleep, the loop
cannot run anything else: the heartbeat is ready, but does not get its
turn. The second half does the same work in a thread, and the heartbeat
goes on.
"""

import asyncio
import time


async def heartbeat() -> None:
    while True:
        await asyncio.sleep(0.1)
        print("♥", end=" ", flush=True)


def resize() -> None:
    time.sleep(0.7)  # stands for work that takes long and never awaits


async def main() -> None:
    beating = asyncio.create_task(heartbeat(), name="heartbeat")
    await asyncio.sleep(0.35)
    print("\nblocking:")
    resize()
    await asyncio.sleep(0.35)
    print("\nin a thread:")
    await asyncio.to_thread(resize)
    beating.cancel()
    print()


asyncio.run(main())
