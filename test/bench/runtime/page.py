"""docs/bench-runtime.md: the figures of one run, and what they mean."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence

_HEAD = """# Recording, measured

`npm run bench -- runtime --pairs 7 --profile --save` writes this page. A ratio is process CPU time traced over plain, with the
trace written, the median of interleaved pairs; "without start-up" takes off what a program that does nothing costs either
way, with the middle half of the pairs beside it: that they are apart is the machine's doing. Memory is the greatest resident
size over plain's.

{machine}

## Programs

{programs}

The other tools are measured on one Python, each once: they are there for the scale.

### Above the target

What is not named here is within its target, without start-up. Why these are not is the last section.

{missed}
"""

_BESIDE = """
## Beside the steps

{beside}

The watch thread wakes every 35 ms to see whether rows are waiting. The file is behind by up to twice that: once for a loop
that runs to be asked, once more until the thread writes for one that is blocked. While every loop sleeps the thread wakes
once a second, until one goes on.
A step that is going on is in the file when it is over; one that blocks the loop for longer is told of meanwhile.
"""

_WHY = """
## Why

Bytecodes that Python executes for one more of what a program does (plain → traced), and machine instructions; neither
depends on the machine or its load. `test/bench/runtime/bytecodes.py` and `instructions.py` (needs valgrind) count them.

{why}

Tracing runs the loop's ready queue in Python of its own. It calls the step's callback itself and makes handles without
a constructor, which is why "asyncio and the program" becomes less. To that it adds, for each step:

- **`call_soon`**: a handle is told which step asked for it, and whether it is a task's step, a wake, or neither. A wake is
  asked for in the middle of a step, so it reads the clock; a task's next step is asked for at a step's end and does not.
- **after the step**: one reading of the clock; a walk along `cr_await` with two identity tests a coroutine, to where the task
  now stands; one row of five integers.
- **other functions**: new tasks (who made them, where, in which group), tasks that end, waits for tasks and groups, places
  that were not seen before, the writing of blocks.

What is left above a target is there because Python executes it: the columns say where. Where a program does little between
two steps, as `sleep(0)`, a queue of one item or coroutines that are made anew each time, that is a large part of it; where a
step does some work of its own, as a request does, it is not. Bytecodes differ in weight, so their ratio is not the time's.

- **The gather and the sleepers**: thousands of tasks are alive at once. Each is written when it is made (by whom, where, its
  name) and when it ends. A step touches the task, its coroutine and our entry for it, and so many do not fit in the
  processor's cache: that is the part which the instructions do not show.
- **The queue**: an item is two steps of next to no work. Plain asyncio does most of such a step in C.
- **The rebuilt chain**: twenty coroutines that were never seen before are walked through at each step.
- **The mix on 3.11**: `wait_for` makes a task of what it waits for there, with a step and a callback of its own. That task, the
  group round it and how both end are recorded; from 3.12 on there is no such task, and what need not wait is no group.
- **aiohttp**: every request is a task, of a few steps: who made it, where, what it waits for and that it ended is "other
  functions". From 3.12 on aiohttp starts it eagerly, past `create_task`: it is then searched for among the collector's
  youngest objects, which is 13 to 20 µs a request, and few bytecodes.
- **CPU-bound code**: nothing of ours runs in that thread meanwhile, and its instructions are the same. What the ratio has
  more is the watch thread, which looks every 35 ms, and the machine.
- **Bytes, gzipped**: most of what is left are two numbers a step, how long it ran and how long it was ready. Two bytes of the
  first and one of the second are as good as random, and nothing shortens those.
- **3.14**: what asyncio does there itself for a step takes a quarter less time than on 3.12, and what tracing does does not.
"""


def machine(load: tuple[float, float], pairs: int, seconds: float) -> str:
    return (
        f"Machine: {os.cpu_count()} cores, {_processor()}, {platform.system()} {platform.machine()}; load average "
        f"{load[0]:.1f} at the start, {load[1]:.1f} at the end; {pairs} pairs; {seconds / 60:.0f} minutes."
    )


def text(machine: str, tables: Mapping[str, Sequence[str]]) -> str:
    found = {name: "\n".join(lines) for name, lines in tables.items()}
    page = _HEAD.format(machine=machine, programs=found["programs"], missed=found["missed"])
    if "beside" in found:
        page += _BESIDE.format(beside=found["beside"])
    if "why" in found:
        page += _WHY.format(why=found["why"])
    return page


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "processor"
