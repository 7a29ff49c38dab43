"""A crawler that downloads at most three pages at a time.

The web site is simulated: nothing leaves this machine. Look at: many
tasks are alive at once, but only three are past the semaphore at any
moment; the others wait in `async with`. The totals beside the lines
tell the time spent in line from the time spent downloading.
"""

import asyncio
import random

AT_ONCE = 3
SITE = {
    "/": ["/news", "/shop", "/about"],
    "/news": [f"/news/{number}" for number in range(1, 7)],
    "/shop": [f"/shop/{number}" for number in range(1, 9)],
}


async def download(page: str) -> list[str]:
    await asyncio.sleep(random.uniform(0.1, 0.4))
    return SITE.get(page, [])


async def visit(page: str, slots: asyncio.Semaphore) -> int:
    async with slots:
        links = await download(page)
    print(f"{page}: {len(links)} links")
    found = await asyncio.gather(*(visit(link, slots) for link in links))
    return 1 + sum(found)


async def main() -> None:
    random.seed(7)  # the same run every time
    pages = await visit("/", asyncio.Semaphore(AT_ONCE))
    print(f"{pages} pages visited, {AT_ONCE} at a time")


asyncio.run(main())
