"""Pages from the web, politely and safely.

Polite: robots.txt is asked first and obeyed, a host is asked once a second and by one request at a time, `Retry-After` is kept,
what has not changed is not sent again, and nothing is fetched past a login, a refusal or a paywall's redirect.
Safe: only http and https; a host's name is resolved once, all its addresses must be public, and the connection goes to the very
address that was checked; each redirect is checked anew, five of them at most; there is one deadline for all of it, and a cap
on bytes, packed and unpacked.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import email.utils
import http.cookiejar
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlsplit, urlunsplit

import httpx

from marsad.intake.addresses import AddressError, checked, is_public, next_hop
from marsad.intake.inflating import Bounds, InflationError, inflate, layers
from marsad.intake.inputs import MAX_STORY
from marsad.intake.robots import Robots, RobotsRules
from marsad.intake.sources import Fetching
from marsad.model import Problem

MAX_REDIRECTS = 5
TRIES = 3
READ = (
    *("text/", "application/xhtml", "application/xml", "application/json", "application/rss", "application/atom"),
    *("application/rdf", "application/pdf", "application/vnd.openxmlformats", "application/octet-stream", "application/x-"),
    "application/zip",
)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
LATER = 300.0
USUAL = Fetching()
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What an earlier answer said of itself, for the server to tell whether there is a newer one."""

    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer. `address` is where it came from in the end; `unchanged` where the server says so, and the body is then empty."""

    asked: str
    address: str
    body: bytes = b""
    media_type: str | None = None
    at: str
    known: Known = Known()
    unchanged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """No answer. `later` are the seconds after which asking again makes sense; `None` where it does not."""

    asked: str
    problem: Problem
    later: float | None = None


class Refused(Exception):
    """Why an address was not fetched."""

    def __init__(self, code: str, message: str, *, later: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.later = later


@dataclass(slots=True)
class Host:
    """When a host may be asked again."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    free: float = 0.0
    pause: float = 0.0


@dataclass(slots=True)
class Budget:
    """The seconds that are left for one address; waiting for a host's turn is not counted."""

    left: float


