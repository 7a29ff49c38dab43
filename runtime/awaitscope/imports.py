"""Imports what the recording needs without the program finding it imported.

A program may have modules named like some of the standard library's beside it (``queue.py``, ``json.py``), and Python
lets those win. So we import ours before the program's folder is on the path, and then forget those that the program
has its own of.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

from .nameless import Nameless

if TYPE_CHECKING:
    from .session import Session

_PACKAGE = __name__.rpartition(".")[0]


class Shadowed(Exception):
    """The program's folder has a module that takes the place of one asyncio is made of."""


def is_free_threaded() -> bool:
    """Also where its lock has been turned on: in such a build, the collector does not tell which objects are the youngest."""
    return "free-threading build" in sys.version or not getattr(sys, "_is_gil_enabled", lambda: True)()


def load_session(first_path: str | None) -> type[Session]:
    """``first_path``: where the program's own modules are, not yet on ``sys.path``. Raises Shadowed."""
    before = set(sys.modules)
    import asyncio  # noqa: F401

    needed_by_asyncio = set(sys.modules) - before
    with Nameless():
        from .session import Session

    ours = set(sys.modules) - before
    own = {} if first_path is None else _own_modules(_top_level(ours), first_path)
    in_the_way = sorted(_top_level(needed_by_asyncio) & own.keys())
    # The program may even have a package named like ours; nothing here is looked up by name again.
    _forget(ours if in_the_way else {name for name in ours if name.partition(".")[0] in own})
    _forget({name for name in sys.modules if name.partition(".")[0] == _PACKAGE})
    if in_the_way:
        name = in_the_way[0]
        raise Shadowed(f"{own[name]} takes the place of the standard library's {name}, which asyncio is made of")
    return Session


def load_session_late() -> type[Session]:
    """As ``load_session``, in a program that runs already, with its folders on the path."""
    standard, others = _split(sys.path)
    before = set(sys.modules)
    # Before them, and not without them: other threads may be importing right now.
    sys.path[:0] = standard
    try:
        import asyncio  # noqa: F401

        with Nameless():
            from .session import Session
    finally:
        del sys.path[: len(standard)]
    ours = set(sys.modules) - before
    for folder in others:
        own = _own_modules(_top_level(ours), folder)
        _forget({name for name in ours if name in sys.modules and name.partition(".")[0] in own})
    _forget({name for name in sys.modules if name.partition(".")[0] == _PACKAGE})
    return Session


def _split(path: list[str]) -> tuple[list[str], list[str]]:
    """(entries that hold the standard library, the others)."""
    library = os.path.dirname(os.path.abspath(os.__file__))
    standard: list[str] = []
    others: list[str] = []
    for entry in path:
        name = os.path.basename(entry) if isinstance(entry, str) else ""
        is_standard = entry == library or (name == "lib-dynload" and os.path.dirname(entry) == library)
        if is_standard or (name == "DLLs" and os.path.dirname(entry) == os.path.dirname(library)):
            standard.append(entry)
        elif isinstance(entry, str):
            others.append(entry)
    return standard, others


def _own_modules(names: set[str], folder: str) -> dict[str, str]:
    """Those of ``names`` that Python would import from ``folder``, and their files."""
    cached = folder in sys.path_importer_cache
    found: dict[str, str] = {}
    for name in names:
        loaded = getattr(sys.modules.get(name), "__spec__", None)
        if loaded is None or loaded.origin in ("built-in", "frozen"):
            continue  # these are never looked for on the path
        spec = PathFinder.find_spec(name, [folder])
        if spec is not None and spec.has_location and spec.origin is not None:  # else a folder without __init__.py
            found[name] = spec.origin
    if not cached:
        sys.path_importer_cache.pop(folder, None)
    return found


def _top_level(names: set[str]) -> set[str]:
    return {name for name in names if "." not in name}


def _forget(names: set[str]) -> None:
    for name in names:
        del sys.modules[name]
