"""Runs the case that is named on the command line: one process, one trace."""

import asyncio
import inspect
import sys


def run(cases):
    case = cases[sys.argv[1]]
    if inspect.iscoroutinefunction(case):
        asyncio.run(case())
    else:
        case()
