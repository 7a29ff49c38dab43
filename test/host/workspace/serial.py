import asyncio


async def fetch(name):
    await asyncio.sleep(0.2)
    return f"page of {name}"


async def note():
    print("noted")


async def main():
    one = await fetch("one")  # the first
    two = await fetch("two")
    print(one, two)
    pages = []
    for name in ["a", "b", "c"]:
        pages.append(await fetch(name))
    print(pages)
    note()


asyncio.run(main())
