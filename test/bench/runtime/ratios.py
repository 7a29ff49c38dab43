"""Process CPU time of a program traced, over plain; and how long its trace is."""

from __future__ import annotations

import gzip
import statistics
import struct
from dataclasses import dataclass
from pathlib import Path

from runner import HERE, Runner, tracefile

EMPTY = HERE / "around" / "empty.py"
_STEPS_HEAD = 16
_ROW = 20
_NO_STEP = 0xFF
"""The top byte of the tag of a row that is not a step's."""


@dataclass(frozen=True)
class Ratio:
    steps: int
    plain: float
    """Seconds of CPU of the plain program, start-up included."""
    whole: float
    """Traced / plain, as they are."""
    steady: float
    """The same without what an empty program costs either way."""
    middle: tuple[float, float]
    """Quartiles of that."""
    raw: float
    """Bytes of the trace a step."""
    packed: float
    """The same compressed by gzip."""
    memory: float
    """Resident megabytes more than plain."""


def measure(runner: Runner, program: Path, pairs: int) -> Ratio:
    """Medians of interleaved pairs."""
    rounds = [
        (runner.plain(EMPTY), runner.traced(EMPTY), runner.plain(program), runner.traced(program)) for _ in range(pairs)
    ]
    data = runner.trace.read_bytes()
    steps = count_steps(data)
    # Starting up takes about the same each time; one pair's start-up is not what the same pair's program began with.
    plain_start, traced_start = (statistics.median(row[i].cpu_s for row in rounds) for i in (0, 1))
    steady = [(row[3].cpu_s - traced_start) / max(row[2].cpu_s - plain_start, 0.001) for row in rounds]
    least, _, most = statistics.quantiles(steady, n=4) if pairs > 1 else steady * 3
    return Ratio(
        steps,
        statistics.median(row[2].cpu_s for row in rounds),
        statistics.median(row[3].cpu_s / row[2].cpu_s for row in rounds),
        statistics.median(steady),
        (least, most),
        len(data) / steps,
        len(gzip.compress(data, 6)) / steps,
        statistics.median(row[3].memory_mb - row[2].memory_mb for row in rounds),
    )


OTHERS = ("cProfile", "debug mode", "VizTracer")


def others(runner: Runner, program: Path, base: float) -> dict[str, float]:
    """One run each, for the scale: they are slow. VizTracer's includes what it saves, as ours does."""
    out = str(Path(runner.folder, "other"))
    viz = ["-m", "viztracer", "--quiet", "--log_async", "-o", out + ".json", str(program)]
    return {
        "cProfile": runner.run(["-m", "cProfile", "-o", out, str(program)]).cpu_s / base,
        "debug mode": runner.run([str(program)], {"PYTHONASYNCIODEBUG": "1"}).cpu_s / base,
        "VizTracer": runner.run(viz).cpu_s / base,
    }


def blocks(data: bytes) -> list[tuple[int, bytes, int]]:
    """(type, payload, where in the file it ends) of every whole block."""
    found = []
    at = 16 + struct.unpack_from("<I", data, 12)[0]
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<II", data, at)
        at += 8 + length
        if at <= len(data):
            found.append((kind, data[at - length : at], at))
    return found


def count_steps(data: bytes) -> int:
    steps = 0
    for kind, payload, _ in blocks(data):
        if kind == tracefile.PACKED_STEPS:
            rows = tracefile.unpacked(payload[_STEPS_HEAD:])
            steps += len(rows) // _ROW - rows[3::_ROW].count(_NO_STEP)
    return steps
