"""Who publishes: news agencies and outlets, with the names that they go by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from marsad.codebook.tables import need, rows_of, split_cell

COLUMNS = ("name", "aliases", "kind", "country", "domain", "source")
KINDS = ("agency", "newspaper", "magazine", "broadcaster", "radio", "site", "un", "armed_group")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher: `kind` is one of `KINDS` (`armed_group` for the media of one), `country` where it is based."""

    name: str
    aliases: tuple[str, ...]
    kind: str
    country: str | None
    domain: str | None
    source: str


@cache
def outlets() -> tuple[Outlet, ...]:
    """Every outlet. Raises `ConfigError` with the line of a bad row."""
    return read_outlets()


def read_outlets(text: str | None = None) -> tuple[Outlet, ...]:
    """The rows of `outlets.tsv`, or of `text`. Raises `ConfigError` with the line of a bad row."""
    name, found = "outlets.tsv", []
    for number, row in rows_of(name, COLUMNS, text=text):
        need(row["name"] and row["source"], name, number, "a name and a source are needed")
        need(row["kind"] in KINDS, name, number, f"unknown kind {row['kind']!r}")
        need(len(row["country"]) in (0, 3), name, number, f"{row['country']!r} is no ISO 3166 code")
        found.append(
            Outlet(
                name=row["name"],
                aliases=split_cell(row["aliases"]),
                kind=row["kind"],
                country=row["country"] or None,
                domain=row["domain"] or None,
                source=row["source"],
            )
        )
    return tuple(found)


@cache
def outlets_by_name() -> dict[str, Outlet]:
    """Outlets by each of their names, case-folded; the first of several wins.

    >>> outlets_by_name()["afp"].name
    'Agence France-Presse'
    """
    found: dict[str, Outlet] = {}
    for outlet in outlets():
        for words in (outlet.name, *outlet.aliases):
            found.setdefault(words.casefold(), outlet)
    return found
