"""What may leave a desk and how: tiers of fields, who is named, what is coarsened and held back; a desk's own file over it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from marsad.codebook.tables import toml_of
from marsad.model import ConfigError

NAME = "sensitivity.toml"
Coarsening = Literal["none", "h3", "admin1"]
By = Literal["target", "type", "state", "place"]
BYS: tuple[str, ...] = get_args(By)
RANK: Mapping[str, int] = {"none": 0, "h3": 1, "admin1": 2}
ADDED = {("people", "redact"), ("people", "keep")}
"""Lists that a desk's file adds to; all else it replaces."""
SECTIONS: Mapping[str, frozenset[str]] = {
    "tiers": frozenset({"order", "ceiling"}),
    "people": frozenset({"redact", "keep", "roles", "unknown"}),
    "quotes": frozenset({"words", "per_report", "languages"}),
    "places": frozenset({"h3"}),
    "small_cells": frozenset({"below"}),
    "anonymity": frozenset({"k", "alike"}),
    "retention": frozenset({"days"}),
    "package": frozenset({"title", "licence", "contact"}),
}
ALIKE = frozenset({"country", "admin1", "place", "month", "day", "event_type", "sub_event_type", "who_kind", "whom_kind"})
FIELDS = frozenset(
    {
        *("record", "report.text", "report.author", "report.origin", "report.external_id", "report.capture", "report.title"),
        *("report.url", "claim.uncertain", "claim.quote", "person.name", "place.exact"),
        *("sensitive.place", "sensitive.days"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitive:
    """What is sensitive and how it is told: where only to a cell or region, and when only after `days`."""

    by: By
    words: frozenset[str]
    coarsen: Coarsening
    days: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of a desk. `fields` and `countries` give tiers by name, `tiers` their order from what anybody may see."""

    tiers: tuple[str, ...]
    ceiling: str
    fields: Mapping[str, str]
    countries: Mapping[str, Mapping[str, str]]
    redact: tuple[str, ...]
    keep: tuple[str, ...]
    roles: frozenset[str]
    unknown: Literal["redact", "keep"]
    words: int
    words_per_report: int
    languages: frozenset[str]
    h3: int
    below: int
    k: int
    alike: tuple[str, ...]
    days: int
    title: str
    licence: str
    contact: str
    sensitive: tuple[Sensitive, ...]

    def tier(self, field: str, country: str | None = None) -> str:
        """The tier of a field, in a country where that says otherwise.

        >>> load_policy().tier("report.text"), load_policy().tier("report.url")
        ('internal', 'public')
        """
        own = self.countries.get(country or "", {})
        return own.get(field) or self.fields.get(field) or self.tiers[0]

    def shown(self, field: str, country: str | None = None, *, ceiling: str | None = None) -> bool:
        """Whether a field is at or below the ceiling."""
        return self.tiers.index(self.tier(field, country)) <= self.tiers.index(ceiling or self.ceiling)

    def above(self, fields: Sequence[str], ceiling: str | None = None) -> list[str]:
        """Why an export of these fields is refused, one line each; empty where it is not. Raises `ConfigError` for no field.

        >>> load_policy().above(["report.text", "report.url"])
        ['report.text is internal, and this desk lets out no more than public']
        """
        wrong = [f for f in fields if f not in FIELDS]
        if wrong:
            raise ConfigError(f"there is no field {wrong[0]!r}: choose of {', '.join(sorted(FIELDS))}")
        top = ceiling or self.ceiling
        return [
            f"{f} is {self.tier(f)}, and this desk lets out no more than {top}" for f in fields if not self.shown(f, ceiling=top)
        ]


def load_policy(path: Path | None = None) -> Policy:
    """The shipped rules, with a desk's own TOML file over them.

    Raises `ConfigError` where the file can't be read, or names what is not known: a mistake never opens anything.
    """
    shipped = toml_of(NAME)
    if path is None:
        return policy_of(shipped, NAME)
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"can't read {path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    return policy_of(laid_over(shipped, own, str(path)), str(path))


def laid_over(shipped: Mapping[str, Any], own: Mapping[str, Any], name: str) -> dict[str, Any]:
    """One set of rules over another. Raises `ConfigError` for a section that is none."""
    found = {key: dict(value) if isinstance(value, Mapping) else value for key, value in shipped.items()}
    for key, value in own.items():
        if key not in shipped:
            raise ConfigError(f"{name}: there is no section {key!r}: choose of {', '.join(shipped)}")
        if not isinstance(value, type(shipped[key])):
            raise ConfigError(f"{name}: {key} is not written as in {NAME}")
        if key == "sensitive":
            found[key] = [*shipped[key], *value]
        elif isinstance(value, Mapping):
            for inner, given in value.items():
                old = found[key].get(inner)
                found[key][inner] = [*(old or ()), *given] if (key, inner) in ADDED and isinstance(given, list) else given
        else:
            found[key] = value
    return found


def policy_of(rules: Mapping[str, Any], name: str) -> Policy:
    """Rules as read from TOML. Raises `ConfigError` for what makes no sense."""
    for section, known in SECTIONS.items():
        for key in rules[section]:
            check(key in known, name, f"[{section}] has no {key!r}: choose of {', '.join(sorted(known))}")
    tiers = tuple(words(rules["tiers"]["order"], name, "tiers.order"))
    check(len(tiers) > 1, name, "tiers.order names at least two tiers")
    ceiling = str(rules["tiers"]["ceiling"])
    check(ceiling in tiers, name, f"the ceiling {ceiling!r} is none of the tiers {', '.join(tiers)}")
    fields = tiers_by_field(rules["fields"], tiers, name)
    people, quotes, anonymity = rules["people"], rules["quotes"], rules["anonymity"]
    check(people["unknown"] in ("redact", "keep"), name, 'people.unknown is "redact" or "keep"')
    alike = tuple(words(anonymity["alike"], name, "anonymity.alike"))
    check(set(alike) <= ALIKE, name, f"anonymity.alike has columns of {', '.join(sorted(ALIKE))}")
    return Policy(
        tiers=tiers,
        ceiling=ceiling,
        fields=fields,
        countries={code: tiers_by_field(own, tiers, name) for code, own in rules["countries"].items()},
        redact=tuple(words(people["redact"], name, "people.redact")),
        keep=tuple(words(people["keep"], name, "people.keep")),
        roles=frozenset(words(people["roles"], name, "people.roles")),
        unknown=people["unknown"],
        words=whole(quotes["words"], name, "quotes.words"),
        words_per_report=whole(quotes["per_report"], name, "quotes.per_report"),
        languages=frozenset(words(quotes["languages"], name, "quotes.languages")),
        h3=whole(rules["places"]["h3"], name, "places.h3", most=9),
        below=whole(rules["small_cells"]["below"], name, "small_cells.below"),
        k=whole(anonymity["k"], name, "anonymity.k"),
        alike=alike,
        days=whole(rules["retention"]["days"], name, "retention.days"),
        title=str(rules["package"]["title"]),
        licence=str(rules["package"]["licence"]),
        contact=str(rules["package"]["contact"]),
        sensitive=tuple(sensitive(row, name) for row in rules["sensitive"]),
    )


def tiers_by_field(rows: object, tiers: Sequence[str], name: str) -> dict[str, str]:
    check(isinstance(rows, Mapping), name, "a country's fields are written as [countries.SDN]")
    found = {str(field): str(tier) for field, tier in cast(Mapping[str, object], rows).items()}
    for field, tier in found.items():
        check(field in FIELDS, name, f"there is no field {field!r}: choose of {', '.join(sorted(FIELDS))}")
        check(tier in tiers, name, f"{field}: {tier!r} is none of the tiers {', '.join(tiers)}")
    return found


def sensitive(row: Mapping[str, Any], name: str) -> Sensitive:
    by, coarsen = row.get("by"), row.get("coarsen", "none")
    check(by in BYS, name, f"[[sensitive]] by is one of {', '.join(BYS)}, not {by!r}")
    check(coarsen in RANK, name, f"[[sensitive]] coarsen is one of {', '.join(RANK)}, not {coarsen!r}")
    return Sensitive(
        by=cast(By, by),
        words=frozenset(w.casefold() for w in words(row.get("is", []), name, "sensitive.is")),
        coarsen=cast(Coarsening, coarsen),
        days=whole(row.get("days", 0), name, "sensitive.days"),
        source=str(row.get("source", "")),
    )


def words(value: object, name: str, key: str) -> list[str]:
    check(isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value), name, f"{key} is a list of words")
    return [str(v).strip() for v in cast(list[object], value)]


def whole(value: object, name: str, key: str, *, most: int = 100_000) -> int:
    check(isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most, name, f"{key} is a number up to {most}")
    return cast(int, value)


def check(holds: object, name: str, message: str) -> None:
    if not holds:
        raise ConfigError(f"{name}: {message}")
