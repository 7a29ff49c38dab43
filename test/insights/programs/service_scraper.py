"""Rate-limited scraper: token bucket, semaphore, retries, results through an async generator."""

import asyncio
import random
import time

from cases import run

PAGES = 80


class RateLimiter:
    def __init__(self, per_second):
        self.interval = 1 / per_second
        self.next = 0.0
        self.lock = asyncio.Lock()

    async def __aenter__(self):
        async with self.lock:
            now = time.monotonic()
            wait = self.next - now
            self.next = max(now, self.next) + self.interval
            if wait > 0:
                await asyncio.sleep(wait)

    async def __aexit__(self, *_):
        pass


class Site:
    def __init__(self):
        self.random = random.Random(5)

    async def get(self, url):
        await asyncio.sleep(0.02 + self.random.random() * 0.03)
        if self.random.random() < 0.1:
            raise ConnectionResetError(url)
        return f"<html>{url}</html>"


async def fetch(site, limiter, gate, url):
    for attempt in range(4):
        async with gate, limiter:
            try:
                return url, await site.get(url)
            except ConnectionResetError:
                pass
        await asyncio.sleep(0.01 * 2**attempt)
    return url, None


async def scrape(urls):
    site, limiter, gate = Site(), RateLimiter(150), asyncio.Semaphore(8)
    tasks = [asyncio.create_task(fetch(site, limiter, gate, url)) for url in urls]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()


async def near_scraper():
    pages = {}
    async for url, page in scrape([f"https://example.org/{n}" for n in range(PAGES)]):
        pages[url] = page
    print(len(pages), sum(page is None for page in pages.values()))


run(globals())
