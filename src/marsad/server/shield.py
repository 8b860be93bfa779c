"""Around every request: the names answered under, the size of a body, headers that browsers heed, a log without secrets."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from marsad.server.express import Express
from marsad.server.limits import Limiter
from marsad.server.problems import LANGUAGE, Refused, answer, language_of
from marsad.server.settings import Settings

LOG = logging.getLogger("marsad.access")
UPLOADS = ("/api/v1/code/files",)
LONG_PATH = 2_000
LONG_QUERY = 16_000
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
DATA = "default-src 'none'; frame-ancestors 'none'; sandbox"
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
PLAIN = tuple((name.encode(), value.encode()) for name, value in HEADERS.items())
FOR_PAGES = (b"content-security-policy", PAGE.encode())
FOR_DATA = (b"content-security-policy", DATA.encode())


class Shield:
    """ASGI middleware; the outermost of ours, so that errors pass through it too."""

    def __init__(self, app: ASGIApp, *, settings: Settings, limiter: Limiter, express: Express) -> None:
        self.app, self.settings, self.limiter, self.express = app, settings, limiter, express
        self.names = frozenset(settings.names())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        state: dict[str, Any] = {"status": 0}
        most = self.settings.upload if scope["path"] in UPLOADS else self.settings.body
        scope.setdefault("state", {})
        spoken = next((v for n, v in scope["headers"] if n == b"accept-language"), b"")
        LANGUAGE.set(language_of(spoken.decode("latin-1")) if b"ar" in spoken.lower() else "en")

        async def sending(message: Message) -> None:
            if state.get("over"):
                raise too_large(most)
            if message["type"] == "http.response.start":
                state["status"] = message["status"]
                message = {**message, "headers": headed(message, scope["path"])}
            await send(message)

        try:
            self.check(scope, most)
            short = self.express.find(scope)
            if short is not None:
                await self.express.answer(*short, scope, receive, sending)
            else:
                await self.app(scope, limited(receive, most, state), sending)
        except Exception as error:
            if state["status"]:
                raise
            state["over"], error = False, too_large(most) if state.get("over") else error
            await answer(error)(scope, receive, sending)
        finally:
            lane = scope["state"].get("lane")
            if lane is not None:
                self.limiter.leave(lane)
            if self.settings.log:
                log(scope, state["status"], time.perf_counter() - begun)

    def check(self, scope: Scope, most: int) -> None:
        """Refuse a wrong name, too long an address, or a body that says it is too large."""
        heads = dict(scope["headers"])
        if not self.settings.accounts and name_of(heads.get(b"host", b"").decode("latin-1")) not in self.names:
            raise Refused(421, "wrong_host", "this server answers under the names of this computer alone")
        if len(scope["path"]) > LONG_PATH or len(scope["query_string"]) > LONG_QUERY:
            raise Refused(414, "too_long", "that address is too long")
        length = heads.get(b"content-length", b"0").decode("latin-1")
        if not length.isascii() or not length.isdecimal() or int(length[:18]) > most:
            raise too_large(most)


def too_large(most: int) -> Refused:
    return Refused(413, "too_large", f"a request has at most {most:,} bytes here")


def name_of(host: str) -> str:
    """A host without its port.

    >>> name_of("127.0.0.1:8000"), name_of("[::1]:8000"), name_of("localhost")
    ('127.0.0.1', '[::1]', 'localhost')
    """
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


def limited(receive: Receive, most: int, state: dict[str, Any]) -> Callable[[], Awaitable[Message]]:
    """A body that may not grow beyond its limit while it comes; `state` is told where it does, whoever catches the error."""
    seen = 0

    async def receiving() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            state["over"] = True
            raise too_large(most)
        return message

    return receiving


def headed(message: Message, path: str) -> list[tuple[bytes, bytes]]:
    """A response's headers with those that browsers heed. Pages may run the app's own scripts, data nothing."""
    heads: list[tuple[bytes, bytes]] = [(n, v) for n, v in message.get("headers", []) if n.lower() != b"server"]
    there = {name.lower() for name, _ in heads}
    kind = next((v for n, v in heads if n.lower() == b"content-type"), b"")
    wanted = [*PLAIN, FOR_PAGES if kind.startswith(b"text/html") or b"javascript" in kind else FOR_DATA]
    if path.startswith(("/api", "/oauth", "/ogc", "/collections")):
        secret = path.startswith(("/oauth", "/api/v1/me", "/api/v1/login", "/api/v1/tokens"))
        wanted.append((b"cache-control", b"no-store" if secret else b"private, no-cache"))
    return heads + [pair for pair in wanted if pair[0] not in there]


def log(scope: Scope, status: int, seconds: float) -> None:
    """One line a request: no query, no head, no body, so that no token and no word of a report gets into a log."""
    path = "".join(c if c.isprintable() else "?" for c in scope["path"][:200])
    LOG.info("%s %s %d %.1f ms", scope["method"], path, status, seconds * 1000)
