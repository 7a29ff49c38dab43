"""Other programs run in parallel, and asyncio waits without blocking.

Look at: three children compute in parallel. Their tasks wait for output
first, then for the end. The loop stays free for the progress dots.
"""

import asyncio
import sys

CHILD = "import time; time.sleep({seconds}); print(sum(range({top})))"


async def compute(top: int, seconds: float) -> None:
    program = CHILD.format(top=top, seconds=seconds)
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    assert child.stdout is not None
    answer = (await child.stdout.readline()).decode().strip()
    code = await child.wait()
    print(f"\nsum up to {top}: {answer} (exit code {code})")


async def dots() -> None:
    while True:
        print(".", end="", flush=True)
        await asyncio.sleep(0.1)


async def main() -> None:
    progress = asyncio.create_task(dots(), name="dots")
    await asyncio.gather(compute(10, 0.4), compute(1000, 0.8), compute(100_000, 1.2))
    progress.cancel()


asyncio.run(main())
