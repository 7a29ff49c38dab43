"""Runs a program plain or traced and says what it took. Nothing of this process shows in the figures."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType

sys.path.append(str(Path(__file__).resolve().parents[2] / "runtime"))
import tracefile as tracefile  # the tests' own reader

HERE = Path(__file__).resolve().parent
RUNTIME = HERE.parents[2] / "runtime"
# A process starts with the memory of the one that starts it as its greatest: so this is a small one.
_STARTER = """
import os, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,
    file_actions=[(os.POSIX_SPAWN_OPEN, at, os.devnull, os.O_WRONLY, 0) for at in (1, 2)])
status, used = os.wait4(pid, 0)[1:]
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(status != 0)
"""
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def source(program: Path, n: int) -> str:
    """The program's text with another N."""
    return re.sub(r"^N = .*$", f"N = {n}", program.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)


def compiled(program: Path, n: int) -> CodeType:
    """The same as code of the program's own file: whose it is counts."""
    return compile(source(program, n), str(program), "exec")


def environment() -> dict[str, str]:
    """Compiled modules are kept, as on any other machine."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@dataclass(frozen=True)
class Used:
    cpu_s: float
    memory_mb: float
    """Resident, the most at any time."""


@dataclass(frozen=True)
class Runner:
    """Programs on one interpreter; traces go to ``trace``."""

    python: str
    folder: str
    version: str = field(init=False)

    def __post_init__(self) -> None:
        words = [self.python, "-c", "import platform; print(platform.python_version())"]
        version = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
        object.__setattr__(self, "version", version)

    @property
    def trace(self) -> Path:
        return Path(self.folder, "t.awaitscope")

    def plain(self, program: Path) -> Used:
        return self.run([str(program)])

    def traced(self, program: Path) -> Used:
        return self.run(self.traced_words(program))

    def traced_words(self, program: Path) -> list[str]:
        return [str(RUNTIME / "awaitscope"), "run", "--out", str(self.trace), str(program)]

    def run(self, words: list[str], more: dict[str, str] | None = None) -> Used:
        command = [self.python, "-I", "-S", "-c", _STARTER, self.python, *words]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env={**environment(), **(more or {})}
        )
        if done.returncode:
            raise SystemExit(f"{self.python} {' '.join(words)} failed; run it to see why. {done.stderr}")
        cpu, memory = done.stdout.split()
        return Used(float(cpu), float(memory) * _RSS_UNIT / 1e6)

    def with_n(self, program: Path, n: int) -> Path:
        """A copy of the program with another N."""
        path = Path(tempfile.mkdtemp(dir=self.folder), program.name)
        path.write_text(source(program, n), encoding="utf-8")
        return path


def write_rarely() -> None:
    """Where everything is a hundred times slower, what is done every 20 ms is done as rarely a step as in earnest."""
    from awaitscope import stepping, watch

    watch._PERIOD_S *= 100
    stepping._FLUSH_NS *= 100
