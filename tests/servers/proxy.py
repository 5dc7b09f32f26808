"""A TCP proxy on the loopback interface that cuts a connection at a chosen message."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit


class Proxy:
    """Pass everything on between clients and *port*, until a planned cut.

    A cut happens once, at the first bytes of a client that hold a marker: ``before`` keeps them from the server,
    ``after`` passes them on and keeps the server's answer from the client.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._before: bytes | None = None
        self._after: bytes | None = None
        self._links: list[_Link] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # Closing alone would leave the thread in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for link in self._links:
            link.close()

    def options(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return the options of a driver led through the proxy."""
        if "url" in options:
            parts = urlsplit(options["url"])
            where = f"{parts.netloc.rpartition('@')[0]}@127.0.0.1" if "@" in parts.netloc else "127.0.0.1"
            return {**options, "url": parts._replace(netloc=f"{where}:{self.port}").geturl()}
        return {**options, "host": "127.0.0.1", "port": self.port}

    def cut_before(self, marker: bytes) -> None:
        """Cut instead of passing on what holds *marker*."""
        self._before = marker

    def cut_after(self, marker: bytes) -> None:
        """Cut instead of passing on the answer to what holds *marker*."""
        self._after = marker

    def planned(self, data: bytes) -> str:
        """Return ``before`` or ``after`` if this is where to cut, and forget the plan."""
        for name in ("before", "after"):
            marker = getattr(self, f"_{name}")
            if marker is not None and marker in data:
                setattr(self, f"_{name}", None)
                self.cuts += 1
                return name
        return ""

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                if self._listener.fileno() < 0:
                    return
                client.close()
                continue
            self._links.append(_Link(self, client, server))


class _Link:
    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._deaf = False
        for pump in (self._to_server, self._to_client):
            threading.Thread(target=self._run, args=(pump,), daemon=True).start()

    def _run(self, pump: Any) -> None:
        with contextlib.suppress(OSError):
            pump()
        self.close()

    def _to_server(self) -> None:
        tail = b""
        while data := self._client.recv(65536):
            plan = self._proxy.planned(tail + data)
            tail = data[-64:]
            if plan == "before":
                return
            self._deaf = self._deaf or plan == "after"
            self._server.sendall(data)

    def _to_client(self) -> None:
        while (data := self._server.recv(65536)) and not self._deaf:
            self._client.sendall(data)

    def close(self) -> None:
        for end in (self._client, self._server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
