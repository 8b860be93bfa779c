"""A record behind a server, from Python: `marsad.connect("http://…").events(country="Sudan", since="2026-02-01")`."""

from __future__ import annotations

import calendar
import datetime as dt
import ipaddress
import os
import re
import time
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import httpx

from marsad.exports.explanation import Explanation, explain
from marsad.ledger.findings import arrange
from marsad.model import ConfigError, SourceError, from_record
from marsad.result import Result
from marsad.versions import version

Day = str | dt.date
Days = Day | Iterable[Day]
Many = str | Iterable[str]
Kind = Literal["events", "statistics", "conditions"]
KINDS: Mapping[str, Kind] = {"evt": "events", "sta": "statistics", "con": "conditions"}
PAGE = 1000
TRIES = 4
LONGEST_WAIT = 30.0
LONGEST = 256 * 2**20
PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?")
PREFIX = "MARSAD_"
SERVER, TOKEN, USER, PASSWORD = (PREFIX + name for name in ("SERVER", "TOKEN", "USER", "PASSWORD"))


class Remote:
    """A server's record. What it gives back is a `marsad.Result`, with data frames, tallies and the access board.

    Use it in a `with`, or `close()` it.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def __enter__(self) -> Remote:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def __repr__(self) -> str:
        return f"<marsad.Remote: {self._client.base_url}>"

    def events(self, *, limit: int | None = None, **asked: Any) -> Result:
        """Events that match, all of them unless `limit` is given.

        Filters are the server's: `country`, `place`, `actor`, `source`, `admin1`, `type` (one or several), `since`, `until`, `at`
        (a day as text or date, a month, a year; of several days `since` takes the first and `until` the last), `where` (as
        `marsad tally --where`), `q`, `min_killed`, `min_confidence`, `precision`, `disputed`, `order`, `as_of`, and more (see the
        API's reference). An unknown one is refused.

        Raises `ConfigError` for what the server refuses, `SourceError` where it can't be reached.
        """
        return self._listing("events", limit, asked)

    def statistics(self, *, limit: int | None = None, **asked: Any) -> Result:
        """Figures over many incidents or a period; filters as for events, and `measure`."""
        return self._listing("statistics", limit, asked)

    def conditions(self, *, limit: int | None = None, **asked: Any) -> Result:
        """Crossings, sieges, who holds what; filters as for events, and `subject` and `state`. `.access(day)` gives the board."""
        return self._listing("conditions", limit, asked)

    def explain(self, item: str | Any) -> Explanation:
        """Every claim behind an item, each in its sentence; `item` is an id or the item itself.

        Raises `ConfigError` where nothing has that id.
        """
        name = item if isinstance(item, str) else item.id
        kind = KINDS.get(name[:3])
        if kind is None:
            raise ConfigError(f"{name!r} is no id of an event, a statistic or a condition")
        found = self._get(f"{kind}/{quote(name, safe='')}")
        given: dict[str, list[Any]] = {kind: [read(found["record"])]}
        for group in ("claims", "reports"):
            given[group] = [read(record) for record in found[group]]
        return explain(arrange(**given), name)

    def _listing(self, kind: Kind, limit: int | None, asked: Mapping[str, Any]) -> Result:
        if limit is not None and limit < 1:
            raise ConfigError(f"limit is a number of 1 or more; got {limit}")
        parameters = [pair for name, value in asked.items() for pair in pairs(name, value)]
        records: list[Any] = []
        after: str | None = None
        while limit is None or len(records) < limit:
            size = PAGE if limit is None else min(PAGE, limit - len(records))
            more = [("limit", str(size)), *([("after", after)] if after else [])]
            found = self._get(kind, [*parameters, *more])
            records += [read(record) for record in found["data"]]
            after = found.get("after")
            if not after or not found["data"]:
                break
        return Result(**{kind: tuple(records)})

    def _get(self, path: str, parameters: list[tuple[str, str]] | None = None) -> Any:
        """The answer as JSON; asked again where the server is busy."""
        for left in reversed(range(TRIES)):
            answer = send(self._client, "GET", path, params=parameters)
            if answer.status_code in (429, 503) and left:
                time.sleep(pause(answer.headers.get("retry-after"), TRIES - left))
                continue
            return checked(answer)
        raise SourceError("the server is busy")


def connect(
    address: str | None = None,
    *,
    token: str | None = None,
    user: str | None = None,
    password: str | None = None,
    timeout: float = 60.0,
) -> Remote:
    """A server's record: `marsad.connect("https://record.example.org")`.

    What is not given is taken from the environment: `MARSAD_SERVER`, and `MARSAD_TOKEN` or `MARSAD_USER` with `MARSAD_PASSWORD`.
    They are sent over https, or to this machine, alone, and no redirect is followed.

    Raises `ConfigError` where no address is named or it is none, or the server refuses who asks.
    """
    where = (address or os.environ.get(SERVER) or "").rstrip("/")
    parts = urlsplit(where)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ConfigError(f"{where!r} is no address of a server: marsad.connect('http://127.0.0.1:8000'), or set {SERVER}")
    token = token or (None if user else os.environ.get(TOKEN))
    user, password = (user or os.environ.get(USER), password or os.environ.get(PASSWORD)) if not token else (None, None)
    if (token or user) and parts.scheme == "http" and not is_here(parts.hostname):
        raise ConfigError("a token or password is sent over https alone: begin the address with https://")
    heads = {"User-Agent": f"marsad/{version()}", "Accept": "application/json"}
    client = httpx.Client(base_url=f"{where}/api/v1/", headers=heads, timeout=timeout, follow_redirects=False)
    if user:
        form = {"grant_type": "password", "username": user, "password": password or "", "client_id": "marsad"}
        token = str(checked(send(client, "POST", f"{where}/oauth/token", data=form))["access_token"])
    if token:
        client.headers["Authorization"] = f"Bearer {token}"
    return Remote(client)


def is_here(host: str) -> bool:
    """Whether a host is this machine.

    >>> is_here("127.0.0.1"), is_here("localhost"), is_here("192.0.2.1")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def send(client: httpx.Client, method: str, path: str, **more: Any) -> httpx.Response:
    """One request. Raises `SourceError` where no answer comes, or one that is too long."""
    try:
        with client.stream(method, path, **more) as answer:
            body = bytearray()
            for part in answer.iter_bytes():
                body += part
                if len(body) > LONGEST:
                    raise SourceError(f"{client.base_url.host}: the answer is longer than {LONGEST // 2**20} MB")
    except httpx.HTTPError as error:
        raise SourceError(f"can't reach {client.base_url.host}: {error}") from error
    heads = {name: value for name, value in answer.headers.items() if name in ("content-type", "retry-after")}
    return httpx.Response(answer.status_code, content=bytes(body), headers=heads)


def checked(answer: httpx.Response) -> Any:
    """The answer as JSON. Raises `ConfigError` where the question is refused, `SourceError` for any other failure."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if answer.is_success and isinstance(body, dict):
        return body
    told = body.get("detail") or body.get("error_description") or body.get("title") if isinstance(body, dict) else None
    wrong = body.get("errors") if isinstance(body, dict) else None
    if isinstance(wrong, list) and wrong and isinstance(wrong[0], dict):
        told = "; ".join(f"{w.get('name')}: {w.get('message')}" for w in wrong[:5] if isinstance(w, dict))
    words = str(told or f"the answer {answer.status_code} is none of Marsad's")[:1000]
    if answer.status_code in (401, 403):
        raise ConfigError(f"{words} (set {TOKEN}, or {USER} and {PASSWORD})")
    if 400 <= answer.status_code < 500 and answer.status_code != 429:
        raise ConfigError(words)
    raise SourceError(words)


def pause(asked: str | None, tried: int) -> float:
    """Seconds to wait before asking again: what the server asks for, in bounds.

    >>> pause("2", 1), pause("9999", 1), pause(None, 3)
    (2.0, 30.0, 2.0)
    """
    try:
        return min(max(float(asked or ""), 0.0), LONGEST_WAIT)
    except ValueError:
        return 0.25 * 2.0**tried


def read(record: Mapping[str, Any]) -> Any:
    """A record as one of `marsad.model`'s. Raises `SourceError` where it is none."""
    try:
        return from_record(record)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"the server's answer is none of this version's: {error}") from error


