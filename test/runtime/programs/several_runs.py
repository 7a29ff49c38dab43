import asyncio


async def main(n):
    await asyncio.sleep(0.005)
    print(n)


for n in range(3):
    asyncio.run(main(n))

loop = asyncio.new_event_loop()
loop.run_until_complete(main(3))
loop.run_until_complete(main(4))
loop.close()
