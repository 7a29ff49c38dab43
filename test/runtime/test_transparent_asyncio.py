"""A part of CPython's own tests of asyncio ends under the runtime as it ends without. ``asyncio_suite.py`` runs all."""

from __future__ import annotations

import importlib.util
import unittest

from asyncio_suite import compare

QUICK = [
    "test_base_events",
    "test_locks",
    "test_queues",
    "test_runners",
    "test_taskgroups",
    "test_timeouts",
    "test_waitfor",
]
"""Those that take a second or two each, and what is in asyncio since 3.11 or 3.12."""


def is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(f"test.test_asyncio.{module}") is not None
    except ModuleNotFoundError:
        return False


PATIENCE_S = 300


class AsyncioOwnTests(unittest.TestCase):
    @unittest.skipUnless(is_installed("test_locks"), "this Python comes without its tests")
    def test_end_as_they_end_without_us(self) -> None:
        said, found = compare([f"test.test_asyncio.{name}" for name in QUICK if is_installed(name)], PATIENCE_S)
        self.assertEqual(said, [], "\n".join(said))
        self.assertGreater(found["ok"], 200)


if __name__ == "__main__":
    unittest.main()
