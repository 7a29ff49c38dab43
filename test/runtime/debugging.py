"""Speaks to a debugger as an editor does: requests, their answers, and events (the Debug Adapter Protocol)."""

from __future__ import annotations

import json
import socket
from typing import Any

from running import PATIENCE_S


class Client:
    """One conversation. Whatever is waited for comes within PATIENCE_S, or the test fails."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._incoming = self._socket.makefile("rb")
        self._sent = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._events: list[dict[str, Any]] = []

    def close(self) -> None:
        self._incoming.close()
        self._socket.close()

    def send(self, command: str, **arguments: object) -> int:
        """The number by which ``answer`` knows it."""
        self._sent += 1
        message = {"seq": self._sent, "type": "request", "command": command, "arguments": arguments}
        data = json.dumps(message).encode()
        self._socket.sendall(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        return self._sent

    def answer(self, number: int) -> dict[str, Any]:
        while number not in self._answers:
            self._read()
        message = self._answers.pop(number)
        if not message["success"]:
            raise AssertionError(f"{message['command']}: {message.get('message')}")
        return message.get("body", {})

    def ask(self, command: str, **arguments: object) -> dict[str, Any]:
        return self.answer(self.send(command, **arguments))

    def event(self, name: str) -> dict[str, Any]:
        """The next one of this name; others are forgotten."""
        while True:
            while self._events:
                message = self._events.pop(0)
                if message["event"] == name:
                    return message.get("body", {})
            self._read()

    def _read(self) -> None:
        length = 0
        while line := self._incoming.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise AssertionError("the debugger hung up")
        message = json.loads(self._incoming.read(length))
        if message["type"] == "response":
            self._answers[message["request_seq"]] = message
        elif message["type"] == "event":
            self._events.append(message)
