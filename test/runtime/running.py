"""Runs a program as Python would and as Awaitscope does, so that tests can compare the two."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "runtime" / "awaitscope"
PROGRAMS = Path(__file__).resolve().parent / "programs"
PATIENCE_S = 60
"""A program that has not ended by then hangs; long, because other tests may keep the machine busy."""

# Each test waits for one plain and one traced process at a time.
_pool = ThreadPoolExecutor(4)


@dataclass(frozen=True)
class Run:
    """How to start a program: ``words`` are what stands after ``python`` and its ``options``."""

    words: Sequence[str]
    cwd: Path
    options: Sequence[str] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    stdin: str = ""
    python: str = sys.executable


@dataclass(frozen=True)
class Ended:
    """How a process ended; negative codes are signals."""

    code: int
    out: str
    err: str


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    # Whoever runs the tests may have set PYTHON... for themselves.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", **extra}


def plain_command(run: Run) -> list[str]:
    return [run.python, *run.options, *run.words]


def traced_command(run: Run, trace: Path) -> list[str]:
    return [run.python, *run.options, str(RUNTIME), "run", "--out", str(trace), *run.words]


def plain(run: Run, patience: float = PATIENCE_S) -> Ended:
    return _end(plain_command(run), run, patience)


def traced(run: Run, trace: Path, patience: float = PATIENCE_S) -> Ended:
    return _end(traced_command(run, trace), run, patience)


def both(run: Run, trace: Path, patience: float = PATIENCE_S) -> tuple[Ended, Ended]:
    """(plain, traced), at the same time."""
    first = _pool.submit(plain, run, patience)
    second = _pool.submit(traced, run, trace, patience)
    return first.result(), second.result()


def start(command: Sequence[str], run: Run) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=run.cwd,
        env=environment(run.env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="backslashreplace",
    )


def _end(command: Sequence[str], run: Run, patience: float) -> Ended:
    with start(command, run) as process:
        try:
            out, err = process.communicate(run.stdin, timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"{command} did not end\n{out}\n{err}") from None
        return Ended(process.returncode, out, err)


@contextmanager
def folder(files: Mapping[str, str] | None = None) -> Iterator[Path]:
    """A folder that is gone afterwards, with these files in it."""
    with tempfile.TemporaryDirectory(prefix="awaitscope-test-") as name:
        base = Path(name).resolve()
        for path, text in (files or {}).items():
            target = base / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        yield base


def proofs_python() -> str | None:
    """The interpreter, of our own version, that has the packages of scripts/python-proofs.txt; ``npm test`` makes it."""
    environment = ROOT / ".cache" / f"proofs-{platform.python_version()}"
    path = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    return str(path) if path.exists() else None
