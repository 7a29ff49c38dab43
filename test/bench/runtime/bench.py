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
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUNTIME = HERE.parents[2] / "runtime" / "awaitscope"


def cpu_seconds(command: list[str], **options: object) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(python: str, program: Path, pairs: int, folder: str) -> tuple[float, dict[str, float], int]:
    """(plain seconds, ratio by way of running, bytes of trace). VizTracer's includes what it saves, as ours does."""
    trace = os.path.join(folder, "t.awaitscope")
    viz = os.path.join(folder, "viz.json")
    debug = {**os.environ, "PYTHONASYNCIODEBUG": "1"}
    ways: dict[str, tuple[list[str], dict[str, object]]] = {
        "awaitscope": ([python, str(RUNTIME), "run", "--out", trace, str(program)], {}),
        "cProfile": ([python, "-m", "cProfile", "-o", os.path.join(folder, "p"), str(program)], {}),
        "debug mode": ([python, str(program)], {"env": debug}),
        "VizTracer": ([python, "-m", "viztracer", "--quiet", "--log_async", "-o", viz, str(program)], {}),
    }
    plain: list[float] = []
    ratios: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(pairs):
        base = cpu_seconds([python, str(program)])
        plain.append(base)
        for way, (command, options) in ways.items():
            if way == "awaitscope" or number == 0:  # the others are for the scale only, and slow
                ratios[way].append(cpu_seconds(command, **options) / base)
    return statistics.median(plain), {way: statistics.median(of) for way, of in ratios.items()}, os.path.getsize(trace)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("pythons", nargs="*", default=[sys.executable])
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {arguments.pairs} pairs\n")
    print("| program | Python | plain s | traced / plain | cProfile | debug mode | VizTracer | trace kB |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for program in sorted((HERE / "programs").glob("*.py")):
            if arguments.only not in program.stem:
                continue
            title = ast.get_docstring(ast.parse(program.read_text(encoding="utf-8")))
            for python in arguments.pythons:
                words = [python, "-c", "import platform; print(platform.python_version())"]
                version = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
                plain, ratios, size = measure(python, program, arguments.pairs, folder)
                print(
                    f"| {title} | {version} | {plain:.2f} | **{ratios['awaitscope']:.2f}** "
                    f"| {ratios['cProfile']:.1f} | {ratios['debug mode']:.1f} "
                    f"| {ratios['VizTracer']:.1f} | {size // 1000} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
