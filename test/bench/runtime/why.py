"""Why tracing costs what it does: bytecodes by part and, where valgrind is, instructions, of one more of a program's N."""

from __future__ import annotations

import shutil

import bytecodes
import instructions
from runner import RUNTIME, Runner

_UNITS = {
    "sleep0": "a step",
    "gather10k": "a task of 11 steps",
    "echo": "a round trip of 4 steps",
    "queue_pingpong": "an item, 2 steps",
    "deep_chain": "a step",
    "rebuilt_chain": "a chain of 21 coroutines",
    "mixed": "a turn of 10 tasks",
    "sleepers": "a task of 11 steps",
    "aiohttp_requests": "ten requests",
    "cpu": "a call of fib(27)",
}


def table(runner: Runner) -> list[str]:
    """Lines of Markdown."""
    counted = None
    if shutil.which("valgrind") is not None:
        try:
            counted = instructions.count(runner.python, RUNTIME, list(_UNITS))
        except instructions.NotCounted as reason:
            print(f"No instructions: {reason}")
    parts = bytecodes.PARTS
    lines = [
        f"| one more of it, Python {runner.version} | plain | traced | {' | '.join(parts)} | instructions, traced / plain |",
        "|---|---|---|" + "---|" * len(parts) + "---|",
    ]
    for name, unit in _UNITS.items():
        columns = [""] * (2 + len(parts))
        if name in bytecodes.SIZES:
            found = bytecodes.measure(runner.python, name)
            sums = [f"{sum(part[i] for part in found.values()):.0f}" for i in (0, 1)]
            columns = [*sums, *(f"{found[part][0]:.0f} → {found[part][1]:.0f}" for part in parts)]
        ratio = "" if counted is None else f"{counted[name][1] / counted[name][0]:.2f}"
        lines.append(f"| {name}: {unit} | {' | '.join(columns)} | {ratio} |")
        print(lines[-1], flush=True)
    return lines
