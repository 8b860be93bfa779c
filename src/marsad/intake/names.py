"""The tables of intake: page furniture, wire services, copyright holders."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from marsad.codebook.outlets import outlets
from marsad.intake.clean import fold


def read_rows(package: str, name: str) -> list[dict[str, str]]:
    """The rows of a table that is shipped with the package; an empty list where it isn't there."""
    path = files(package) / name
    if not path.is_file():
        return []
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [{k: v or "" for k, v in row.items() if k} for row in rows]


@cache
def furniture(kind: str) -> re.Pattern[str]:
    """One pattern for all rows of `furniture.tsv` of a kind; it is meant for `fullmatch` on one line."""
    rows = [r["pattern"] for r in read_rows("marsad.intake", "furniture.tsv") if r["kind"] == kind]
    return re.compile("|".join(f"(?:{p})" for p in rows), re.I)


@cache
def field_labels() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The headers that a saved story may carry: field name and the label's pattern."""
    rows = [r for r in read_rows("marsad.intake", "furniture.tsv") if r["kind"] == "label"]
    return tuple((r["source"].rpartition(": ")[2], re.compile(r["pattern"], re.I)) for r in rows)


@cache
def _agencies() -> dict[str, str]:
    found: dict[str, str] = {}
    for outlet in outlets():
        if outlet.kind == "agency":
            for words in (outlet.name, *outlet.aliases):
                found.setdefault(fold(words), outlet.name)
    for words, name in _told().items():
        found.setdefault(fold(words), name)
    return found


@cache
def _told() -> dict[str, str]:
    rows = read_rows("marsad.intake", "wires.tsv")
    return {words: r["agency"] for r in rows for words in r["words"].split("|")}


def find_agency(words: str) -> str | None:
    """The wire service that goes by these words.

    >>> find_agency("AFP"), find_agency("the associated press")
    ('Agence France-Presse', 'Associated Press')
    """
    return _agencies().get(fold(words).removesuffix("."))


@cache
def told_pattern() -> re.Pattern[str]:
    """`told The Associated Press`, `AFP reported`: the phrases by which a carried story shows who wrote it."""
    names = "|".join(re.escape(a) for a in sorted(_told(), key=len, reverse=True))
    return re.compile(rf"\b(?:told|tells|said to|speaking to|interview with|seen by|obtained by)\s+(?:the\s+)?({names})\b(?! TV)")


def told_agency(alias: str) -> str | None:
    """The service behind an alias that `told_pattern` found."""
    return _told().get(alias)


@cache
def _outlets() -> dict[str, str]:
    found: dict[str, str] = {}
    for outlet in outlets():
        for words in (outlet.name, *outlet.aliases):
            if len(words) > 3:
                found.setdefault(fold(words), outlet.name)
    for row in read_rows("marsad.codebook", "publishers.tsv"):
        found.setdefault(fold(row["publisher"]), row["publisher"])
    return found


def find_outlet(words: str) -> str | None:
    """The outlet that goes by these words, from the codebook."""
    return _outlets().get(fold(words))


def find_outlet_at(address: str) -> str | None:
    """The outlet whose site an address is on.

    >>> find_outlet_at("https://www.reuters.com/world/a")
    'Reuters'
    """
    host = (urlsplit(address).hostname or "") if "//" in address else ""
    parts = host.split(".")
    return next((name for n in range(len(parts) - 1) if (name := _sites().get(".".join(parts[n:])))), None)


@cache
def _sites() -> dict[str, str]:
    return {outlet.domain: outlet.name for outlet in reversed(outlets()) if outlet.domain}


@cache
def _holders() -> dict[str, str]:
    return {_holder_key(r["holder"]): r["publisher"] for r in read_rows("marsad.codebook", "publishers.tsv")}


def _holder_key(words: str) -> str:
    return " ".join(re.sub(r"\b(?:the|inc|ltd|llc|limited|plc|and|co)\b|[^\w\s]", " ", fold(words)).split())


def find_publisher(holder: str) -> str | None:
    """The publisher behind a copyright holder's name, from `publishers.tsv`; the outlet itself where it is known.

    >>> find_publisher("Saudi Research & Publishing Company")
    'Arab News'
    """
    name = _holders().get(_holder_key(holder), holder)
    return find_outlet(name) or (name if name != holder else None)
