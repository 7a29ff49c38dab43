"""Awaitscope's runtime: runs a Python program on an instrumented asyncio event loop and appends a trace file.

    with awaitscope.trace("out.awaitscope"):
        asyncio.run(main())

Standard library only. The file it writes is described in ``docs/trace-format.md``.
"""

from __future__ import annotations

__version__ = "0.1.0"

from .library import trace

__all__ = ["__version__", "trace"]
