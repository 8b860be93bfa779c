"""Who took a file or looked at a full text over HTTP, noted beside the ledger in batches, so that nobody waits for it."""

from __future__ import annotations

import atexit
import logging
import re
import threading
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from marsad.ledger.accounts import Accounts
from marsad.ledger.auditing import Deed, note
from marsad.model import MarsadError

LOG = logging.getLogger("marsad.server")
PAUSE = 1.0
"""Seconds after which what was done is written down."""
MOST = 10_000
EXPORTS = re.compile(
    r"/api/v1/(?:events|statistics|conditions)\.[a-z-]+|/api/acled/read|/api/gedevents/[^/]+|/(?:ogc/)?collections/[^/]+/items"
)
VIEWS = re.compile(r"/api/v1/reports(?:/[^/]+)?")
SECRET = frozenset({"key", "token", "access_token", "api_key", "email", "password", "signature", "sig"})
LISTS = re.compile(r"/api/v1/(?:events|statistics|conditions)")


class Deeds:
    """ASGI middleware: notes what was answered with success. `views` says whether looking at full texts is noted too."""

    def __init__(self, app: ASGIApp, *, kept: Callable[[], Accounts], views: bool) -> None:
        self.app, self.kept, self.views = app, kept, views
        self.lock = threading.Lock()
        self.waiting: list[Deed] = []
        self.timer: threading.Timer | None = None
        atexit.register(self.flush)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        action = self.action_of(scope)
        if action is None:
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await self.app(scope, receive, sending)
        if 200 <= status < 300:
            who = getattr(scope["state"].get("who"), "name", "") or "anonymous"
            self.keep(Deed(by=who, action=action, what=asked(scope)))

    def action_of(self, scope: Scope) -> str | None:
        """What a request does that is noted; `None` for all else."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        path = scope["path"]
        if EXPORTS.fullmatch(path) or (LISTS.fullmatch(path) and as_file(scope)):
            return "export"
        return "view" if self.views and VIEWS.fullmatch(path) else None

    def keep(self, deed: Deed) -> None:
        with self.lock:
            if len(self.waiting) < MOST:
                self.waiting.append(deed)
            if self.timer is None:
                self.timer = threading.Timer(PAUSE, self.flush)
                self.timer.daemon = True
                self.timer.start()

    def flush(self) -> None:
        """Write down what was done."""
        with self.lock:
            deeds, self.waiting, self.timer = self.waiting, [], None
        if deeds:
            try:
                note(self.kept(), deeds)
            except MarsadError:
                LOG.exception("%d deeds could not be noted", len(deeds))


def as_file(scope: Scope) -> bool:
    """Whether a listing is asked for in another format than JSON."""
    accept = next((v.decode("latin-1") for n, v in scope["headers"] if n == b"accept"), "")
    return any(kind in accept for kind in ("csv", "ndjson", "jsonl", "geo+json", "parquet", "spreadsheet", "atom"))


def asked(scope: Scope) -> str:
    """The address, what a client may have put into it to be known by left out."""
    given = parse_qsl(scope["query_string"].decode("latin-1")[:4000], keep_blank_values=True)
    query = urlencode([(name, value) for name, value in given if name.lower() not in SECRET])[:800]
    return str(scope["path"]) + (f"?{query}" if query else "")
