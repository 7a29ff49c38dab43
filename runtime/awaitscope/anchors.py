"""Where the walk along a deep chain of coroutines may start, instead of at the task's own.

A coroutine that is suspended still stands where its awaiter awaits it, and so does everything above it: none of them can
move before it has ended. So a weak reference to one coroutine of the chain, with the node above it, is as good as the walk
down to it, for as long as the coroutine has a frame.
"""

from __future__ import annotations

import weakref
from types import CoroutineType
from typing import Any

from .positions import CREDIT, Node
from .recorder import LoopRecorder

_FEW_HITS = 2
"""Steps that an anchor must have served to have been worth setting."""


class Anchors:
    """Of one task: (weak reference to a coroutine, the node above it), the outermost first."""

    __slots__ = ("hits", "leaf", "places")

    def __init__(self, leaf: Node, places: list[tuple[weakref.ref[Any], Node]]) -> None:
        self.leaf = leaf
        self.places = places
        self.hits = 0


def set_anchors(record: LoopRecorder, task: Any, number: int, leaf: Node) -> None:
    """For the next walks of ``task``, which stands at ``leaf`` now."""
    chain: list[tuple[Any, Node]] = []
    coro, node = task._coro, record.root
    while type(coro) is CoroutineType and coro.cr_frame is not None:
        chain.append((coro, node))
        node = record.positions.child(node, coro.cr_code, coro.cr_frame.f_lasti, coro)
        coro = coro.cr_await
    length = len(chain)
    # The innermost changes most often; should it be gone, there are others.
    chosen = sorted({length // 4, length // 2, length - 4, length - 2})
    record.anchors[number] = Anchors(leaf, [(weakref.ref(chain[at][0]), chain[at][1]) for at in chosen if at > 0])


def resume(record: LoopRecorder, number: int, coro: Any) -> tuple[Any, Node]:
    """(coroutine, the node above it) to start the walk from; ``coro``: the task's own."""
    anchors = record.anchors[number]
    for at in range(len(anchors.places) - 1, -1, -1):
        reference, node = anchors.places[at]
        found = reference()
        if found is not None and found.cr_frame is not None:
            if at == len(anchors.places) - 1:
                anchors.hits += 1
                return found, node
            _drop(record, number, anchors)
            return found, node
    _drop(record, number, anchors)
    return coro, record.root


def _drop(record: LoopRecorder, number: int, anchors: Anchors) -> None:
    """The innermost is gone; the task gets new ones when it next stands deep."""
    del record.anchors[number]
    leaf = anchors.leaf
    if anchors.hits >= _FEW_HITS:
        leaf.credit = CREDIT
        return
    leaf.credit -= 1
    leaf.is_deep = leaf.credit > 0
    leaf.is_plain = not (leaf.is_rare or leaf.is_deep)
