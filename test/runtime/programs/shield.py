import asyncio


async def save():
    await asyncio.sleep(0.02)
    return "saved"


async def request(saving):
    await asyncio.shield(saving)


async def main():
    saving = asyncio.create_task(save())
    client = asyncio.create_task(request(saving))
    await asyncio.sleep(0)
    # The one who waits is gone; what it waited for goes on.
    client.cancel()
    print(await asyncio.gather(client, return_exceptions=True))
    print(await asyncio.shield(saving))
    # The other way round.
    saving = asyncio.create_task(save())
    client = asyncio.create_task(request(saving))
    await asyncio.sleep(0)
    saving.cancel()
    print(await asyncio.gather(client, return_exceptions=True))


asyncio.run(main())
