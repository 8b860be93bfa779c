"""The public's door: who is not known gets another application, on a ledger that holds nothing but redacted records.

What anybody may see is written into a ledger of its own, and the whole interface (search, history, counts, tiles, files, feeds)
runs on that: no route has to remember what is to be left out. It is made anew as the record, the desk's rules or the day change;
until it is there nothing is answered.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from marsad.codebook.sensitivity import Policy, load_policy
from marsad.exports.public.anonymity import Key, suppressed
from marsad.exports.public.publishing import as_public
from marsad.ledger.accounts import Accounts, caller_by_session
from marsad.ledger.history import head
from marsad.ledger.mirroring import write_findings
from marsad.ledger.store import Ledger, open_ledger
from marsad.server.guard import COOKIE
from marsad.server.problems import Refused, answer
from marsad.versions import codebook_digest, version

LOG = logging.getLogger("marsad.server")
RULES = "MARSAD_POLICY"
"""Where a server's environment names the desk's own rules, as `marsad publish` reads them."""
EVERY = 30.0
"""Seconds after which it is looked whether the record, the rules or the day have changed."""
ENTRANCES = ("/api/v1/login", "/api/v1/logout", "/api/v1/oidc", "/oauth", "/signed", "/corrections", "/api/v1/corrections")
"""What anybody may ask of the desk's own application: to be let in, what somebody signed for them, a correction."""
OWN = ("filters", "remarks", "judgements", "users", "tokens", "stream")
CLOSED = (*(f"/api/v1/{name}" for name in OWN), "/feeds")
TALLIES = "/api/v1/tallies"
Make = Callable[[Ledger], ASGIApp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the public sees: the application, its ledger, the folder that holds it, and what it was made of."""

    key: str
    app: ASGIApp
    ledger: Ledger
    folder: Path
    policy: Policy


@dataclass(slots=True, kw_only=True)
class Mirror:
    """The public's application on a redacted ledger, made anew where what it was made of has changed."""

    ledger: Ledger
    make: Make
    every: float = EVERY
    lock: threading.Lock = field(default_factory=threading.Lock)
    shown: Shown | None = None
    before: Shown | None = None
    looked: float = float("-inf")

    def current(self) -> Shown:
        """What is shown now: made first where nothing is. Raises `Refused` where it can't be."""
        if self.shown is None:
            with self.lock:
                if self.shown is None:
                    self.fresh()
        elif time.monotonic() - self.looked > self.every and self.lock.acquire(blocking=False):
            self.looked = time.monotonic()
            threading.Thread(target=self.behind, daemon=True).start()
        if self.shown is None:
            raise Refused(503, "not_ready", "the public record is being made: try again soon", {"Retry-After": "10"})
        return self.shown

    def behind(self) -> None:
        """Look whether something has changed while the public goes on seeing what it saw."""
        try:
            self.fresh()
        finally:
            self.lock.release()

    def fresh(self) -> None:
        """Make it anew where what it was made of has changed. Where it can't be made, what was shown is shown no more."""
        self.looked = time.monotonic()
        try:
            key = self.key()
            if self.shown is None or self.shown.key != key:
                made = self.made(key)
                old, self.before, self.shown = self.before, self.shown, made
                put_away(old)
        except Exception:
            LOG.exception("the public record could not be made")
            self.shown = None

    def key(self) -> str:
        """What it is made of: the record, the rules and the day."""
        end, rules = head(self.ledger), rules_file()
        own = rules.read_bytes() if rules else b""
        day = datetime.now(UTC).date().isoformat()
        return f"{end.chain if end else ''} {hashlib.sha256(own).hexdigest()} {day}"

    def made(self, key: str) -> Shown:
        policy = load_policy(rules_file())
        found = as_public(self.ledger, policy)
        folder = Path(tempfile.mkdtemp(prefix="marsad-public-"))
        try:
            file = folder / "public.sqlite"
            written = open_ledger(file, write=True)
            write_findings(written, found, version=version(), codebook=codebook_digest())
            written.close()
            ledger = open_ledger(file)
            return Shown(key=key, app=self.make(ledger), ledger=ledger, folder=folder, policy=policy)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def close(self) -> None:
        """Take away what was made."""
        put_away(self.before)
        put_away(self.shown)
        self.before = self.shown = None


def put_away(old: Shown | None) -> None:
    if old is not None:
        with suppress(Exception):
            old.ledger.close()
        shutil.rmtree(old.folder, ignore_errors=True)


def rules_file() -> Path | None:
    """The desk's own rules, where the environment names some."""
    named = os.environ.get(RULES)
    return Path(named) if named else None


class PublicDoor:
    """ASGI middleware around the desk's application: who brings a good token or visit goes in, all others to the public's."""

    def __init__(self, app: ASGIApp, *, mirror: Mirror, accounts: Accounts) -> None:
        self.app, self.mirror, self.accounts = app, mirror, accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            try:
                await self.app(scope, receive, send)
            finally:
                if scope["type"] == "lifespan":
                    self.mirror.close()
            return
        path = scope["path"]
        if within(path, ENTRANCES) or await run_in_threadpool(self.known, scope):
            await self.app(scope, receive, send)
            return
        try:
            if within(path, CLOSED):
                raise Refused(401, "not_known", "who are you? Log in, or send a token", {"WWW-Authenticate": "Bearer"})
            shown = await run_in_threadpool(self.mirror.current)
        except Exception as error:
            await answer(error)(scope, receive, send)
            return
        if path == TALLIES:
            await without_small_cells(shown, scope, receive, send)
            return
        await shown.app(scope, receive, send)

    def known(self, scope: Scope) -> bool:
        """Whether the request brings a token (good or not: the desk's own door says so) or the cookie of a visit."""
        heads = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if heads.get("authorization", "").lower().startswith("bearer "):
            return True
        try:
            cookie = SimpleCookie(heads.get("cookie", "")[:4000]).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and caller_by_session(self.accounts, cookie.value) is not None


def within(path: str, parts: tuple[str, ...]) -> bool:
    """Whether an address is one of those or below it.

    >>> within("/feeds/x.atom", ("/feeds",)), within("/feedsx", ("/feeds",))
    (True, False)
    """
    return any(path == part or path.startswith(f"{part}/") for part in parts)


async def without_small_cells(shown: Shown, scope: Scope, receive: Receive, send: Send) -> None:
    """A tally of which cells on few events are empty. Events are counted in any case."""
    asked = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    measures = asked.get("measure", ["events,killed"])[-1]
    if "events" not in measures.replace(" ", "").lower().split(","):
        scope = {**scope, "query_string": urlencode({**asked, "measure": [f"{measures},events"]}, doseq=True).encode("latin-1")}
    started: list[Message] = []
    body = bytearray()

    async def held(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    await shown.app(scope, receive, held)
    given = bytes(body)
    if started and started[0]["status"] == 200:
        given = emptied(given, shown.policy.below)
    heads = [(n, v) for n, v in started[0]["headers"] if n.lower() != b"content-length"]
    await send({**started[0], "headers": [*heads, (b"content-length", str(len(given)).encode())]})
    await send({"type": "http.response.body", "body": given})


def emptied(body: bytes, below: int) -> bytes:
    """The answer of a tally without the figures of small cells, nor of one more where a single one would follow from the total.

    >>> told = {"by": ["month"], "rows": [{"month": "02", "events_best": n} for n in (1, 9, 8)], "total": {"events_best": 18}}
    >>> [row["events_best"] for row in orjson.loads(emptied(orjson.dumps(told), 3))["rows"]]
    [None, 9, None]
    """
    told: dict[str, Any] = orjson.loads(body)
    rows, by = told["rows"], told["by"]
    counts: dict[Key, int] = {("", "", str(n)): int(row.get("events_best") or 0) for n, row in enumerate(rows)}
    hidden = {int(key[2]) for key in suppressed(counts, below)}
    told["rows"] = [without_figures(row, by) if n in hidden else row for n, row in enumerate(rows)]
    total = told["total"]
    if int(total.get("events_best") or 0) < below or (rows and len(hidden) == len(rows)):
        told["total"] = without_figures(total, by)
    return orjson.dumps(told)


def without_figures(row: dict[str, Any], by: list[str]) -> dict[str, Any]:
    return {**{name: value if name in by else None for name, value in row.items()}, "suppressed": True}
