"""A loop that is asleep; prints the milliseconds of a processor that its process needs a second: at first, and later."""

import asyncio
import threading
import time

BEFORE_S = 1
"""In which the last steps are written. Not counted."""
FIRST_S = 9
LATER_S = 15
AFTER_S = 1


def per_second(length: float) -> float:
    used, began = time.process_time(), time.monotonic()
    time.sleep(length)
    return (time.process_time() - used) * 1e3 / (time.monotonic() - began)


def watch() -> None:
    time.sleep(BEFORE_S)
    print(per_second(FIRST_S), per_second(LATER_S))


async def main() -> None:
    other = threading.Thread(target=watch)
    other.start()
    await asyncio.sleep(BEFORE_S + FIRST_S + LATER_S + AFTER_S)
    other.join()


asyncio.run(main())
