"""What wakes a loop from outside: sockets, pipes, processes, signals and other threads.

A handle of asyncio's own does not say whose it is, and has often forgotten its callback when it has run (a transport that
reads its end removes its reader). So each is looked at once, before it runs for the first time: ``wakers`` then says what
it stands for as long as the handle lives. Only attributes that asyncio's own classes have set are read, and never through
a property, so that no code of the program runs.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import weakref
from asyncio import transports
from asyncio.trsock import TransportSocket
from collections.abc import Callable
from functools import partial
from itertools import count
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from .steprows import IO, SIGNALS, SOURCES, SPECIAL_WAKER, THREAD, THREADS
from .tracefile import encode_json

if TYPE_CHECKING:
    from .recorder import Recorder

_MOST = 0xFFFFFF
"""So many sources, or threads, have a waker of their own."""
_WIDEST_SEARCH = 256
"""A selector with more files is not searched for a callback of the program: each search would take too long."""
_LONGEST = 1000
SOCKET: Any = socket.SocketType
_EXTRA: Any = transports.BaseTransport.__dict__["_extra"]
_UNIX = vars(sys.modules.get("asyncio.unix_events", sys))
_PIDFD_WATCHER: Any = _UNIX.get("_PidfdChildWatcher") or _UNIX.get("PidfdChildWatcher")
_PROACTOR_ACCEPT = "BaseProactorEventLoop._start_serving.<locals>.loop"
_fstat = os.fstat  # bound now: programs replace functions of os
_clock = time.perf_counter_ns


class Outside:
    """Numbers what is outside, each once. Holds nothing alive: entries go with what they are about."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.wakers: dict[int, tuple[int, int, object]] = {}
        """id of a handle → (waker as it is written, or less than 0: a step's number, negated; node of its callback, 0:
        look at the handle)."""
        self._sources: dict[int, tuple[int, object]] = {}  # id of a transport or socket → number
        self._files: dict[int, tuple[int, int]] = {}  # descriptor → (inode, number): what the program reads by itself
        self._threads: dict[
            int, tuple[int, Callable[[], object]]
        ] = {}  # ident → (number, weak reference to its Thread)
        self._source_numbers = count(1)
        self._thread_numbers = count(1)

    # ------------------------------------------------------------------ handles

    def learn(self, loop: Any, handle: Any) -> None:
        """Before ``handle``, which asyncio made for I/O or a signal, runs for the first time."""
        cause = _signal(loop, handle) or _cause(SOURCES, self._source_of(loop, handle), IO)
        self.remember(handle, cause, self._recorder.positions.callback(handle._callback).id)

    def remember(self, handle: Any, cause: int, node: int) -> None:
        key = id(handle)
        # How many rows ago a step was is known when the handle runs.
        waker = -cause if cause >= 0 else SPECIAL_WAKER - cause
        self.wakers[key] = (waker, node, weakref.ref(handle, partial(self.wakers.pop, key)))

    def completed(self, callback: Any, args: Any) -> int:
        """The cause of a callback that was asked for while the loop polled, as proactor loops do."""
        return _cause(SOURCES, self._owner(callback, args or ()), IO)

    # ------------------------------------------------------------------ sources

    def _source_of(self, loop: Any, handle: Any) -> int:
        callback, args = handle._callback, handle._args
        if type(callback) is MethodType and callback.__self__ is loop and _name(callback) == "_read_from_self":
            return 0  # the loop's own pipe: the callbacks that follow say who wrote to it
        return self._owner(callback, args) or self._registered(loop, handle)

    def _owner(self, callback: Any, args: Any) -> int:
        """The source in whose name asyncio has itself called; 0: none that is known."""
        if type(callback) is MethodType:
            owner, name = callback.__self__, _name(callback)
            if issubclass(type(owner), transports.BaseTransport):
                return self.transport(owner)
            if type(owner) is _PIDFD_WATCHER:
                child = _watched_child(owner, args)
                return 0 if child is None else self.transport(child)
            if name.startswith(("_sock_", "_accept_")):
                return self._of_arguments(args, "accept" in name)
        elif type(callback) is FunctionType and callback.__qualname__ == _PROACTOR_ACCEPT:
            return self._of_arguments([cell.cell_contents for cell in callback.__closure__ or ()], True)
        return 0

    def _of_arguments(self, args: Any, listens: bool) -> int:
        for place, found in enumerate(args):
            if issubclass(type(found), SOCKET):
                following = args[place + 1] if place + 1 < len(args) else None
                return self.socket(found, listens, following)
        return 0

    def transport(self, transport: Any) -> int:
        """The number of one of asyncio's transports."""
        known = self._sources.get(id(transport))
        if known is not None:
            return known[0]
        try:
            extra = _EXTRA.__get__(transport)
        except AttributeError:
            return 0
        if type(extra) is not dict:
            return 0
        if "subprocess" in extra:
            popen = extra["subprocess"]
            self._recorder.child_started(plain(popen, "args"))
            return self._number(transport, "process", pid=plain(popen, "pid"), command=_command(plain(popen, "args")))
        if "pipe" in extra:
            child = plain(plain(transport, "_protocol"), "proc")  # of a subprocess, if it is one's
            return self._number(transport, "pipe", fd=plain(transport, "_fileno"), pid=plain(child, "_pid"))
        held = extra.get("socket")
        sock = getattr(held, "_sock", None) if type(held) is TransportSocket else None
        if sock is None:
            return 0
        connected = self._sources.get(id(sock))
        if connected is not None:  # it was met before it was given a transport
            return self._remember_source(transport, connected[0])
        peer, local = _address(extra.get("peername")), _address(extra.get("sockname"))
        return self._number(transport, "socket", fd=_descriptor(sock), peer=peer, local=local)

    def socket(self, sock: Any, listens: bool, address: object = None) -> int:
        """``address``: where it is being connected to, if it is."""
        known = self._sources.get(id(sock))
        if known is not None:
            return known[0]
        local = _asked(SOCKET.getsockname, sock)
        if listens:
            return self._number(sock, "listener", fd=_descriptor(sock), local=local)
        peer = _asked(SOCKET.getpeername, sock) or _address(address)
        return self._number(sock, "socket", fd=_descriptor(sock), peer=peer, local=local)

    def _registered(self, loop: Any, handle: Any) -> int:
        """The program's own callback, from ``add_reader`` or ``add_writer``: only the selector knows its file."""
        keys = plain(plain(loop, "_selector"), "_fd_to_key")  # Lib/selectors.py
        if type(keys) is not dict or len(keys) > _WIDEST_SEARCH:
            return 0
        for key in list(keys.values()):
            if type(key.data) is tuple and any(one is handle for one in key.data):
                return self.socket(key.fileobj, False) if issubclass(type(key.fileobj), SOCKET) else self._file(key.fd)
        return 0

    def _file(self, fd: int) -> int:
        try:
            inode = _fstat(fd).st_ino
        except OSError:
            return 0
        known = self._files.get(fd)
        if known is not None and known[0] == inode:
            return known[1]
        number = self._define("fd", fd=fd)
        self._files[fd] = (inode, number)
        return number

    def _number(self, thing: Any, kind: str, **facts: object) -> int:
        return self._remember_source(thing, self._define(kind, **facts))

    def _remember_source(self, thing: Any, number: int) -> int:
        key = id(thing)
        self._sources[key] = (number, weakref.ref(thing, partial(self._sources.pop, key)))
        return number

    def _define(self, kind: str, **facts: object) -> int:
        number = next(self._source_numbers)
        line: dict[str, object] = {"k": "source", "id": number, "is": kind}
        line.update((name, fact) for name, fact in facts.items() if type(fact) in (int, str))
        line["t"] = _clock() - self._recorder.start
        self._recorder.definitions.append(encode_json(line))
        return number

    # ------------------------------------------------------------------ threads

    def called_from(self, ident: int, callback: Any, args: Any) -> int:
        """The cause of a callback that the thread ``ident``, which is not the loop's, asks for."""
        if type(callback) is MethodType and _name(callback) == "_child_watcher_callback" and args:
            # A thread of asyncio's waited for a process (Lib/asyncio/unix_events.py): it is the process that matters.
            number = self.transport(args[-1]) if issubclass(type(args[-1]), transports.BaseTransport) else 0
            if number:
                return _cause(SOURCES, number, THREAD)
        return _cause(THREADS, self.thread(ident), THREAD)

    def thread(self, ident: int) -> int:
        """The number of a running thread. The system uses idents again, so its ``Thread`` is remembered, weakly."""
        # threading.current_thread() would register a foreign thread, which the program could see.
        thread = getattr(sys.modules.get("threading"), "_active", {}).get(ident)
        known = self._threads.get(ident)
        if known is not None and known[1]() is thread:
            return known[0]
        number = next(self._thread_numbers)
        name = plain(thread, "_name")
        text = name[:_LONGEST] if type(name) is str else f"thread {ident}"
        self._recorder.definitions.append(encode_json({"k": "thread", "id": number, "name": text}))
        self._threads[ident] = (number, _nobody if thread is None else weakref.ref(thread))
        return number


