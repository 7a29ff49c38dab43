"""``pytest --awaitscope``: a trace for each test, kept if the test fails.

Whatever runs the test's loop (pytest-asyncio, anyio, ``asyncio.run`` in the test) is traced, its fixtures too.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .session import Session

_FOLDER = ".awaitscope"
_LONGEST_NAME = 120
"""Characters; with the digest and the ending it stays below what file systems take."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("awaitscope", "asyncio traces")
    group.addoption("--awaitscope", action="store_true", help="trace each test; keep the traces of those that fail")
    group.addoption(
        "--awaitscope-dir", metavar="DIR", help=f"trace each test, into DIR (default of --awaitscope: {_FOLDER})"
    )


def pytest_configure(config: pytest.Config) -> None:
    folder = config.getoption("awaitscope_dir")
    if folder or config.getoption("awaitscope"):
        config.pluginmanager.register(Tracing(folder or _FOLDER), "awaitscope-tracing")


class Tracing:
    def __init__(self, folder: str) -> None:
        self._shown = folder
        self._folder = os.path.abspath(folder)  # tests change the current folder
        self._session: Session | None = None
        self._name = ""
        self._failed = False
        self._problem: str | None = None

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._failed = False
        self._start(item.nodeid)
        yield
        session, self._session = self._session, None
        if session is not None:
            session.finish(None)
            self._problem = self._problem or session.failure
            if not self._failed and session.recorder.loop_count:
                os.remove(session.recorder.file.path)

    def _start(self, nodeid: str) -> None:
        # Not with this module, which every pytest imports once we are installed.
        from .session import Session

        self._name = trace_name(nodeid)
        try:
            os.makedirs(self._folder, exist_ok=True)
            path = os.path.join(self._folder, self._name)
            # The file is made with the first loop: most tests may have none.
            self._session = Session(path, ["-m", "pytest", nodeid], lazy=True)
        except (OSError, RuntimeError) as error:
            self._problem = str(error)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self) -> Iterator[Any]:
        outcome: Any = yield
        report = outcome.get_result()
        session = self._session
        if report.failed and session is not None and session.recorder.loop_count:
            self._failed = True
            report.sections.append(("Awaitscope", f"Awaitscope trace: {os.path.join(self._shown, self._name)}"))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self._problem is not None:
            terminalreporter.write_line(f"awaitscope: not everything was traced: {self._problem}")

    def pytest_unconfigure(self) -> None:
        try:
            os.rmdir(self._folder)
        except OSError:  # it holds traces
            pass


def trace_name(nodeid: str) -> str:
    """A file name that every system takes, and no two tests share."""
    name = nodeid.replace("::", ".").replace("/", ".")
    safe = re.sub(r"[^A-Za-z0-9_.-]+", "_", name)[:_LONGEST_NAME].strip(".")
    if safe != name:
        safe += "-" + hashlib.sha256(nodeid.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return safe + ".awaitscope"
