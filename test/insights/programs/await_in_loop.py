import asyncio

from cases import run

URLS = [f"/{n}" for n in range(6)]


async def fetch(url):
    await asyncio.sleep(0.05)
    return f"page of {url}"


async def fires_append():
    pages = []
    for url in URLS:
        pages.append(await fetch(url))
    assert len(pages) == 6


async def fires_assignment():
    sizes = {}
    for n, url in enumerate(URLS):
        address = "http://localhost" + url
        page = await fetch(address)
        sizes[n] = len(page)
    assert len(sizes) == 6


async def fires_comprehension():
    pages = [await fetch(url) for url in URLS if url != "/3"]
    assert len(pages) == 5


async def fires_with_others_together():
    await asyncio.gather(*(fetch(url) for url in URLS[:4]))
    pages = []
    for url in URLS:
        pages.append(await fetch(url))
    assert len(pages) == 6


async def store(url):
    await asyncio.sleep(0.05)
    return None


async def fires_discarded():
    for url in URLS:
        await store(url)


async def details(url):
    await asyncio.sleep(0.03)
    return await fetch(url)


async def fires_two_awaits():
    pages = []
    for url in URLS:
        head = await fetch(url)
        pages.append(await details(head))
    assert len(pages) == 6


async def near_next_page():
    cursor = "/0"
    for _ in range(6):
        cursor = await fetch(cursor)
    assert cursor


async def near_stops_when_found():
    for url in URLS:
        page = await fetch(url)
        if page.endswith("5"):
            break


async def near_paced():
    for url in URLS:
        page = await fetch(url)
        await asyncio.sleep(0.01)
        assert page


async def near_limited():
    limit = asyncio.Semaphore(1)

    async def limited(url):
        async with limit:
            return await fetch(url)

    pages = []
    for url in URLS:
        pages.append(await limited(url))
    assert len(pages) == 6


async def tick():
    await asyncio.sleep(0.05)
    return 1


async def near_the_same_again():
    total = 0
    for _ in range(6):
        total += await tick()
    assert total == 6


async def crawl(url, seen):
    await asyncio.sleep(0.05)
    seen.add(url)
    return len(seen)


async def near_shares_what_changes():
    seen, counts = set(), []
    for url in URLS:
        counts.append(await crawl(url, seen))
    assert counts == [1, 2, 3, 4, 5, 6]


async def near_says_so():
    for url in URLS:
        page = await fetch(url)
        print(page)


async def near_running_already():
    tasks = [asyncio.create_task(fetch(url)) for url in URLS]
    pages = []
    for task in tasks:
        pages.append(await task)
    assert len(pages) == 6


async def near_one_connection():
    async def answer(reader, writer):
        while line := await reader.readline():
            await asyncio.sleep(0.05)
            writer.write(line)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])

    async def ask(url):
        writer.write(url.encode() + b"\n")
        return await reader.readline()

    lines = []
    for url in URLS:
        lines.append(await ask(url))
    assert len(lines) == 6
    writer.close()
    server.close()


async def poll(url):
    for _ in range(6):
        await asyncio.sleep(0.03)
    return url


async def near_loops_inside():
    """How often the caller came through its loop, a trace cannot tell."""
    pages = []
    for url in URLS[:1]:
        pages.append(await poll(url))
    assert len(pages) == 1


async def near_together():
    pages = await asyncio.gather(*(fetch(url) for url in URLS))
    assert len(pages) == 6


run(globals())
