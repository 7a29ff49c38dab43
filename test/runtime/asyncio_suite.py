"""CPython's own tests of asyncio: how each of them ends, as one line a test.

``python asyncio_suite.py [MODULE...]`` runs them with this Python, plain and traced, and says where the two differ;
without modules all of them, which takes some minutes. With ``--save`` before them, or instead, the sums are written into
docs/test-asyncio.md, in the row of this Python. They come with CPython's sources, not with every package of it:
``TESTS=FOLDER`` names one in which they are, as ``FOLDER/test_asyncio``, of the very same version; two of them start processes
that do not know of it, and fail.

``npm test`` runs a part of them on each Python, and all on some (test_transparent_asyncio.py). All on each are for a
change of stepping.py, asking.py or of a stand-in.

Some of these tests fail by themselves where a machine keeps them waiting. So tests that differ are run again, alone, plain
and traced: what is our doing differs each time.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import platform
import sys
import time
import unittest
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SLOW_S = 1800
ATTEMPTS = 4
TABLE = Path(__file__).resolve().parents[2] / "docs" / "test-asyncio.md"
HEAD = """# CPython's own tests of asyncio

Each Python's own `test_asyncio`, all of it, plain and under the runtime. Each row is written by
`python test/runtime/asyncio_suite.py --save`, run with that Python. What fails or is skipped plain depends on the machine;
what matters is that nothing differs.
"""
COLUMNS = ["Python", "day", "modules", "tests", "plain: ok", "failed", "skipped", "traced: ok", "failed", "skipped"]


@dataclass
class Compared:
    """How tests ended, by name, plain and traced; and what ended in two ways each time, as text and by name."""

    plain: dict[str, str] = field(default_factory=dict)
    traced: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    differ: list[str] = field(default_factory=list)

    def add(self, other: Compared) -> None:
        self.plain.update(other.plain)
        self.traced.update(other.traced)
        self.said += other.said
        self.differ += other.differ


class _Outcomes(unittest.TestResult):
    """One outcome a test; the subtests of a test count as one."""

    def __init__(self) -> None:
        super().__init__()
        self.outcomes: dict[str, str] = {}

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.outcomes[test.id()] = "ok"

    def _note(self, test: unittest.TestCase, outcome: str) -> None:
        self.outcomes[test.id()] = outcome

    def addError(self, test, err):  # type: ignore[no-untyped-def]
        super().addError(test, err)
        self._note(test, f"error {err[0].__name__}")

    def addFailure(self, test, err):  # type: ignore[no-untyped-def]
        super().addFailure(test, err)
        self._note(test, "failed")

    def addSubTest(self, test, subtest, err):  # type: ignore[no-untyped-def]
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._note(test, "failed")

    def addSkip(self, test, reason):  # type: ignore[no-untyped-def]
        super().addSkip(test, reason)
        self._note(test, "skipped")

    def addExpectedFailure(self, test, err):  # type: ignore[no-untyped-def]
        super().addExpectedFailure(test, err)
        self._note(test, "failed as expected")


def modules() -> list[str]:
    package = importlib.import_module("test.test_asyncio")
    return sorted(found.name for found in pkgutil.iter_modules(package.__path__) if found.name.startswith("test_"))


def use_tests_folder() -> None:
    if "TESTS" in os.environ:
        importlib.import_module("test").__path__.append(os.environ["TESTS"])


def run(names: Sequence[str]) -> None:
    """Modules or tests, in this process; prints the outcomes, and after them the failures on the standard error stream."""
    import signal
    import warnings

    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background of a shell; some interrupt themselves
        signal.signal(signal.SIGINT, signal.default_int_handler)
    warnings.simplefilter("ignore")
    result = _Outcomes()
    for name in names:
        try:
            unittest.defaultTestLoader.loadTestsFromName(name).run(result)
        except unittest.SkipTest:  # a module for another system
            result.outcomes[name] = "skipped"
    for test, outcome in sorted(result.outcomes.items()):
        print(outcome, test)
    for test, text in [*result.errors, *result.failures]:
        sys.stderr.write(f"--- {test}\n{text}\n")


def compare(names: Sequence[str], patience: float = SLOW_S) -> Compared:
    from running import Run, both, folder

    found = Compared()
    for _ in range(ATTEMPTS):
        with folder() as base:
            ends = both(Run([__file__, "--run", *names], base), base / "t.awaitscope", patience)
        said = [f"exit code {end.code}, {kind}" for kind, end in zip(("plain", "traced"), ends) if end.code]
        before, after = (
            {test: outcome for outcome, _, test in (line.rpartition(" ") for line in end.out.splitlines())}
            for end in ends
        )
        found.plain.update(before)
        found.traced.update(after)
        found.differ = sorted(test for test in {**before, **after} if before.get(test) != after.get(test))
        said += [f"{test} {before.get(test, 'missing')}, traced: {after.get(test, 'missing')}" for test in found.differ]
        found.said = said
        if not said:
            break
        said.append(ends[1].err[-5_000:])
        names = [test for test in found.differ if not test.endswith(")")] or names  # "setUpModule (…)"
    return found


def sums(outcomes: Mapping[str, str]) -> list[int]:
    """How many tests are ok, failed and skipped. To fail where that is expected is ok."""
    kinds = Counter(
        "ok" if outcome in ("ok", "failed as expected") else "skipped" if outcome == "skipped" else "failed"
        for outcome in outcomes.values()
    )
    return [kinds["ok"], kinds["failed"], kinds["skipped"]]


def save(count: int, found: Compared) -> None:
    """Into the table, in the place of what it said of this Python; by version."""
    rows = {}
    if TABLE.exists():
        lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
        rows = {row[0]: row for row in cells}
    version = platform.python_version()
    numbers = [count, len(found.plain), *sums(found.plain), *sums(found.traced)]
    differences = ", ".join(f"`{name}`" for name in found.differ) or "none"
    rows[version] = [version, time.strftime("%Y-%m-%d", time.gmtime()), *map(str, numbers), differences]
    in_order = sorted(rows.values(), key=lambda row: [int(part) for part in row[0].split(".") if part.isdigit()])
    head = [*COLUMNS, "differences"]
    widths = [max(len(row[i]) for row in [head, *in_order]) for i in range(len(head))]
    table = [head, ["-" * width for width in widths], *in_order]
    text = "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in table)
    TABLE.write_text(f"{HEAD}\n{text}\n", encoding="utf-8")


def main(names: Sequence[str], to_save: bool) -> int:
    total = Compared()
    for name in names:  # each in processes of its own: some of them leave much behind
        start = time.perf_counter()
        found = compare([f"test.test_asyncio.{name}"])
        total.add(found)
        print(f"{name} {len(found.plain)}, {time.perf_counter() - start:.1f} s", *found.said, sep="\n  ", flush=True)
    ok, failed, skipped = sums(total.plain)
    print(f"{len(total.plain)} tests: {ok} ok, {failed} failed, {skipped} skipped; {len(total.differ)} differ traced")
    if to_save:
        save(len(names), total)
    return 1 if total.said else 0


if __name__ == "__main__":
    use_tests_folder()
    sys.path.insert(0, str(Path(__file__).parent))
    if sys.argv[1:2] == ["--run"]:
        del sys.path[0]
        run(sys.argv[2:])
    else:
        words = [word for word in sys.argv[1:] if word != "--save"]
        sys.exit(main(words or modules(), "--save" in sys.argv))
