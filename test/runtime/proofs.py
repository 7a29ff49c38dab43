"""The virtual environment with libraries of others, which `npm test -- runtime` installs (scripts/python-proofs.txt)."""

from __future__ import annotations

import platform
import sys

from running import ROOT


def python() -> str:
    """The interpreter of it, of the same version as this one."""
    folder = ROOT / ".cache" / f"proofs-{platform.python_version()}"
    found = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not found.exists():
        raise AssertionError(f"{folder} is missing; `npm test -- runtime` makes it")
    return str(found)
