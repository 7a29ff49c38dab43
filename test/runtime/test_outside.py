"""Who woke the loop, where a whole program cannot show it: transports of other systems, odd addresses, reused ids."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import threading
import time
import unittest
from asyncio import trsock
from typing import Any

from running import ROOT

sys.path.insert(0, str(ROOT / "runtime"))

from awaitscope.outside import Outside, _address, _command, plain
from awaitscope.steprows import IO, SOURCES, THREADS


class Recorder:
    """As much of a recorder as is needed."""

    def __init__(self) -> None:
        self.start = time.perf_counter_ns()
        self.definitions: list[str] = []

    def said(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.definitions]


class ProactorTransport(asyncio.Transport):
    """As those of Lib/asyncio/proactor_events.py: completions are told to its methods."""

    def _loop_reading(self, future: object = None) -> None: ...


class OutsideTests(unittest.TestCase):
    def setUp(self) -> None:
        self.recorder: Any = Recorder()
        self.outside = Outside(self.recorder)
        # Other tests look for what we leave in the process, and unittest keeps its test cases.
        self.addCleanup(lambda: self.__dict__.pop("outside"))

    def test_a_completion_of_a_proactor_loop(self) -> None:
        with socket.socket() as sock:
            extra = {"socket": trsock.TransportSocket(sock), "peername": ("::1", 80, 0, 0)}
            transport = ProactorTransport(extra)
            self.assertEqual(self.outside.completed(transport._loop_reading, (None,)), SOURCES - 1)
            self.assertEqual(self.outside.completed(transport._loop_reading, (None,)), SOURCES - 1)
            (line,) = self.recorder.said()
            self.assertEqual((line["is"], line["fd"], line["peer"]), ("socket", sock.fileno(), "[::1]:80"))

    def test_a_callback_of_nobody_known(self) -> None:
        self.assertEqual(self.outside.completed(print, ()), IO)
        self.assertEqual(self.outside.completed(None, None), IO)
        self.assertEqual(self.recorder.said(), [])

    def test_the_number_goes_with_the_transport(self) -> None:
        for _ in range(3):
            transport = ProactorTransport({"pipe": object()})
            self.outside.transport(transport)
            del transport
        self.assertEqual([line["id"] for line in self.recorder.said()], [1, 2, 3])
        self.assertEqual(self.outside._sources, {})

    def test_threads_whose_ident_is_used_again_are_told_apart(self) -> None:
        causes = []
        for name in ("first", "second"):
            thread = threading.Thread(
                target=lambda: causes.append(self.outside.called_from(threading.get_ident(), print, ())), name=name
            )
            thread.start()
            thread.join()
        self.assertEqual(causes, [THREADS - 1, THREADS - 2])
        self.assertEqual([line["name"] for line in self.recorder.said()], ["first", "second"])

    def test_addresses(self) -> None:
        self.assertEqual(_address(("127.0.0.1", 80)), "127.0.0.1:80")
        self.assertEqual(_address("/run/socket"), "/run/socket")
        self.assertEqual(_address(b"\0abstract"), "@abstract")
        self.assertIsNone(_address(""))
        self.assertIsNone(_address((1, 2, 3)))
        self.assertEqual(len(_address("x" * 5000) or ""), 1000)

    def test_commands(self) -> None:
        self.assertEqual(_command("ls | wc"), "ls | wc")
        self.assertEqual(_command([b"ls", "a b"]), 'ls "a b"')
        self.assertIsNone(_command(["ls", object()]))

    def test_no_property_of_the_program_is_read(self) -> None:
        class Odd:
            def __init__(self) -> None:
                self.kept = 1

            @property
            def asked(self) -> int:
                raise AssertionError("the program's code ran")

            def __getattr__(self, name: str) -> int:
                raise AssertionError("the program's code ran")

        self.assertEqual(plain(Odd(), "kept"), 1)
        self.assertIsNone(plain(Odd(), "asked"))
        self.assertIsNone(plain(Odd(), "missing"))


if __name__ == "__main__":
    unittest.main()
