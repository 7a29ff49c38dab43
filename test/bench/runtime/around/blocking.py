"""Many short steps, then code that blocks the loop: computing, then in the system."""

import asyncio
import time

N = 4
PHASE_S = 0.5


async def busy():
    until = time.monotonic() + PHASE_S
    while time.monotonic() < until:
        await asyncio.sleep(0)


async def main():
    for _ in range(N):
        await busy()
        until = time.monotonic() + PHASE_S
        while time.monotonic() < until:
            pass
        await busy()
        time.sleep(PHASE_S)


asyncio.run(main())
