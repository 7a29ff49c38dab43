"""CPython's own tests of asyncio: how each of them ends, as one line a test.

``python asyncio_suite.py [MODULE...]`` runs them with this Python, plain and traced, and says where the two differ;
without modules all of them, which takes some minutes. They come with CPython's sources, not with every package of it.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import unittest
from collections import Counter
from pathlib import Path

SLOW_S = 1800


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


def run(names: list[str]) -> None:
    """In this process; prints the outcomes, and after them what the failures were, on the standard error stream."""
    import warnings

    warnings.simplefilter("ignore")
    result = _Outcomes()
    for name in names:
        unittest.defaultTestLoader.loadTestsFromName(f"test.test_asyncio.{name}").run(result)
    for test, outcome in sorted(result.outcomes.items()):
        print(outcome, test)
    for test, text in [*result.errors, *result.failures]:
        sys.stderr.write(f"--- {test}\n{text}\n")


def compare(names: list[str]) -> int:
    from running import Run, folder, plain, traced

    totals: list[Counter[str]] = [Counter(), Counter()]
    different = 0
    for name in names:  # each in processes of its own: some of them leave much behind
        with folder() as base:
            run = Run([__file__, "--run", name], base)
            ends = [plain(run, SLOW_S), traced(run, base / "t.awaitscope", SLOW_S)]
        lines = [set(end.out.splitlines()) for end in ends]
        for counts, found in zip(totals, lines):
            counts.update(line.split(" ")[0] for line in found)
        changed = sorted(lines[0] ^ lines[1], key=lambda line: line.rpartition(" ")[2])
        if changed or ends[0].code != ends[1].code:
            different += 1
            print(name, "exit codes", [end.code for end in ends])
            for line in changed:
                print("  plain " if line in lines[0] else "  traced", line)
            print(ends[1].err[-5_000:])
    for which, counts in zip(("plain ", "traced"), totals):
        print(which, sum(counts.values()), dict(counts))
    return 1 if different else 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    if sys.argv[1:2] == ["--run"]:
        del sys.path[0]
        run(sys.argv[2:])
    else:
        sys.exit(compare(sys.argv[1:] or modules()))
