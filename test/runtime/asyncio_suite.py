"""CPython's own tests of asyncio: how each of them ends, as one line a test.

``python asyncio_suite.py [MODULE...]`` runs them with this Python, plain and traced, and says where the two differ;
without modules all of them, which takes some minutes. They come with CPython's sources, not with every package of it:
``TESTS=FOLDER`` names one in which they are, as ``FOLDER/test_asyncio``, of the very same version.

``npm test`` runs the modules in which most of what we replace is tested (test_transparent_asyncio.py). All of them are for
a change of stepping.py, asking.py or of a stand-in, with each Python there is.

Some of these tests fail by themselves where a machine keeps them waiting. So tests that differ are run again, alone, plain
and traced: what is our doing differs each time.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
import unittest
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

SLOW_S = 1800
ATTEMPTS = 4


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


def compare(names: Sequence[str], patience: float = SLOW_S) -> tuple[list[str], Counter[str]]:
    """What ended in two ways each time, as text; and how many tests ended how, plain."""
    from running import Run, both, folder

    found: Counter[str] = Counter()
    said: list[str] = []
    for attempt in range(ATTEMPTS):
        with folder() as base:
            plain, traced = both(Run([__file__, "--run", *names], base), base / "t.awaitscope", patience)
        said = [
            f"exit code {which.code}, {kind}" for kind, which in (("plain", plain), ("traced", traced)) if which.code
        ]
        before, after = (
            {line.rpartition(" ")[2]: line for line in which.out.splitlines()} for which in (plain, traced)
        )
        if attempt == 0:
            found.update(line.split(" ")[0] for line in before.values())
        differ = sorted(test for test in {**before, **after} if before.get(test) != after.get(test))
        said += [f"{before.get(test, 'missing')}, traced: {after.get(test, 'missing')}" for test in differ]
        if not said:
            break
        said.append(traced.err[-5_000:])
        names = [test for test in differ if not test.endswith(")")] or names  # "setUpModule (…)"
    return said, found


def main(names: Sequence[str]) -> int:
    total: Counter[str] = Counter()
    differ = False
    for name in names:  # each in processes of its own: some of them leave much behind
        said, found = compare([f"test.test_asyncio.{name}"])
        total += found
        differ = differ or bool(said)
        print(name, sum(found.values()), "\n  ".join(said), flush=True)
    print(sum(total.values()), "tests:", ", ".join(f"{count} {end}" for end, count in total.most_common()))
    return 1 if differ else 0


if __name__ == "__main__":
    use_tests_folder()
    sys.path.insert(0, str(Path(__file__).parent))
    if sys.argv[1:2] == ["--run"]:
        del sys.path[0]
        run(sys.argv[2:])
    else:
        sys.exit(main(sys.argv[1:] or modules()))
