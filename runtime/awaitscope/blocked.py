"""Where a loop is blocked: its thread's stack, taken while one step goes on and on.

Runs in the watch thread. It sees Python frames, so a call into C shows as the line that made it; a C function that
never lets go of the interpreter lock keeps the watch thread waiting too, and the sample is taken when it returns.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from .outside import plain
from .recorder import LoopRecorder, Recorder, clock
from .running import task_of

_THRESHOLD = "slow_callback_duration"
_SECOND = 1_000_000_000
_DEFAULT_THRESHOLD_S = 0.1
"""asyncio's own."""
_DEEPEST = 200
_INTERPRETERS = (
    ("concurrent.interpreters", "concurrent.futures.interpreter")  # asyncio itself imports _interpreters
    if sys.version_info >= (3, 14)
    else ("_interpreters", "_xxsubinterpreters")
)
"""Whoever has imported these may run other interpreters, whose frames ``sys._current_frames`` reads while they run,
without their lock: the process crashes."""
_BESIDE_OTHERS = (
    "the process makes other interpreters: what they run is not recorded, nor where a step stands that blocks the loop"
)
_LATER = 10
"""A step that is still going on is looked at again when it has lasted this many times longer."""


class _Seen:
    __slots__ = ("next", "since", "step")

    def __init__(self, step: int, since: int, threshold: int) -> None:
        self.step = step
        self.since = since
        self.next = threshold


class BlockedSampler:
    """Call ``look`` regularly; it costs a comparison a loop while nothing is blocked."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._seen: dict[int, _Seen] = {}
        self._looked = clock()
        self._told: set[int] = set()

    def look(self) -> None:
        now = clock()
        away = now - self._looked
        self._looked = now
        is_beside_others = _may_be_others()
        for loop in self._recorder.loops:
            if is_beside_others and loop.id not in self._told:
                self._told.add(loop.id)
                self._recorder.say_partial(loop, _BESIDE_OTHERS)
            step = loop.step
            if step <= 0 or loop.fresh:  # it polls, or does not run
                self._seen.pop(loop.id, None)
                continue
            seen = self._seen.get(loop.id)
            if seen is None or seen.step != step:
                threshold = _threshold(loop)
                # Kept from looking for so long, most likely by this very step.
                since = self._recorder.step_began(loop, step) if away >= threshold else None
                self._seen[loop.id] = seen = _Seen(step, now if since is None else since, threshold)
            if now - seen.since >= seen.next:
                seen.next *= _LATER
                self._sample(loop, step, now)

    def _sample(self, loop: LoopRecorder, step: int, now: int) -> None:
        if _may_be_others():
            return
        found = loop.loop()
        frame = None if found is None else sys._current_frames().get(getattr(found, "_thread_id", loop.thread_id))
        stack = self._stack(frame)
        task = None if found is None else task_of(found)
        number = 0 if task is None else self._recorder.tasks.get(id(task), 0)
        del frame, found, task
        if loop.step != step or not stack:
            return  # it went on meanwhile
        recorder = self._recorder
        line: dict[str, object] = {
            "k": "blocked",
            "loop": loop.id,
            "step": step,
            "task": number,
            "t": now - recorder.start,
            "stack": stack,
        }
        recorder.add_late(line)
        loop.due = 0  # what the steps before it said is written with it

    def _stack(self, frame: FrameType | None) -> list[int]:
        """Nodes, innermost first, down to the loop's own frame."""
        stack: list[int] = []
        while frame is not None and id(frame.f_code) not in self._recorder.callers.bottoms and len(stack) < _DEEPEST:
            stack.append(self._recorder.positions.site(frame.f_code, frame.f_lasti).id)
            frame = frame.f_back
        return stack


def _may_be_others() -> bool:
    if any(name in sys.modules for name in _INTERPRETERS):
        return True
    low = sys.modules.get("_interpreters")
    return low is not None and len(low.list_all()) > 1


def _threshold(loop: LoopRecorder) -> int:
    found = loop.loop()
    seconds: Any = getattr(found, _THRESHOLD, None) if loop.foreign else plain(found, _THRESHOLD)
    return int((seconds if type(seconds) in (int, float) else _DEFAULT_THRESHOLD_S) * _SECOND)
