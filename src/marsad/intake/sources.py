"""What is read: the sources named on a command line, or a list of them in TOML (see `docs/reference/sources.md`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlencode

from marsad.intake.addresses import is_address
from marsad.model import ConfigError

SourceKind = Literal["files", "address", "page", "feed", "sitemap", "reliefweb", "gdelt"]
ENDPOINTS = {
    "reliefweb": "https://api.reliefweb.int/v2/reports",
    "gdelt": "https://api.gdeltproject.org/api/v2/doc/doc",
}
SPAN = re.compile(r"(\d{1,6})\s*(s|m|h|d)")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
COUNTRY = re.compile(r"[A-Z]{3}")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source. `at` is an address, or files, folders and patterns; `every` and `revisit` are seconds.

    `name` becomes the publisher of stories that name none, but for lists of many outlets (`reliefweb`, `gdelt`).
    """

    at: str
    kind: SourceKind = "address"
    name: str | None = None
    country: str | None = None
    language: str | None = None
    reliability: str | None = None
    syndicates: tuple[str, ...] = ()
    every: float = 900.0
    revisit: tuple[float, ...] = ()
    follow: bool = True
    limit: int = 250
    query: str | None = None
    appname: str | None = None

    @property
    def title(self) -> str:
        """What it is called in messages."""
        return self.name or self.at

    @property
    def publisher(self) -> str | None:
        return None if self.kind in ENDPOINTS else self.name

    def list_address(self) -> str:
        """The address that its list is fetched from."""
        if self.kind == "reliefweb":
            return f"{self.at}{'&' if '?' in self.at else '?'}{urlencode(reliefweb_question(self))}"
        if self.kind == "gdelt":
            asked = {"query": self.query or "", "mode": "artlist", "format": "json", "sort": "datedesc"}
            return f"{self.at}{'&' if '?' in self.at else '?'}{urlencode({**asked, 'maxrecords': min(self.limit, 250)})}"
        return self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """How the web is read: seconds between two requests to one host, seconds that one address may take, who asks."""

    pause: float = 1.0
    deadline: float = 30.0
    patience: float = 60.0
    contact: str | None = None
    private_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    """Sources, and how to fetch them."""

    sources: tuple[Source, ...]
    fetching: Fetching = field(default_factory=Fetching)


def reliefweb_question(source: Source) -> list[tuple[str, str]]:
    """The parameters of a question for the newest reports that match."""
    included = ("title", "url_alias", "url", "body", "date", "source.name", "language.code")
    asked = [("limit", str(min(source.limit, 1000))), ("sort[]", "date.created:desc")]
    asked += [("fields[include][]", name) for name in included]
    if source.appname:
        asked.append(("appname", source.appname))
    if source.query:
        asked.append(("query[value]", source.query))
    if source.country:
        asked += [("filter[field]", "country.iso3"), ("filter[value]", source.country.lower())]
    return asked


def given_sources(given: Iterable[str]) -> SourceList:
    """What a command line names: files, folders, patterns, web addresses, and lists of sources (`*.toml`).

    Raises `ConfigError` where a list is wrong.
    """
    sources: list[Source] = []
    fetching: Fetching | None = None
    for word in given:
        if is_address(word):
            sources.append(Source(at=word))
        elif word.lower().endswith(".toml"):
            found = load_sources(Path(word))
            sources += found.sources
            fetching = fetching or found.fetching
        else:
            sources.append(Source(at=word, kind="files"))
    return SourceList(sources=tuple(sources), fetching=fetching or Fetching())


