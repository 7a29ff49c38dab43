"""CPython's own tests of asyncio end under the runtime as they end without. ``asyncio_suite.py`` runs all, on each Python."""

from __future__ import annotations

import importlib.util
import sys
import unittest

from asyncio_suite import compare, modules, sums

QUICK = [
    "test_base_events",
    "test_locks",
    "test_queues",
    "test_runners",
    "test_taskgroups",
    "test_timeouts",
    "test_waitfor",
]
"""Those that take a second or two each, and what is in asyncio since 3.11 or 3.12: on each Python."""

SHARES = {
    (3, 10): ["test_sendfile", "test_subprocess", "test_unix_events"],
    (3, 11): [
        "test_buffered_proto",
        "test_futures",
        "test_futures2",
        "test_protocols",
        "test_ssl",
        "test_sslproto",
        "test_transports",
    ],
    (3, 12): [
        "test_context",
        "test_events",
        "test_pep492",
        "test_proactor_events",
        "test_selector_events",
        "test_sock_lowlevel",
        "test_threads",
        "test_windows_events",
        "test_windows_utils",
    ],
    (3, 13): ["test_staggered", "test_tasks"],
    (3, 14): [
        "test_eager_task_factory",
        "test_free_threading",
        "test_graph",
        "test_server",
        "test_streams",
        "test_tools",
    ],
}
"""The others take too long to run them all on each: on one Python each, so that where all of these are, all are run."""


def has_tests() -> bool:
    try:
        return importlib.util.find_spec("test.test_asyncio") is not None
    except ModuleNotFoundError:
        return False


@unittest.skipUnless(has_tests(), "this Python comes without its tests")
class AsyncioOwnTests(unittest.TestCase):
    PATIENCE_S = 300

    def check(self, names: list[str]) -> None:
        found = compare([f"test.test_asyncio.{name}" for name in modules() if name in names], self.PATIENCE_S)
        self.assertEqual(found.said, [], "\n".join(found.said))
        self.assertGreater(sums(found.plain)[0], 100)

    def test_those_that_are_quick(self) -> None:
        self.check(QUICK)

    def test_the_share_of_this_python(self) -> None:
        known = [*QUICK, *(name for share in SHARES.values() for name in share)]
        new = [name for name in modules() if name not in known]
        self.check(SHARES.get(sys.version_info[:2], []) + new)


if __name__ == "__main__":
    unittest.main()
