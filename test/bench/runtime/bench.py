"""What tracing costs: process CPU time of programs/*.py traced, over plain; medians of interleaved pairs.

Measures the interpreters named, or this one; they need what scripts/python-proofs.txt lists:
    python test/bench/runtime/bench.py [--pairs N] [--only NAME] [PYTHON…]
"""

from __future__ import annotations

import argparse
import ast
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
EMPTY = HERE / "empty.py"
RUNTIME = HERE.parents[2] / "runtime" / "awaitscope"


def cpu_seconds(command: list[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@dataclass(frozen=True)
class Result:
    plain: float
    """Seconds of CPU of the plain program, start-up included."""
    whole: float
    """Traced / plain, as they are."""
    steady: float
    """The same without what an empty program costs either way."""
    others: dict[str, float]
    """One run each, for the scale: they are slow. VizTracer's includes what it saves, as ours does."""
    trace_bytes: int


def measure(python: str, program: Path, pairs: int, folder: str) -> Result:
    trace = os.path.join(folder, "t.awaitscope")
    viz = os.path.join(folder, "viz.json")
    # Compiled modules are kept, as on any other machine.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    debug = {**environment, "PYTHONASYNCIODEBUG": "1"}

    def traced(what: Path) -> float:
        return cpu_seconds([python, str(RUNTIME), "run", "--out", trace, str(what)], environment)

    def plain(what: Path) -> float:
        return cpu_seconds([python, str(what)], environment)

    others = {
        "cProfile": ([python, "-m", "cProfile", "-o", os.path.join(folder, "p"), str(program)], environment),
        "debug mode": ([python, str(program)], debug),
        "VizTracer": ([python, "-m", "viztracer", "--quiet", "--log_async", "-o", viz, str(program)], environment),
    }
    traced(EMPTY)  # compiles what is not compiled yet
    rounds = [(plain(EMPTY), traced(EMPTY), plain(program), traced(program)) for _ in range(pairs)]
    size = os.path.getsize(trace)
    base = statistics.median(row[2] for row in rounds)
    return Result(
        base,
        statistics.median(row[3] / row[2] for row in rounds),
        statistics.median((row[3] - row[1]) / (row[2] - row[0]) for row in rounds),
        {name: cpu_seconds(command, env) / base for name, (command, env) in others.items()},
        size,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("pythons", nargs="*", default=[sys.executable])
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {arguments.pairs} pairs\n")
    print(
        "| program | Python | plain s | traced / plain | the same without start-up | cProfile | debug mode | VizTracer | trace kB |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for program in sorted((HERE / "programs").glob("*.py")):
            if arguments.only not in program.stem:
                continue
            title = ast.get_docstring(ast.parse(program.read_text(encoding="utf-8")))
            for python in arguments.pythons:
                words = [python, "-c", "import platform; print(platform.python_version())"]
                version = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
                found = measure(python, program, arguments.pairs, folder)
                others = " | ".join(f"{found.others[name]:.1f}" for name in ("cProfile", "debug mode", "VizTracer"))
                print(
                    f"| {title} | {version} | {found.plain:.2f} | {found.whole:.2f} | **{found.steady:.2f}** "
                    f"| {others} | {found.trace_bytes // 1000} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
