# A loop that is stopped and closed leaves its tasks where they were.
import asyncio


async def forever():
    await asyncio.Event().wait()


async def main(loop):
    loop.left = asyncio.create_task(forever())
    await asyncio.sleep(0.005)
    loop.started_last = asyncio.create_task(forever())


loop = asyncio.new_event_loop()
loop.set_exception_handler(lambda loop, context: print(context["message"]))
loop.run_until_complete(main(loop))
loop.close()
loop.left._log_destroy_pending = loop.started_last._log_destroy_pending = False
print(loop.left.done(), loop.started_last.done())
