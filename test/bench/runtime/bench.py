"""What tracing costs: programs/*.py traced, over plain, and what it costs beside their steps.

Measures the interpreters named, or this one; they need what scripts/python-proofs.txt lists:
    python test/bench/runtime/bench.py [--pairs N] [--only NAME] [--profile] [--save] [PYTHON…]

Of interpreters of one minor version the newest is measured. `--profile` adds why: see why.py. `--save` writes
docs/bench-runtime.md.
"""

from __future__ import annotations

import argparse
import ast
import os
import sys
import tempfile
import time
from pathlib import Path

import beside
import page
import ratios
import why
from runner import HERE, Runner

SCALE = (3, 12)
"""The minor version on which the other tools are measured, too: they take longer than all the rest."""
OLDEST = (3, 11)
"""The targets are about these; 3.10 is measured when it is the only one."""
TARGETS = {
    "sleep0": "1.25", "gather10k": "1.5", "echo": "1.10", "queue_pingpong": "1.20", "deep_chain": "1.5",
    "rebuilt_chain": "2.0", "mixed": "1.20", "sleepers": "1.25", "cpu": "1.01", "aiohttp_requests": "1.10",
}  # fmt: skip


def minor(runner: Runner) -> tuple[int, ...]:
    return tuple(int(part) for part in runner.version.split(".")[:2])


def chosen(runners: list[Runner]) -> list[Runner]:
    """The newest of each minor version."""
    newest: dict[tuple[int, ...], Runner] = {}
    for runner in sorted(runners, key=lambda it: [int(part) for part in it.version.split(".") if part.isdigit()]):
        newest[minor(runner)] = runner
    kept = [runner for version, runner in sorted(newest.items()) if version >= OLDEST]
    return kept or list(newest.values())


def programs(runners: list[Runner], only: str, pairs: int) -> tuple[list[str], list[str]]:
    """Every program on every Python; and the programs that are above their target, by how much."""
    names = [path.stem for path in sorted((HERE / "programs").glob("*.py")) if only in path.stem]
    names.sort(key=list(TARGETS).index)
    scale = next((runner for runner in runners if minor(runner) == SCALE), runners[-1])
    lines = [
        "| program | Python | plain | target | traced / plain | without start-up | bytes a step | gzipped "
        "| memory | cProfile | debug mode | VizTracer |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    missed = ["| program | target | above it by |", "|---|---|---|"]
    print("\n".join(lines))
    for name in names:
        above = []
        program = HERE / "programs" / f"{name}.py"
        title = ast.get_docstring(ast.parse(program.read_text(encoding="utf-8")))
        for runner in runners:
            it = ratios.measure(runner, program, pairs)
            scaled = ratios.others(runner, program, it.plain) if runner is scale else {}
            tools = " | ".join(f"{scaled[tool]:.1f}" if tool in scaled else "" for tool in ratios.OTHERS)
            # Of a program with few steps the file's head is most of it.
            size = f"{it.raw:.1f} | {it.packed:.1f}" if it.steps > 1000 else " | "
            lines.append(
                f"| {title} | {runner.version} | {it.plain:.2f} s | ≤ {TARGETS[name]} | {it.whole:.2f} "
                f"| **{it.steady:.2f}** ({it.middle[0]:.2f} to {it.middle[1]:.2f}) | {size} | {it.memory:+.1f} MB | {tools} |"
            )
            print(lines[-1], flush=True)
            over = round(it.steady, 2) - float(TARGETS[name])
            if over > 0.005:
                above.append(f"{over:.2f} on {runner.version}")
        if above:
            missed.append(f"| {title} | ≤ {TARGETS[name]} | {', '.join(above)} |")
    return lines, missed


def costs_beside(runners: list[Runner]) -> list[str]:
    columns = []
    for runner in runners:
        columns.append(beside.rows(runner))
        for row in columns[-1]:
            print(f"{runner.version}: {row.what}: {row.measured} ({row.target})", flush=True)
    lines = [
        f"| what | target | {' | '.join(runner.version for runner in runners)} |",
        "|---|---|" + "---|" * len(runners),
    ]
    for same in zip(*columns):
        lines.append(f"| {same[0].what} | {same[0].target} | {' | '.join(row.measured for row in same)} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("pythons", nargs="*", default=[sys.executable])
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--only", default="", help="part of a program's name; leaves out what is beside the programs")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--save", action="store_true")
    arguments = parser.parse_args()
    if arguments.save and arguments.only:
        parser.error("a part of the programs is not saved")
    began = time.monotonic()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        runners = chosen([Runner(python, folder) for python in arguments.pythons])
        measured, missed = programs(runners, arguments.only, arguments.pairs)
        tables = {"programs": measured, "missed": missed}
        if not arguments.only:
            tables["beside"] = costs_beside(runners)
        if arguments.profile:
            tables["why"] = why.table(next((it for it in runners if minor(it) == SCALE), runners[-1]))
    machine = page.machine((load, os.getloadavg()[0]), arguments.pairs, time.monotonic() - began)
    print(machine)
    if arguments.save:
        saved = Path(HERE.parents[2], "docs", "bench-runtime.md")
        saved.write_text(page.text(machine, tables), encoding="utf-8")
        print(f"Saved {saved}")


if __name__ == "__main__":
    main()
