"""Two hundred pages, twenty at a time, from a site that lives here: some fail, one is given up, one is parsed slowly."""

import asyncio
import random
import time

PAGES = 200
AT_ONCE = 20


class Missing(Exception):
    """No such page."""


def parse(page: int) -> int:
    time.sleep(0.25 if page == 60 else 0.0005)
    return page * 3


async def download(page: int, pause: float) -> int:
    await asyncio.sleep(pause)
    if page in (33, 121):
        raise Missing(f"no page {page}")
    await asyncio.sleep(pause / 3)
    return page


async def fetch(page: int, slots: asyncio.Semaphore, pause: float) -> int:
    async with slots:
        async with asyncio.timeout(0.7):
            text = await download(page, pause)
    if page % 40 == 0:
        return await asyncio.to_thread(parse, text)
    return parse(text)


async def main() -> None:
    random.seed(7)
    slots = asyncio.Semaphore(AT_ONCE)
    pauses = [1.0 if page == 90 else random.uniform(0.02, 0.2) for page in range(PAGES)]
    pages = [asyncio.create_task(fetch(page, slots, pause), name=f"page {page}") for page, pause in enumerate(pauses)]
    await asyncio.gather(*pages, return_exceptions=True)


asyncio.run(main())
