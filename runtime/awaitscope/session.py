"""One recording of this process: puts recorder, loop, groups and watch together, and takes them apart again."""

from __future__ import annotations

import os
import sys
import time
from asyncio import events
from asyncio.base_events import BaseEventLoop
from typing import Any

from . import __version__, child, complaints, executors, foreign, forks, groups, loop, older, threadsafe
from .active import attach, give_up, own_ways
from .blocked import BlockedSampler
from .children import Children
from .disguise import source_lines
from .handles import TASK_TYPES
from .imports import is_free_threaded
from .memory import Memory
from .preempted import Preemption
from .recorder import LoopRecorder, Recorder
from .standing import Standing
from .tracefile import DEFAULT_LIMIT
from .watch import Watch


class Session:
    """Records until ``finish``.

    ``lazy``: the file is made when there is a loop, if ever. ``limit``: bytes of the file beyond which the oldest steps
    are given up. ``children``: those of this process are traced too; so are those of a process that is itself traced
    because of its ``parent`` (pid and path of its trace).

    Raises OSError when the trace file cannot be made, RuntimeError when this process cannot be traced.
    """

    def __init__(
        self,
        path: str,
        argv: list[str],
        lazy: bool = False,
        children: bool = False,
        parent: dict[str, object] | None = None,
        limit: int | None = None,
    ) -> None:
        if loop.is_installed():
            raise RuntimeError("this process is being traced already")
        if is_free_threaded():
            raise RuntimeError("free-threaded Python cannot be traced yet, other builds can")
        header: dict[str, object] = {
            "awaitscope": __version__,
            "argv": argv,
            "cwd": os.getcwd(),
            "python": sys.version.split()[0],
            "implementation": sys.implementation.name,
            "platform": sys.platform,
            "executable": sys.executable,
            "pid": os.getpid(),
            "wall_start": _in_utc(time.time_ns()),
        }
        if parent is not None:
            header["parent"] = parent
        self._pid = os.getpid()
        self.recorder = Recorder(path, header, TASK_TYPES, groups.GatheringFuture, lazy, limit or DEFAULT_LIMIT)
        self._watch = Watch(self._tick)
        self.recorder.start_watch = self._watch.start
        self.recorder.rouse_watch = self._watch.rouse
        self.recorder.loop_seen = self._loop_seen
        self._blocked = BlockedSampler(self.recorder)
        self._standing = Standing(self.recorder)
        self._preemption = Preemption(self.recorder)
        self._memory = Memory(self.recorder)
        self.recorder.loop_runs = self._loop_runs
        self._exit = os._exit
        self._ended = False
        self._sees_futures = False  # those of executors
        self._children = Children(self.recorder) if children or parent is not None else None
        if self._children is not None:
            self.recorder.child_started = self._children.started
        if self._children is not None and not lazy:
            self._children.ask()
        try:
            self._install()
        except BaseException:
            self._uninstall()
            raise
        if not lazy:
            # Now and not with the first loop: who compares the process before and after it finds no thread more.
            self._watch.start()

    def _install(self) -> None:
        loop.install(self.recorder)
        groups.install(self.recorder)
        threadsafe.install(self.recorder)
        complaints.install(self.recorder)
        source_lines.cache_clear()
        executors.install(self.recorder)
        os._exit = self._exit_now  # type: ignore[assignment]
        forks.listen(self)
        running = events._get_running_loop()
        if isinstance(running, BaseEventLoop):
            attach(running)
        elif running is not None:
            foreign.attach(running)

    @property
    def failure(self) -> str | None:
        """Why recording stopped before the program did; None while all is well."""
        return self.recorder.failure

    def _loop_seen(self, record: LoopRecorder, loop: Any) -> None:
        if self._children is not None:
            self._children.ask()  # from now on there is a trace that they can name as their parent's
        if record.foreign is not None and not self._sees_futures:
            self._sees_futures = True
            executors.install_for_loops_in_c(self.recorder)
        older.note_older_tasks(record, loop)

    def _loop_runs(self, record: LoopRecorder) -> None:
        self._preemption.loop_runs(record)
        self._memory.begin()

    def _tick(self) -> bool:
        """Whether there is nothing to look at before somebody rouses the watch thread."""
        recorder = self.recorder
        try:
            if recorder.dozes and self._is_asleep():
                self._memory.look()
                recorder.say_alive()
                return True
            recorder.dozes = False
            self._blocked.look()  # before anything that lets go of the interpreter: the step would go on, unseen
            self._preemption.look()
            self._memory.look()
            for record in list(recorder.loops):
                found = record.loop()
                if _has_ended(record, found):
                    recorder.close_loop(record)
                if found is not None and record.own_context < sys.maxsize:
                    self._say_own_ways(record, own_ways(type(found)))
                if found is None and not record.rows:
                    recorder.loops.remove(record)  # programs run loop after loop for days
            is_told = self._standing.look()
            if self._children is not None:
                self._children.look()
            recorder.tick()
            if is_told and self._children is None:
                # In this order: a loop that goes on either knows that it has to rouse us, or is seen to.
                recorder.dozes = True
                recorder.dozes = recorder.is_quiet()
        except Exception as error:
            give_up(error)
        return recorder.dozes

    def _is_asleep(self) -> bool:
        """Whether all is as it was when the watch thread went to sleep, and was not roused since."""
        recorder = self.recorder
        return recorder.is_quiet() and not any(_has_ended(record, record.loop()) for record in recorder.loops)

    def _say_own_ways(self, record: LoopRecorder, what: str | None) -> None:
        """Programs may give a class ways of its own while loops of it run (nest_asyncio does)."""
        if what is not None:
            record.own_context = sys.maxsize
            self.recorder.say_partial(record, what)

    def finish(self, exit_code: int | None) -> None:
        """The end of the program; nothing of ours is left installed."""
        if self._ended or os.getpid() != self._pid:
            return
        self._ended = True
        is_gone = self._watch.end()
        self._tick()
        self._preemption.end()
        self._memory.end()
        if is_gone:
            self.recorder.file.stop_shortening()
        if self._children is not None:
            self._children.look(again=True)
            self._children.ask_no_more()
        self._uninstall()
        self.recorder.finish(exit_code)

    def _uninstall(self) -> None:
        loop.uninstall()
        groups.uninstall()
        if os._exit == self._exit_now:
            os._exit = self._exit

    def _exit_now(self, status: int) -> None:
        """``os._exit`` runs no exit handlers; write what we have, without waiting for a lock its caller may hold."""
        if os.getpid() == self._pid and not self._ended and isinstance(status, int):
            self._ended = True
            if self._children is not None:
                self._children.look(again=True)
            self.recorder.finish(status, wait=0)
        self._exit(status)

    def before_fork(self) -> None:
        self._watch.leave()

    def after_in_parent(self) -> None:
        """The watch is away; a loop that never waits would not write before it is back, so each is asked to."""
        for record in self.recorder.loops:
            record.due = 0

    def after_in_child(self) -> None:
        """The file is the parent's."""
        if not self._ended:
            self._ended = True
            self._uninstall()
            self._preemption.end()
            self._memory.end()
            self.recorder.file.stop_shortening(is_ours=False)
            self.recorder.file.close()
            if self._children is not None:
                try:
                    child.begin(type(self))
                except Exception:
                    pass  # it may be about to become another program; not a place for messages


def _has_ended(record: LoopRecorder, found: Any) -> bool:
    """Without that having been told. One that is gone was closed by its end: it closes itself where its program forgot to."""
    return not record.is_closed and (found is None or _is_closed(found))


def _is_closed(loop: Any) -> bool:
    # A method of the program's own class is not for the watch thread to call.
    return bool(loop._closed if issubclass(type(loop), BaseEventLoop) else loop.is_closed())


def _in_utc(now: int) -> str:
    """``now``: nanoseconds since 1970. As ``datetime`` writes it, which takes a millisecond to import."""
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now // 10**9))}.{now % 10**9 // 1000:06}+00:00"
