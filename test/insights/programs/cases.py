"""Runs the case that is named on the command line: one process, one trace."""

import asyncio
import inspect
import sys
import time


def busy(seconds):
    """Computes for so long by the thread's own clock: on a busy machine that takes longer, and is as much work."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def run(cases):
    case = cases[sys.argv[1]]
    if inspect.iscoroutinefunction(case):
        asyncio.run(case())
    else:
        case()
