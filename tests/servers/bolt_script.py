"""A Bolt server that says what a test tells it to: it speaks Bolt 5.2 as Memgraph does, and holds no data."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from neo4j._codec.packstream import Structure
from neo4j._codec.packstream.v1 import PackableBuffer, Packer, UnpackableBuffer, Unpacker

__all__ = ["HANG_UP", "Failure", "Message", "Rows", "ScriptedBolt", "node", "relationship"]

_VERSION = bytes((0, 0, 2, 5))
_KINDS = {
    0x01: "HELLO", 0x02: "GOODBYE", 0x0F: "RESET", 0x10: "RUN", 0x11: "BEGIN", 0x12: "COMMIT", 0x13: "ROLLBACK",
    0x2F: "DISCARD", 0x3F: "PULL", 0x54: "TELEMETRY", 0x66: "ROUTE", 0x6A: "LOGON", 0x6B: "LOGOFF",
}  # fmt: skip
_SUCCESS, _RECORD, _IGNORED, _FAILURE = b"\x70", b"\x71", b"\x7e", b"\x7f"
_AGENT = "Neo4j/v5.11.0 compatible graph database server - Memgraph"


@dataclass(frozen=True)
class Message:
    """What a client sent: *text* and *params* are those of the statement that is being run, or *params* of BEGIN."""

    kind: str
    text: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    in_transaction: bool = False


@dataclass(frozen=True)
class Rows:
    """The answer to RUN: columns, rows and what the summary counts."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    counted: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """An error as the server sends it."""

    code: str
    text: str


HANG_UP = object()
"""The answer that closes the connection without a word."""

Script = Callable[[Message], Any]


class ScriptedBolt:
    """A server on a free loopback port; *script* answers each message with Rows, a Failure, HANG_UP or None.

    ``heard`` has every message but those of the handshake, as ``"RUN <text>"`` or its kind alone. As Memgraph does,
    it hangs up on bytes.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.heard: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._links: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"bolt://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        # A listener that is only closed goes on accepting in the other thread.
        for link in (self._listener, *self._links):
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                link, _ = self._listener.accept()
                self._links.append(link)
                threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        with suppress(OSError, EOFError), link:
            _exactly(link, 20)
            link.sendall(_VERSION)
            _Conversation(self, link).run()


class _Conversation:
    def __init__(self, server: ScriptedBolt, link: socket.socket) -> None:
        self._server, self._link = server, link
        self._in_transaction = self._failed = False
        self._text, self._params = "", dict[str, Any]()
        self._rows = Rows()

    def run(self) -> None:
        while True:
            message = _unpacked(_chunks(self._link))
            kind = _KINDS[message.tag[0]]
            if kind == "GOODBYE":
                return
            if kind == "RUN":
                self._text, self._params = message.fields[0], message.fields[1]
            if kind == "BEGIN":
                self._text, self._params = "", message.fields[0]
            if kind not in ("HELLO", "LOGON", "LOGOFF", "TELEMETRY", "RESET", "PULL", "DISCARD"):
                self._server.heard.append(f"RUN {self._text}" if kind == "RUN" else kind)
            if not self._answer(kind):
                return

    def _answer(self, kind: str) -> bool:
        """Answer one message; False ends the conversation."""
        if kind == "RESET":
            self._failed = self._in_transaction = False
            return self._send(_SUCCESS, {})
        if self._failed:
            return self._send(_IGNORED)
        if kind == "RUN" and _holds_bytes(self._params):
            return False
        answer = self._server.script(Message(kind, self._text, self._params, self._in_transaction))
        if answer is HANG_UP:
            return False
        if isinstance(answer, Failure):
            self._failed = True
            return self._send(_FAILURE, {"code": answer.code, "message": answer.text})
        self._in_transaction = kind == "BEGIN" or (self._in_transaction and kind not in ("COMMIT", "ROLLBACK"))
        if kind == "RUN":
            self._rows = answer if isinstance(answer, Rows) else Rows()
        return self._succeed(kind)

    def _succeed(self, kind: str) -> bool:
        if kind == "HELLO":
            return self._send(_SUCCESS, {"server": _AGENT, "connection_id": "bolt-1"})
        if kind == "RUN":
            return self._send(_SUCCESS, {"fields": list(self._rows.columns)})
        if kind == "PULL":
            for row in self._rows.rows:
                self._send(_RECORD, list(row))
            stats = {"stats": {"contains-updates": True, **self._rows.counted}} if self._rows.counted else {}
            return self._send(_SUCCESS, {"type": "rw", "has_more": False, **stats})
        return self._send(_SUCCESS, {})

    def _send(self, tag: bytes, *fields: Any) -> bool:
        buffer = PackableBuffer()
        Packer(buffer).pack_struct(tag, fields)
        data = bytes(buffer.data)
        self._link.sendall(struct.pack(">H", len(data)) + data + b"\x00\x00")
        return True


def node(number: int, *labels: str, **properties: Any) -> Structure:
    """Return a node as it is sent."""
    return Structure(b"N", number, list(labels), properties, str(number))


def relationship(number: int, start: int, end: int, type: str, **properties: Any) -> Structure:
    """Return a relationship as it is sent."""
    return Structure(b"R", number, start, end, type, properties, str(number), str(start), str(end))


def _exactly(link: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = link.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _chunks(link: socket.socket) -> bytes:
    message = b""
    while size := int.from_bytes(_exactly(link, 2), "big"):
        message += _exactly(link, size)
    return message or _chunks(link)


def _unpacked(data: bytes) -> Any:
    buffer = UnpackableBuffer(data)
    unpacker = Unpacker(buffer)
    size, tag = unpacker.unpack_structure_header()
    return Structure(tag, *[unpacker.unpack() for _ in range(size)])


def _holds_bytes(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_bytes, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_holds_bytes, value))
    return isinstance(value, bytes | bytearray)
