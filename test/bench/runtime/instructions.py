"""How many machine instructions a program costs traced, over plain: a figure that a busy machine does not change.

    python test/bench/runtime/instructions.py [--runtime FOLDER] [NAME…]

Runs itself under `valgrind --tool=callgrind`, which must be installed, with a Python that has its symbols. Each program
runs with a small and with a greater N, so that starting up cancels out.
"""

from __future__ import annotations

import argparse
import functools
import gc
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from runner import HERE, RUNTIME, compiled, environment, write_rarely

SIZES = {
    "sleep0": (500, 1500),
    "gather10k": (50, 200),
    "echo": (100, 300),
    "queue_pingpong": (300, 900),
    "deep_chain": (300, 900),
    "rebuilt_chain": (100, 300),
    "mixed": (10, 30),
    "sleepers": (50, 150),
    "cpu": (1, 2),
    "aiohttp_requests": (2, 6),
}
"""A small and a greater N."""
COUNTED = "functools_reduce"
"""Only what this function of the interpreter calls is counted; each call is counted by itself."""


class NotCounted(Exception):
    """Why there are no figures."""


def run(code: object) -> None:
    exec(code, {"__name__": "__main__"})


def run_traced(code: object) -> None:
    from awaitscope import trace

    write_rarely()
    with tempfile.TemporaryDirectory() as folder, trace(os.path.join(folder, "t.awaitscope")):
        run(code)


def run_all(names: list[str]) -> None:
    """In the process that is counted: plain and traced, with either N."""
    for name in names:
        codes = [compiled(HERE / "programs" / f"{name}.py", n) for n in SIZES[name]]
        for way in (run, run_traced):
            way(codes[0])  # what is done once in a process is done
            for code in codes:
                gc.collect()  # else a collection of everything there is would come with one run, and not with another
                functools.reduce(lambda way, code: way(code), [way, code])


def count(python: str, runtime: Path, names: list[str]) -> dict[str, tuple[float, float]]:
    """Instructions for one more of N: (plain, traced)."""
    env = {**environment(), "PYTHONHASHSEED": "0", "PYTHONPATH": str(runtime)}
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        tool = ["valgrind", "--tool=callgrind", f"--toggle-collect={COUNTED}", f"--dump-after={COUNTED}"]
        command = [*tool, f"--callgrind-out-file={out}", python, __file__, "--counted", *names]
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
        if done.returncode:
            raise NotCounted(done.stderr[-2000:])
        parts = sorted(Path(folder).glob("out.*"), key=lambda path: int(path.suffix[1:]))
        totals = [
            int(found[1])
            for part in parts
            if (found := re.search(r"^(?:totals|summary): (\d+)", part.read_text(), re.M))
        ]
    if len(totals) < 4 * len(names):
        raise NotCounted(f"{python} has no symbols: its calls of {COUNTED} are not seen")
    found_counts = {}
    for at, name in enumerate(names):
        less, more = SIZES[name]
        plain, plain_more, traced, traced_more = totals[4 * at : 4 * at + 4]
        found_counts[name] = ((plain_more - plain) / (more - less), (traced_more - traced) / (more - less))
    return found_counts


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--counted", action="store_true")
    parser.add_argument("--runtime", type=Path, default=RUNTIME)
    arguments = parser.parse_args()
    names = arguments.names or list(SIZES)
    if arguments.counted:
        run_all(names)
        return
    for name, (plain, traced) in count(sys.executable, arguments.runtime, names).items():
        print(f"{name:16} plain {plain:8.0f}  traced {traced:8.0f}  ratio {traced / plain:.3f}", flush=True)


if __name__ == "__main__":
    main()
