"""What tracing costs beside the steps: starting up, memory, while the loop is idle, and how far behind the file is."""

from __future__ import annotations

import statistics
import struct
import subprocess
import time
from dataclasses import dataclass

from ratios import EMPTY, blocks
from runner import HERE, Runner, environment, tracefile

_STARTS = 15
_LONGER = 10
_LOOK_S = 0.002
_STEPS_HEAD = 16
_STARTS_ROW = "starting up, CPU over plain (least / median of 15)"
_MEMORY = {"sleep0": 20_000, "queue_pingpong": 10_000, "echo": 2_000, "mixed": 1_000}
"""Programs of which nothing lives longer when they run longer; with the N of the short run."""


@dataclass(frozen=True)
class Row:
    what: str
    target: str
    measured: str


def rows(runner: Runner) -> list[Row]:
    return [start_up(runner), *memory(runner), idle(runner), behind(runner)]


def start_up(runner: Runner) -> Row:
    runner.traced(EMPTY)  # compiles what is not compiled yet
    pairs = [(runner.plain(EMPTY).cpu_s, runner.traced(EMPTY).cpu_s) for _ in range(_STARTS)]
    least = min(traced for _, traced in pairs) - min(plain for plain, _ in pairs)
    middle = statistics.median(traced - plain for plain, traced in pairs)
    return Row(_STARTS_ROW, "≤ 30 ms", f"{least * 1e3:.0f} / {middle * 1e3:.0f} ms")


def memory(runner: Runner) -> list[Row]:
    """Megabytes over plain of a run, and of one that is ten times as long."""
    found = []
    for name, n in _MEMORY.items():
        programs = [runner.with_n(HERE / "programs" / f"{name}.py", length) for length in (n, n * _LONGER)]
        short, long = (runner.traced(it).memory_mb - runner.plain(it).memory_mb for it in programs)
        what = f"memory over plain, {name}: {n // 1000} k times / {n * _LONGER // 1000} k times"
        found.append(Row(what, "≤ 20 MB, the same", f"{short:.1f} / {long:.1f} MB"))
    return found


def idle(runner: Runner) -> Row:
    """CPU of a process while its loop sleeps, as the program itself sees it; plain and traced one beside the other."""
    program = HERE / "around" / "idle.py"
    commands = [[runner.python, str(program)], [runner.python, *runner.traced_words(program)]]
    running = [
        subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for command in commands
    ]
    plain, traced = ([float(word) for word in process.communicate()[0].split()] for process in running)
    parts = [f"{before:.2f} / {after:.2f}" for before, after in zip(plain, traced, strict=True)]
    return Row("a loop asleep, CPU a second, plain / traced", "the same", f"{parts[0]}, later {parts[1]} ms")


def behind(runner: Runner) -> Row:
    """Between the end of a step and the moment when it is in the file; also while the loop is blocked."""
    command = [runner.python, *runner.traced_words(HERE / "around" / "blocking.py")]
    runner.trace.unlink(missing_ok=True)
    seen: list[tuple[int, int]] = []  # when, how long the file was then
    with subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            size = runner.trace.stat().st_size if runner.trace.exists() else 0
            if not seen or size > seen[-1][1]:
                seen.append((time.perf_counter_ns(), size))
            time.sleep(_LOOK_S)
    data = runner.trace.read_bytes()
    seen.append((time.perf_counter_ns(), len(data)))
    start = int(tracefile.Trace(data[: _end_of_header(data)]).header["monotonic_start"])
    late = []
    for kind, payload, end in blocks(data):
        first = _first_end(payload) if kind == tracefile.PACKED_STEPS else None
        if first is not None:
            late.append(next(when for when, size in seen if size >= end) - start - first)
    middle, most = statistics.median(late) / 1e6, max(late) / 1e6
    return Row("file behind the program, median / most", "≤ 100 ms", f"{middle:.0f} / {most:.0f} ms")


def _end_of_header(data: bytes) -> int:
    return 16 + int(struct.unpack_from("<I", data, 12)[0])


def _first_end(payload: bytes) -> int | None:
    """When the first step of a block ended, in nanoseconds since the trace's start."""
    clock = int.from_bytes(payload[8:16], "little")
    for tag, low, high, _, _ in struct.iter_unpack("<5I", tracefile.unpacked(payload[_STEPS_HEAD:])):
        if tag == tracefile.CLOCK:
            clock = low + (high << 32)
        elif tag == tracefile.IDLE:
            clock += low
        elif tag < tracefile.FIRST_TAG:
            return clock + low
    return None
