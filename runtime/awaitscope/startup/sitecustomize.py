"""Begins the tracing of a child process. This folder is put on ``PYTHONPATH`` by ``awaitscope run --children``.

Read by every Python that is started, also by one that is too old to be traced: no new syntax. The program's own
``sitecustomize``, if there is one, takes our place.
"""

import os
import sys


def begin():
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if entry != here]
    sys.path_importer_cache.pop(here, None)
    if sys.version_info < (3, 10) or sys.implementation.name != "cpython":
        return
    sys.path.insert(0, os.path.dirname(os.path.dirname(here)))
    try:
        from awaitscope import child

        child.wait_for_asyncio()
    finally:
        del sys.path[0]


try:
    begin()
except Exception as error:
    sys.stderr.write("awaitscope: child process %d is not traced: %s\n" % (os.getpid(), error))
del begin
sys.modules.pop(__name__, None)
import sitecustomize  # noqa: E402, F401  # the next one; where there is none, Python expects the ImportError
