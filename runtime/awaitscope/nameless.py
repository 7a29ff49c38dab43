"""Our own code, as it runs inside of a program, has names that are no files': ``<awaitscope.recorder>``.

Who watches the program from within (coverage, a debugger) would take files of ours for the program's: reports would list
them, and single steps lead into them. What stands in angle brackets is nobody's source to them.
"""

from __future__ import annotations

import _imp
import os
import sys
from importlib.machinery import PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

_PACKAGE = __name__.rpartition(".")[0]
_HERE = os.path.dirname(os.path.abspath(__file__))


class Nameless:
    """While it is entered, modules of ours are imported without their names."""

    def __enter__(self) -> None:
        sys.meta_path.insert(0, self)

    def __exit__(self, *_: object) -> None:
        sys.meta_path.remove(self)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        spec = PathFinder.find_spec(name, path, target) if name.startswith(_PACKAGE + ".") else None
        if spec is not None:
            loader: Any = spec.loader
            of_file = loader.get_code

            def get_code(name: str) -> CodeType:
                code: CodeType = of_file(name)
                take_name(code, name)
                return code

            loader.get_code = get_code
        return spec


def take_name(code: CodeType, module: str) -> None:
    """Of the code of a module, also of one that runs, and of all that is in it."""
    _imp._fix_co_filename(code, f"<{module}>")  # type: ignore[attr-defined]


def is_ours(path: str) -> bool:
    return path.startswith(f"<{_PACKAGE}") or os.path.dirname(path) == _HERE


def file_of(path: str) -> str:
    """Where the code of this name is, if it is ours; else the name."""
    start = f"<{_PACKAGE}."
    return os.path.join(_HERE, path[len(start) : -1] + ".py") if path.startswith(start) else path


take_name(sys._getframe().f_code, __name__)
