"""How many bytecodes Python executes for a program, plain and traced, by part: why tracing costs what it does.

    python test/bench/runtime/bytecodes.py [NAME…]

Counts what runs in the main thread, with a small and with a greater N, so that starting up cancels out. A figure that
neither the machine nor what else it does can change.
"""

from __future__ import annotations

import dis
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from types import CodeType, FrameType
from typing import Any

from runner import HERE, RUNTIME, compiled, environment, write_rarely

SIZES = {
    "sleep0": (100, 300),
    "gather10k": (20, 60),
    "echo": (50, 150),
    "queue_pingpong": (100, 300),
    "deep_chain": (100, 300),
    "rebuilt_chain": (50, 150),
    "mixed": (5, 15),
    "sleepers": (20, 60),
    "aiohttp_requests": (2, 6),
}
"""A small and a greater N. What computes without a step is left out: none of its bytecodes are ours."""
WALK = "after the step: walk and row"
LOOP = "`_run_once` but for that"
ASKED = "`call_soon`"
OURS = "other functions of the runtime"
REST = "asyncio and the program"
PARTS = (REST, LOOP, ASKED, WALK, OURS)


class Counting:
    """The parts of the bytecodes that are executed while it is on."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._codes: dict[CodeType, tuple[str, int]] = {}

    def part(self, code: CodeType) -> tuple[str, int]:
        """(part of the code's beginning, instruction from which on it is the walk)."""
        found = self._codes.get(code)
        if found is None:
            found = self._codes[code] = _part_of(code)
        return found

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if event == "call":
            frame.f_trace_opcodes = True
            frame.f_trace_lines = False
        elif event == "opcode":
            part, walk = self.part(frame.f_code)
            self.counts[WALK if frame.f_lasti >= walk else part] += 1
        return self.trace


def _part_of(code: CodeType) -> tuple[str, int]:
    never = sys.maxsize
    if code.co_name == "_run_once":
        # The step's end is where the clock is read last; a stand-in has its original's name and lines, so these do not tell.
        return LOOP, max((at.offset for at in dis.get_instructions(code) if at.argval == "clock"), default=never)
    if code.co_name == "call_soon":
        return ASKED, never
    return OURS if code.co_filename.startswith(str(RUNTIME)) else REST, never


def count(name: str, n: int, traced: bool) -> Counter[str]:
    """In a process of its own."""
    counting = Counting()
    program = compiled(HERE / "programs" / f"{name}.py", n)
    with tempfile.TemporaryDirectory() as folder:
        if traced:
            from awaitscope import trace

            write_rarely()
            with trace(os.path.join(folder, "t.awaitscope")):
                _run(program, counting)
        else:
            _run(program, counting)
    return counting.counts


def _run(program: CodeType, counting: Counting) -> None:
    sys._getframe().f_trace_opcodes = True  # Python 3.12 otherwise finds nobody who wants these
    sys.settrace(counting.trace)
    try:
        exec(program, {"__name__": "__main__"})
    finally:
        sys.settrace(None)


def measure(python: str, name: str) -> dict[str, tuple[float, float]]:
    """Bytecodes for one more of N, by part: (plain, traced)."""
    less, more = SIZES[name]

    def parts(n: int, way: str) -> Counter[str]:
        command = [python, __file__, "--count", name, str(n), way]
        env = {**environment(), "PYTHONPATH": str(RUNTIME), "PYTHONHASHSEED": "0"}
        return Counter(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=env).stdout))

    found = {}
    for part in PARTS:
        found[part] = (0.0, 0.0)
    plain, traced = ((parts(less, way), parts(more, way)) for way in ("plain", "traced"))
    for part in PARTS:
        found[part] = (
            (plain[1][part] - plain[0][part]) / (more - less),
            (traced[1][part] - traced[0][part]) / (more - less),
        )
    return found


def main() -> None:
    if sys.argv[1:2] == ["--count"]:
        name, n, way = sys.argv[2:]
        print(json.dumps(count(name, int(n), way == "traced")))
        return
    for name in sys.argv[1:] or SIZES:
        found = measure(sys.executable, name)
        plain, traced = (sum(part[i] for part in found.values()) for i in (0, 1))
        print(f"{name}: {plain:.0f} plain, {traced:.0f} traced")
        for part, (less, more) in found.items():
            print(f"    {part:32} {less:8.1f} {more:8.1f}")


if __name__ == "__main__":
    main()