def load_sources(path: Path) -> SourceList:
    """A list of sources. Raises `ConfigError` with the name of the entry that is wrong, and of the field."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no TOML: {error}") from error
    unknown = set(table) - {"source", "fetch"}
    if unknown:
        raise ConfigError(f"{path}: unknown {', '.join(sorted(unknown))}: a list has [[source]] and [fetch]")
    rows = table.get("source")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise ConfigError(f"{path} lists no source: begin with [[source]]")
    found = tuple(source_of(row, f"{path}, source {row.get('name') or number}") for number, row in enumerate(rows, 1))
    twice = {s.name for s in found if sum(o.name == s.name and o.at == s.at and o.query == s.query for o in found) > 1}
    if twice:
        raise ConfigError(f"{path} lists twice: {', '.join(str(name) for name in sorted(map(str, twice)))}")
    return SourceList(sources=found, fetching=fetching_of(table.get("fetch", {}), str(path)))


def source_of(row: Mapping[str, Any], where: str) -> Source:
    """One `[[source]]`. Raises `ConfigError`."""
    known = {f.name for f in fields(Source)}
    unknown = set(row) - known
    if unknown:
        raise ConfigError(f"{where}: unknown {', '.join(sorted(unknown))}: a source has {', '.join(sorted(known))}")
    kind = row.get("kind", "files" if not is_address(str(row.get("at", "https://"))) else "address")
    if kind not in get_args(SourceKind):
        raise ConfigError(f"{where}: kind is one of {', '.join(get_args(SourceKind))}, not {kind!r}")
    at = row.get("at") or ENDPOINTS.get(kind)
    if not isinstance(at, str) or not isinstance(row.get("name"), str):
        raise ConfigError(f"{where}: a source has a name, and an address or file in `at`")
    if kind != "files" and not is_address(at):
        raise ConfigError(f"{where}: {at!r} is no http or https address")
    made: dict[str, Any] = {"kind": kind, "at": at, "name": row["name"].strip()}
    for name in ("reliability", "query", "appname"):
        made[name] = typed(row, name, str, where)
    made["country"] = matched(row, "country", COUNTRY, "an ISO code of three letters, as SDN", where)
    made["language"] = matched(row, "language", LANGUAGE, "a code as en or ar", where)
    made["syndicates"] = tuple(texts(row.get("syndicates", []), f"{where}: syndicates"))
    made["every"] = seconds(row.get("every", "15m"), f"{where}: every")
    made["revisit"] = tuple(sorted(seconds(v, f"{where}: revisit") for v in texts(row.get("revisit", []), f"{where}: revisit")))
    follow, limit = typed(row, "follow", bool, where), typed(row, "limit", int, where)
    made["follow"] = True if follow is None else follow
    made["limit"] = 250 if limit is None else limit
    if made["limit"] < 1:
        raise ConfigError(f"{where}: limit is at least 1")
    if kind == "gdelt" and not made["query"]:
        raise ConfigError(f"{where}: gdelt needs a query")
    return Source(**made)


def fetching_of(row: object, where: str) -> Fetching:
    """The table `[fetch]`. Raises `ConfigError`."""
    if not isinstance(row, Mapping) or set(row) - {f.name for f in fields(Fetching)}:
        raise ConfigError(f"{where}: [fetch] has {', '.join(f.name for f in fields(Fetching))}")
    made: dict[str, Any] = {"contact": typed(row, "contact", str, f"{where}, [fetch]")}
    for name in ("pause", "deadline", "patience"):
        value = row.get(name)
        if value is not None:
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 3600:
                raise ConfigError(f"{where}, [fetch]: {name} is a number of seconds")
            made[name] = float(value)
    made["private_hosts"] = frozenset(
        host.lower() for host in texts(row.get("private_hosts", []), f"{where}, [fetch]: private_hosts")
    )
    return Fetching(**made)


def typed(row: Mapping[str, Any], name: str, kind: type, where: str) -> Any:
    value = row.get(name)
    if value is None or (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
        return value
    raise ConfigError(f"{where}: {name} is {value!r}, and should be {'a text' if kind is str else kind.__name__}")


def matched(row: Mapping[str, Any], name: str, pattern: re.Pattern[str], told: str, where: str) -> str | None:
    value: str | None = typed(row, name, str, where)
    if value is not None and not pattern.fullmatch(value):
        raise ConfigError(f"{where}: {name} is {told}, not {value!r}")
    return value


def texts(value: object, where: str) -> list[str]:
    if isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value):
        return [v.strip() for v in value]
    raise ConfigError(f"{where} is a list of texts")


def seconds(value: object, where: str) -> float:
    """A span of time: a number of seconds, or as `30s`, `15m`, `6h`, `2d`.

    >>> seconds("15m", "every")
    900.0
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
        return float(value)
    hit = SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if not hit or not int(hit[1]):
        raise ConfigError(f"{where} is a span of time as 15m, 6h or 2d, not {value!r}")
    return float(hit[1]) * SECONDS[hit[2]]
