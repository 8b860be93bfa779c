"""A small web server for tests: it answers what it is told, well or badly, and remembers who asked for what and when."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

Act = Callable[[socket.socket, "Asked"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: its path, its headers in small letters, when it came."""

    path: str
    headers: dict[str, str]
    at: float


@dataclass(slots=True)
class Site:
    """A server on the loopback; `pages` maps a path to what is done on it. What is not there is a 404."""

    pages: dict[str, Act] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    closed: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Site:
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.closed.set()
        self.listener.close()

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def at(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    def serve(self) -> None:
        while not self.closed.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.one, args=(connection,), daemon=True).start()

    def one(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                data = connection.recv(65_536)
                if not data:
                    return
                head += data
            first, *rest = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
            asked = Asked(path=first.split(" ")[1], headers=headers, at=time.monotonic())
            self.asked.append(asked)
            self.pages.get(asked.path.partition("?")[0], status(404))(connection, asked)


def answer(body: bytes, media: str = "text/html; charset=utf-8", code: str = "200 OK", **headers: str) -> Act:
    """A plain answer; `etag` and `last_modified` are kept to."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}

    def act(connection: socket.socket, asked: Asked) -> None:
        tag = more.get("etag")
        if tag and asked.headers.get("if-none-match") == tag:
            connection.sendall(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\nConnection: close\r\n\r\n".encode())
            return
        lines = {"Content-Type": media, "Content-Length": str(len(body)), "Connection": "close", **more}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        connection.sendall(f"HTTP/1.1 {code}\r\n{head}\r\n".encode() + body)

    return act


def status(code: int, **headers: str) -> Act:
    return answer(b"", code=f"{code} Told", **headers)


def to(target: str, code: int = 302) -> Act:
    return answer(b"", code=f"{code} Moved", Location=target)


def raw(*pieces: bytes, pause: float = 0.0) -> Act:
    """Bytes as they are, with a pause between pieces; then the connection is closed."""

    def act(connection: socket.socket, asked: Asked) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)

    return act


def in_turn(*acts: Act) -> Act:
    """Another act each time; the last one from then on."""
    left = list(acts)

    def act(connection: socket.socket, asked: Asked) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(connection, asked)

    return act
