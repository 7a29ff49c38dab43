import asyncio


class MyLoop(asyncio.SelectorEventLoop):
    asked = 0

    def call_soon(self, callback, *args, context=None):
        MyLoop.asked += 1
        return super().call_soon(callback, *args, context=context)

    def create_task(self, coro, **options):
        task = super().create_task(coro, **options)
        task.mine = True
        return task


async def work():
    await asyncio.sleep(0.005)


async def main():
    print(await asyncio.gather(work(), work()))


loop = MyLoop()
try:
    loop.run_until_complete(main())
finally:
    loop.close()
print(loop.asked)