def pairs(name: str, value: Any) -> Iterable[tuple[str, str]]:
    """A filter as parameters of an address; nothing for `None`.

    >>> list(pairs("since", "2026-02")), list(pairs("until", ["2026-02-01", dt.date(2026, 2, 18)])), list(pairs("disputed", True))
    ([('since', '2026-02-01')], [('until', '2026-02-18')], [('disputed', 'true')])
    """
    if value is None:
        return
    if name in ("since", "until", "at"):
        yield name, day_of(name, value)
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    elif isinstance(value, (str, int, float, dt.date)):
        yield name, value.isoformat() if isinstance(value, dt.date) else str(value)
    else:
        for each in value:
            yield from pairs(name, each)


def day_of(name: str, value: Days) -> str:
    """A day for `since`, `until` or `at`. Raises `ConfigError` where it is none, or `at` is given several."""
    if not isinstance(value, (str, dt.date)):
        days = sorted(day_of(name, each) for each in value)
        if not days or (name == "at" and len(days) > 1):
            raise ConfigError(f"{name} is one day" if days else f"{name} is an empty list")
        return days[-1] if name == "until" else days[0]
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.isoformat()
    partial = PARTIAL.fullmatch(value.strip())
    try:
        if partial and name in ("since", "until"):
            year, month = int(partial[1]), int(partial[2] or (1 if name == "since" else 12))
            return dt.date(year, month, 1 if name == "since" else calendar.monthrange(year, month)[1]).isoformat()
        return dt.datetime.fromisoformat(value.strip()).date().isoformat()
    except ValueError as error:
        raise ConfigError(f"{name}: {value!r} is not a date: write it as 2026-02-18") from error
