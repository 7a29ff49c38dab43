"""Runs test/runtime, or a part of it, in random order: run_unittest.py RESULT.json SEED FILES PART PARTS."""

from __future__ import annotations

import json
import random
import signal
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "test" / "runtime"


def cases(suite: unittest.TestSuite) -> list[unittest.TestCase]:
    found: list[unittest.TestCase] = []
    for item in suite:
        found.extend(cases(item) if isinstance(item, unittest.TestSuite) else [item])
    return found


def main(result_path: str, seed: str, files: str, part: str, parts: str) -> int:
    """``part``: from 0; the parts of one seed have all tests between them."""
    sys.dont_write_bytecode = True
    # Whoever starts us in the background may ignore Ctrl+C, and the programs of the tests would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    loader = unittest.TestLoader()
    tests = cases(loader.discover(str(TESTS), pattern=files, top_level_dir=str(TESTS)))
    # Whole classes stay together, so that what they set up once is set up once.
    order: dict[type, list[unittest.TestCase]] = {}
    for test in tests:
        order.setdefault(type(test), []).append(test)
    groups = list(order.values())
    shuffle = random.Random(int(seed)).shuffle
    shuffle(groups)
    groups = groups[int(part) :: int(parts)]
    for group in groups:
        shuffle(group)
    suite = unittest.TestSuite(test for group in groups for test in group)
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    passed = max(0, result.testsRun - failed - skipped)
    Path(result_path).write_text(json.dumps({"passed": passed, "failed": failed, "skipped": skipped}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