async def system_resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, by the system."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Fetcher:
    """Fetches addresses; use it as an asynchronous context manager, for any number of them at once."""

    def __init__(self, fetching: Fetching = USUAL, *, resolve: Resolve = system_resolve, backoff: float = 1.0) -> None:
        self.fetching = fetching
        self.resolve = resolve
        self.backoff = backoff
        self.hosts: dict[str, Host] = {}
        self.robots = Robots(user_agent(fetching))
        self.client = httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            timeout=fetching.deadline,
            limits=httpx.Limits(max_keepalive_connections=0),
            cookies=http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[])),
            headers={
                "User-Agent": user_agent(fetching),
                "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/pdf;q=0.9,*/*;q=0.5",
                "Accept-Encoding": "gzip, br",
            },
        )

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.client.aclose()

    async def fetch(self, address: str, known: Known = Known()) -> Fetched | Failure:
        """What stands at an address now. Never raises on what a server does.

        Problems: `bad_address`, `private_address`, `no_host`, `robots`, `refused`, `login`, `gone`, `redirects`, `busy`,
        `slow`, `unreachable`, `too_large`, `bomb`, `packing`, `incomplete`, `not_a_page`.
        """
        for attempt in range(TRIES):
            try:
                return await self.follow(address, known)
            except Refused as error:
                wait = max(error.later or 0.0, self.backoff * 2**attempt)
                if error.later is None or attempt == TRIES - 1 or wait > self.fetching.patience:
                    found = Problem(stage="intake", code=error.code, message=str(error), at=address)
                    return Failure(asked=address, problem=found, later=error.later and max(error.later, self.backoff))
                await asyncio.sleep(wait)
        raise AssertionError("unreachable")

    async def follow(self, address: str, known: Known) -> Fetched:
        """One try, through all redirects. Raises `Refused`."""
        budget = Budget(left=self.fetching.deadline)
        here = address
        for _ in range(MAX_REDIRECTS + 1):
            await self.allowed(here, budget)
            answer = await self.ask(here, known if here == address else Known(), budget)
            if isinstance(answer, Fetched):
                return answer if answer.asked == address else replace_asked(answer, address)
            here = answer
        raise Refused("redirects", f"is sent on more than {MAX_REDIRECTS} times")

    async def allowed(self, address: str, budget: Budget) -> None:
        """Raise `Refused` where the host's robots.txt does not allow the address."""
        try:
            parts = checked(address)
        except AddressError as error:
            raise Refused(error.code, str(error)) from error
        origin = f"{parts.scheme}://{parts.netloc}"
        async with self.host_of(address).asking:
            rules = self.robots.known(origin) or self.robots.keep(origin, await self.ask_robots(origin, budget))
        if rules.unknown:
            raise Refused("robots", f"{origin}/robots.txt can't be read, so nothing is fetched there for now", later=LATER)
        if not rules.allows(address):
            raise Refused("robots", "the site's robots.txt asks not to fetch it")
        self.host_of(address).pause = max(self.fetching.pause, rules.delay)

    async def ask_robots(self, origin: str, budget: Budget) -> RobotsRules:
        """The rules of a site: none where it has no such file, `unknown` where it can't say."""
        here = f"{origin}/robots.txt"
        try:
            for _ in range(MAX_REDIRECTS + 1):
                answer = await self.ask(here, Known(), budget, any_type=True)
                if isinstance(answer, Fetched):
                    return self.robots.read(answer.body)
                here = answer
        except Refused as error:
            if error.code in ("private_address", "no_host", "bad_address") and here == f"{origin}/robots.txt":
                raise
            return RobotsRules(unknown=error.later is not None)
        return RobotsRules()

    def host_of(self, address: str) -> Host:
        name = urlsplit(address).hostname or ""
        return self.hosts.setdefault(name, Host(pause=self.fetching.pause))

    async def ask(self, address: str, known: Known, budget: Budget, *, any_type: bool = False) -> Fetched | str:
        """One request, in the host's turn: an answer, or where it sends on to. Raises `Refused`."""
        host = self.host_of(address)
        async with host.turn:
            loop = asyncio.get_running_loop()
            wait = host.free - loop.time()
            if wait > self.fetching.patience:
                raise Refused("busy", "the site asks to come back later", later=wait)
            await asyncio.sleep(max(0.0, wait))
            began = loop.time()
            try:
                async with asyncio.timeout(max(0.05, budget.left)):
                    return await self.request(address, known, any_type)
            except TimeoutError as error:
                raise Refused("slow", f"took more than {self.fetching.deadline:g} seconds", later=LATER) from error
            except Refused as error:
                if error.code == "busy":
                    host.free = loop.time() + (error.later or 0.0)
                raise
            except (AddressError, InflationError) as error:
                raise Refused(error.code, str(error)) from error
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
                cut = isinstance(error, httpx.RemoteProtocolError) and "complete" in str(error)
                told = f"{type(error).__name__}: {str(error)[:100]}"
                raise Refused("incomplete" if cut else "unreachable", f"the site can't be read: {told}", later=LATER) from error
            finally:
                budget.left -= loop.time() - began
                host.free = max(host.free, loop.time() + host.pause)

    async def request(self, address: str, known: Known, any_type: bool) -> Fetched | str:
        parts = checked(address)
        number = await self.checked_number(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        port = f":{parts.port}" if parts.port else ""
        literal = f"[{number}]" if ":" in number else number
        headers = {"Host": parts.netloc}
        if known.etag:
            headers["If-None-Match"] = known.etag
        if known.modified:
            headers["If-Modified-Since"] = known.modified
        request = self.client.build_request(
            "GET",
            urlunsplit((parts.scheme, literal + port, parts.path, parts.query, "")),
            headers=headers,
            extensions={"sni_hostname": parts.hostname},
        )
        response = await self.client.send(request, stream=True)
        try:
            return await self.answer(address, response, any_type)
        finally:
            with contextlib.suppress(httpx.HTTPError, OSError):
                await response.aclose()

    async def checked_number(self, host: str, port: int) -> str:
        """The address to connect to. Raises `Refused` where any of the host's addresses is not public."""
        try:
            numbers = [str(ipaddress.ip_address(host))]
        except ValueError:
            try:
                numbers = list(await self.resolve(host, port))
            except (OSError, UnicodeError) as error:
                raise Refused("no_host", f"there is no host {host[:100]}", later=LATER) from error
        if not numbers:
            raise Refused("no_host", f"there is no host {host[:100]}", later=LATER)
        if host.lower() not in self.fetching.private_hosts:
            inside = [number for number in numbers if not is_public(number)]
            if inside:
                raise Refused("private_address", f"{host[:100]} is {inside[0]}, an address inside a network: not fetched")
        return min(numbers, key=lambda number: ":" in number)  # not every network has IPv6

    async def answer(self, address: str, response: httpx.Response, any_type: bool) -> Fetched | str:
        """What a response means. Raises `Refused`, `AddressError`, `InflationError`."""
        status = response.status_code
        moment = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        known = Known(etag=short(response.headers.get("ETag")), modified=short(response.headers.get("Last-Modified")))
        if status == 304:
            return Fetched(asked=address, address=address, at=moment, known=known, unchanged=True)
        if status in REDIRECTS and response.headers.get("Location"):
            return next_hop(address, response.headers["Location"])
        if status != 200:
            raise refusal(status, response.headers.get("Retry-After"))
        media = short(response.headers.get("Content-Type"))
        if media and not any_type and not media.lower().lstrip().startswith(READ):
            raise Refused("not_a_page", f"is {media.partition(';')[0][:60]}, which is not read")
        body = inflate(await whole(response), layers(response.headers.get("Content-Encoding")), Bounds(limit=MAX_STORY))
        return Fetched(asked=address, address=address, body=body, media_type=media, at=moment, known=known)


async def whole(response: httpx.Response) -> bytes:
    """The body as it was sent. Raises `Refused` where it is too large."""
    held = bytearray()
    stated = response.headers.get("Content-Length", "")
    if stated.isascii() and stated.isdigit() and len(stated) < 18 and int(stated) > MAX_STORY:
        raise Refused("too_large", f"is {int(stated) / 2**20:.0f} MB: a page may hold {MAX_STORY // 2**20} MB")
    async for piece in response.aiter_raw():
        held += piece
        if len(held) > MAX_STORY:
            raise Refused("too_large", f"a page may hold {MAX_STORY // 2**20} MB")
    return bytes(held)


def refusal(status: int, retry_after: str | None) -> Refused:
    """What a status that is no answer means."""
    if status in (401, 402, 403, 407, 451):
        return Refused("refused", f"the site refuses (status {status}): not asked again")
    if status in (404, 410):
        return Refused("gone", f"there is no such page (status {status})")
    if status in BUSY:
        return Refused("busy", f"the site can't answer now (status {status})", later=max(0.01, seconds_of(retry_after)))
    return Refused("unreachable", f"the site answers with status {status}")


def seconds_of(retry_after: str | None) -> float:
    """The seconds that a `Retry-After` header asks to wait, at most a day; 0 where it says nothing.

    >>> seconds_of("120")
    120.0
    """
    words = (retry_after or "").strip()
    if words.isascii() and words.isdigit():
        return float(min(int(words[:9]), 86_400))
    try:
        moment = email.utils.parsedate_to_datetime(words)
    except (ValueError, TypeError, IndexError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return min(max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds()), 86_400.0)


def short(value: str | None) -> str | None:
    return value[:500] if value else None


def replace_asked(answer: Fetched, asked: str) -> Fetched:
    """An answer under the address that was asked for; its validators belong to another one and are not kept."""
    return Fetched(asked=asked, address=answer.address, body=answer.body, media_type=answer.media_type, at=answer.at)


def user_agent(fetching: Fetching) -> str:
    """Who asks: the program, and the contact where one is given."""
    contact = "".join(c for c in fetching.contact or "" if c.isprintable() and c.isascii())
    return f"marsad/1 (news record{'; ' + contact if contact else ''})"
