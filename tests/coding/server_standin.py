"""A stand-in for a chat-completions server on this machine: it answers what a test tells it to, and stops with the test."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Claims = Sequence[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What is sent back: a status and a body, with `wait` seconds before it and `drip` seconds before each of its pieces."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0
    cut: bool = False


@dataclass(kw_only=True)
class StandIn:
    """A running stand-in: what it was sent, and what it answers (a function of the request's body)."""

    url: str = ""
    answer: Callable[[dict[str, Any]], Reply]
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


def completion(content: str, *, usage: Any = "told", finish: str = "stop") -> Reply:
    """A chat completion with that text."""
    told = {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000}
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": finish}
    whole: dict[str, Any] = {"id": "c", "object": "chat.completion", "model": "stand-in", "choices": [choice]}
    if usage is not None:
        whole["usage"] = told if usage == "told" else usage
    return Reply(body=json.dumps(whole).encode())


def claims(*items: dict[str, Any]) -> Reply:
    """A chat completion that proposes those claims."""
    return completion(json.dumps({"claims": list(items)}))


def in_turn(*replies: Reply) -> Callable[[dict[str, Any]], Reply]:
    """An answer that gives the replies one after the other, the last one for ever."""
    left = list(replies)
    return lambda body: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def serving(answer: Callable[[dict[str, Any]], Reply]) -> Iterator[StandIn]:
    """A stand-in at a free port of 127.0.0.1, stopped at the end of the block."""
    standin = StandIn(answer=answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))))
            standin.requests.append(body)
            standin.headers.append({k.lower(): v for k, v in self.headers.items()})
            standin.paths.append(self.path)
            reply = standin.answer(body)
            time.sleep(reply.wait)
            try:
                self._send(reply)
            except OSError:
                self.close_connection = True

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in {"content-type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(reply.body) + (10 if reply.cut else 0)))
            self.end_headers()
            if not reply.drip:
                self.wfile.write(reply.body)
            for at in range(0, len(reply.body) if reply.drip else 0, 20):
                self.wfile.write(reply.body[at : at + 20])
                self.wfile.flush()
                time.sleep(reply.drip)
            if reply.cut:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    standin.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield standin
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
