import asyncio
import contextlib
import json

from cases import run


async def load(name, delay=0.15):
    await asyncio.sleep(delay)
    return {"name": name}


async def profile(user_id):
    return await load(f"user {user_id}")


async def orders(user_id):
    return [await load("order", 0.2)]


async def fires():
    user_id = 7
    who = await profile(user_id)
    what = await orders(user_id)
    assert who and what


async def page(number: int):
    """Two of three: the last one needs the first."""
    head = await load("head")
    title = "page"
    foot = await load("foot")
    body = await load(head["name"])
    return title, head, body, foot


async def fires_in_a_helper():
    for number in range(2):
        assert len(await page(number)) == 4


class Service:
    """Its methods wait for different servers, and change nothing of it."""

    async def users(self):
        return await load("users")

    async def prices(self):
        return await load("prices")

    async def report(self):
        users = await self.users()
        prices = await self.prices()
        return users, prices


async def fires_methods():
    await Service().report()


async def near_uses_the_result():
    who = await load("me")
    what = await orders(who["name"])
    assert what


async def near_checks_the_result():
    who = await load("me")
    if not who:
        return
    what = await load("you")
    assert what


async def near_derived():
    who = await load("me")
    key = json.dumps(who)
    what = await load(key)
    assert what


class Connection:
    """One question at a time, as databases have it."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    async def execute(self, text):
        self.writer.write(text.encode() + b"\n")
        return await self.reader.readline()


async def answer(reader, writer):
    while line := await reader.readline():
        await asyncio.sleep(0.15)
        writer.write(line)
    writer.close()


async def first_row(connection):
    return await connection.execute("select 1")


@contextlib.asynccontextmanager
async def connected():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
    yield Connection(reader, writer)
    writer.close()
    server.close()


async def near_same_connection():
    async with connected() as link:
        await two_rows(link)


async def two_rows(link):
    one = await link.execute("select 1")
    two = await link.execute("select 2")
    return one, two


async def near_same_connection_given():
    async with connected() as link:
        one = await first_row(link)
        two = await first_row(link)
        assert one == two


LINK = []


async def count():
    return await LINK[0].execute("select count")


async def names():
    return await LINK[0].execute("select name")


async def near_same_connection_behind():
    async with connected() as link:
        LINK.append(link)
        await both()


async def both():
    n = await count()
    all_names = await names()
    return n, all_names


async def near_locked():
    lock = asyncio.Lock()

    async def locked(text):
        async with lock:
            return await load(text)

    one = await locked("one")
    two = await locked("two")
    assert one != two


async def near_counts():
    total = 0

    async def add(n):
        nonlocal total
        await asyncio.sleep(0.15)
        total += n
        return total

    one = await add(1)
    two = await add(2)
    assert one < two


async def near_paces():
    await asyncio.sleep(0.15)
    who = await load("me")
    await asyncio.sleep(0.15)
    assert who


async def settle():
    await asyncio.sleep(0.15)


async def near_paces_in_a_function():
    await settle()
    await settle()


async def near_says_what_it_does():
    who = await load("me")
    print("who:", who)
    what = await load("you")
    assert what


async def near_handles_errors():
    try:
        who = await load("me")
        what = await load("you")
    except OSError:
        who = what = None
    assert who and what


async def connect(name):
    await asyncio.sleep(0.15)


async def near_for_their_effects():
    """Which has to be first, only people know."""
    await connect("database")
    await profile(1)


async def near_together():
    who, what = await asyncio.gather(load("me"), load("you"))
    assert who and what


async def near_tasks():
    one = asyncio.create_task(load("one"))
    two = asyncio.create_task(load("two"))
    a = await one
    b = await two
    assert a and b


async def near_short():
    one = await load("one", 0.01)
    two = await load("two", 0.3)
    assert one and two


run(globals())
