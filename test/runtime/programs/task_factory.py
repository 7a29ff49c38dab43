import asyncio


class MyTask(asyncio.Task):
    def set_name(self, name):
        # Some versions of 3.13 set the name None for tasks without one.
        if name is not None:
            super().set_name(name)


def factory(loop, coro, **options):
    return MyTask(coro, loop=loop, **options)


async def work():
    await asyncio.sleep(0.005)
    return type(asyncio.current_task()).__name__


async def main():
    asyncio.get_running_loop().set_task_factory(factory)
    print(await asyncio.create_task(work(), name="named"))
    print(await asyncio.gather(work(), work()))


asyncio.run(main())
