"""Which function of asyncio means which kind of await, for ``standing`` (docs/trace-format.md).

A reader tells the kinds of the awaits in the steps by itself. These look further in: ``wait_for(queue.get())`` waits for
the queue, and the timeout shows as what is due.
"""

from __future__ import annotations

_Rule = tuple[str, str]
"""How the qualified name starts or, after ``*``, ends; the kind."""

_RULES: dict[str, tuple[_Rule, ...]] = {
    "tasks": (
        ("sleep", "sleep"),
        ("_wait", "wait"),
        ("wait", "wait"),
        ("as_completed", "as_completed"),
        ("_AsC", "as_completed"),
    ),
    "taskgroups": (("TaskGroup.", "taskgroup"),),
    "threads": (("to_thread", "executor"),),
    "locks": (
        ("Lock.", "lock"),
        ("Event.", "event"),
        ("Condition.", "condition"),
        ("Semaphore.", "semaphore"),
        ("BoundedSemaphore.", "semaphore"),
        ("Barrier.", "barrier"),
    ),
    "queues": (("*Queue.get", "queue.get"), ("*Queue.put", "queue.put"), ("*Queue.join", "queue.join")),
    "streams": (
        ("StreamReader.", "stream.read"),
        ("StreamWriter.", "stream.write"),
        ("FlowControlMixin.", "stream.write"),
    ),
    "subprocess": (("", "subprocess"),),
    "base_subprocess": (("", "subprocess"),),
    "base_events": (
        ("BaseEventLoop.shutdown_default_executor", "executor"),
        ("BaseEventLoop.getaddrinfo", "executor"),
        ("BaseEventLoop.getnameinfo", "executor"),
        ("BaseEventLoop.shutdown_asyncgens", "asyncgen"),
        ("BaseEventLoop.subprocess_", "subprocess"),
        ("", "socket"),
    ),
    "selector_events": (("", "socket"),),
    "proactor_events": (("", "socket"),),
    "unix_events": (("*subprocess_transport", "subprocess"), ("", "socket")),
    "windows_events": (("*subprocess_transport", "subprocess"), ("", "socket")),
    "uvloop": (
        ("Loop.getaddrinfo", "executor"),
        ("Loop.getnameinfo", "executor"),
        ("Loop.shutdown_default_executor", "executor"),
        ("Loop.shutdown_asyncgens", "asyncgen"),
        ("Loop.subprocess_", "subprocess"),
        ("Loop.__subprocess", "subprocess"),
        ("", "socket"),
    ),
}
_OUTER = "wait_for"


def wait_kind(module: str, name: str) -> str | None:
    """``module``: of asyncio's, as ``locks``, or ``uvloop``; ``name``: qualified. None: look further in."""
    for start, kind in _RULES.get(module, ()):
        if name.endswith(start[1:]) if start[:1] == "*" else name.startswith(start) and name != _OUTER:
            return kind
    return None
