"""A loop that is asleep."""

import asyncio

N = 4
"""Seconds."""

asyncio.run(asyncio.sleep(N))