def plain(thing: object, name: str) -> Any:
    """An attribute of the object itself, or None; never a property, a method, or what ``__getattr__`` makes up."""
    if any(name in base.__dict__ for base in type(thing).__mro__):
        return None
    try:
        return object.__getattribute__(thing, name)
    except AttributeError:
        return None


def _nobody() -> None: ...


def _name(method: MethodType) -> str:
    function = method.__func__
    return function.__name__ if type(function) is FunctionType else ""


def _cause(base: int, number: int, otherwise: int) -> int:
    return base - number if 0 < number <= _MOST else otherwise


def _signal(loop: Any, handle: Any) -> int:
    for number, known in (plain(loop, "_signal_handlers") or {}).items():
        if known is handle:
            return SIGNALS - int(number)
    return 0


def _watched_child(watcher: Any, args: Any) -> Any:
    """The subprocess transport whose end is awaited. Arguments: pid, pidfd, callback, (transport,); on 3.10 the pid only."""
    if len(args) == 1:
        args = (plain(watcher, "_callbacks") or {}).get(args[0], ())
    last = args[-1] if args else None
    child = last[0] if type(last) is tuple and last else None
    return child if issubclass(type(child), transports.BaseTransport) else None


def _descriptor(sock: Any) -> int | None:
    fd = SOCKET.fileno(sock) if issubclass(type(sock), SOCKET) else -1
    return fd if fd >= 0 else None


def _asked(question: Any, sock: Any) -> str | None:
    try:
        return _address(question(sock))
    except OSError:
        return None


def _address(found: object) -> str | None:
    """``127.0.0.1:80``, ``[::1]:80``, a path; None for other families, and for sockets without an address."""
    if type(found) is tuple and len(found) in (2, 4) and type(found[0]) is str and type(found[1]) is int:
        host = f"[{found[0]}]" if ":" in found[0] else found[0]
        return f"{host[:_LONGEST]}:{found[1]}"
    if type(found) is bytes:
        found = os.fsdecode(found)
    if type(found) is not str or not found:
        return None
    return ("@" + found[1:] if found[0] == "\0" else found)[:_LONGEST]  # Linux writes abstract names so


def _command(found: object) -> str | None:
    words: list[Any] = list(found) if isinstance(found, (list, tuple)) else [found]
    if any(type(word) not in (str, bytes) for word in words):
        return None
    if len(words) == 1:
        return os.fsdecode(words[0])[:_LONGEST]
    return subprocess.list2cmdline(words)[:_LONGEST]
