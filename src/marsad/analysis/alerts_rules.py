"""Saved searches and where their alerts go, read from TOML. Every key is known; a mistake is told with the name of its rule."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from marsad.analysis.tallies import MEASURES, listed
from marsad.analysis.tallies_fields import CONDITION_FIELDS, EVENT_FIELDS
from marsad.analysis.tallies_filter import FilterError, Test, read_filter
from marsad.model import ConfigError

RuleKind = Literal["sum", "first", "change", "surge", "new"]
Of = Literal["events", "conditions"]
BY = ("country", "admin1", "place", "event_type", "sub_event_type", "who", "whom", "actor")
KEYS: Mapping[RuleKind, tuple[str, ...]] = {
    "sum": ("measure", "more_than", "within_days", "figure", "by"),
    "first": ("of", "after_days", "by", "also_first_ever", "told"),
    "change": ("after_days", "told"),
    "surge": ("measure", "within_days", "before_days", "by", "falls", "cautious"),
    "new": ("of",),
}
ALWAYS = ("name", "kind", "where", "look_back")
LARGEST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One saved search. Days are whole; which of the numbers matter depends on the kind."""

    name: str
    kind: RuleKind
    where: Test | None = None
    of: Of = "events"
    by: tuple[str, ...] = ()
    measure: str = "killed"
    figure: Literal["low", "best"] = "best"
    more_than: int = 0
    within_days: int = 1
    before_days: int = 180
    after_days: int = 0
    look_back: int = 30
    also_first_ever: bool = False
    told: bool = True
    falls: bool = False
    cautious: bool = True

    def threshold_words(self) -> str:
        """What the rule asks for, in words."""
        if self.kind == "sum":
            days = f"{self.within_days} day{'s' if self.within_days > 1 else ''}"
            return f"asked for: more than {self.more_than:,} in {days}"
        return f"asked for: after {self.after_days:,} days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """Where alerts go; `None` for what is not asked for. Paths are as written, beside the rules' file where they are relative."""

    atom: Path | None = None
    atom_title: str = "Marsad alerts"
    mail: Path | None = None
    mail_from: str = "marsad@localhost"
    mail_to: tuple[str, ...] = ()
    webhook: str | None = None
    webhook_secret: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A file of rules."""

    rules: tuple[Rule, ...]
    channels: Channels

    def reach(self) -> int:
        """How many days back the rules need to know events."""
        return max((r.look_back + max(r.before_days + r.within_days, 760) * (r.kind == "surge") for r in self.rules), default=0)

    def first_rules(self) -> bool:
        """Whether a rule needs all that ever was."""
        return any(r.kind == "first" and r.of == "events" for r in self.rules)


def read_rules(where: Path) -> Saved:
    """The rules of a TOML file (`docs/how-to/alerts.md`). Raises `ConfigError` for any mistake in it."""
    try:
        table = tomllib.loads(where.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"can't read the rules {where}: {error}") from error
    entries = table.get("alert", [])
    if not isinstance(entries, list) or not entries:
        raise ConfigError(f"{where.name} holds no [[alert]]")
    unknown = set(table) - {"alert", "deliver"}
    if unknown:
        raise ConfigError(f"{where.name}: there is no {', '.join(sorted(unknown))}; there are [[alert]] and [deliver.…]")
    rules = tuple(rule_of(entry, number) for number, entry in enumerate(entries, start=1))
    names = [r.name for r in rules]
    if len(set(names)) < len(names):
        raise ConfigError(f"{where.name}: two alerts have one name; names tell them apart")
    return Saved(rules=rules, channels=channels_of(table.get("deliver", {}), where))


def rule_of(entry: Mapping[str, Any], number: int) -> Rule:
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ConfigError(f"alert {number} has no name")
    given = entry.get("kind")
    if given not in get_args(RuleKind):
        raise ConfigError(f"alert {name!r}: kind is one of {', '.join(get_args(RuleKind))}; got {given!r}")
    kind = cast(RuleKind, given)
    allowed = (*ALWAYS, *KEYS[kind])
    for key in entry:
        if key not in allowed:
            raise ConfigError(f"alert {name!r}: there is no {key!r} in a rule of kind {kind}; there are {', '.join(allowed)}")
    of = choice(entry, "of", get_args(Of), "events", name) if kind != "change" else "conditions"
    fields = CONDITION_FIELDS if of == "conditions" else EVENT_FIELDS
    try:
        test = read_filter(text(entry, "where", name), fields)
    except FilterError as error:
        raise ConfigError(f"alert {name!r}: {error}") from error
    default_by = ("place",) if kind == "first" else ("admin1",) if kind == "surge" else ()
    return Rule(
        name=name.strip(),
        kind=kind,
        where=test,
        of=cast(Of, of),
        by=by_of(entry, default_by, name),
        measure=choice(entry, "measure", MEASURES, "killed", name),
        figure=cast(Literal["low", "best"], choice(entry, "figure", ("low", "best"), "best", name)),
        more_than=whole(entry, "more_than", 0, 0, name),
        within_days=whole(entry, "within_days", 14 if kind == "surge" else 1, 1, name),
        before_days=whole(entry, "before_days", 180, 1, name),
        after_days=whole(entry, "after_days", 90 if kind == "first" else 0, 0, name),
        look_back=whole(entry, "look_back", 30, 1, name),
        also_first_ever=flag(entry, "also_first_ever", False, name),
        told=flag(entry, "told", True, name),
        falls=flag(entry, "falls", False, name),
        cautious=flag(entry, "cautious", True, name),
    )


def by_of(entry: Mapping[str, Any], default: Sequence[str], name: str) -> tuple[str, ...]:
    given = entry.get("by", list(default))
    if not isinstance(given, (str, list)) or (isinstance(given, list) and not all(isinstance(g, str) for g in given)):
        raise ConfigError(f"alert {name!r}: by is a list of {', '.join(BY)}")
    try:
        return listed(given, BY, "dimension of alerts")
    except ConfigError as error:
        raise ConfigError(f"alert {name!r}: {error}") from error


def text(entry: Mapping[str, Any], key: str, name: str) -> str | None:
    value = entry.get(key)
    if value is not None and not isinstance(value, str):
        raise ConfigError(f"{name!r}: {key} is text in quotes")
    return value


def choice(entry: Mapping[str, Any], key: str, allowed: Sequence[str], default: str, name: str) -> str:
    value = entry.get(key, default)
    if value not in allowed:
        raise ConfigError(f"alert {name!r}: {key} is one of {', '.join(allowed)}; got {value!r}")
    return str(value)


def whole(entry: Mapping[str, Any], key: str, default: int, least: int, name: str) -> int:
    value = entry.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST:
        raise ConfigError(f"alert {name!r}: {key} is a whole number of {least} or more; got {value!r}")
    return value


def flag(entry: Mapping[str, Any], key: str, default: bool, name: str) -> bool:
    value = entry.get(key, default)
    if not isinstance(value, bool):
        raise ConfigError(f"alert {name!r}: {key} is true or false; got {value!r}")
    return value


def channels_of(table: object, where: Path) -> Channels:
    """The table [deliver]."""
    known = {"atom": ("file", "title"), "mail": ("folder", "from", "to"), "webhook": ("url", "secret_variable"), "link": ()}
    if not isinstance(table, Mapping):
        raise ConfigError(f"{where.name}: [deliver] has to be a table")
    for key, value in table.items():
        if key not in known or (key != "link" and not isinstance(value, Mapping)):
            raise ConfigError(f"{where.name}: there is no deliver.{key}; there are {', '.join(known)}")
        if isinstance(value, Mapping) and set(value) - set(known[key]):
            raise ConfigError(f"{where.name}: deliver.{key} has {', '.join(known[key])} and no other key")
    atom, mail, hook = (cast(Mapping[str, Any], table.get(key, {})) for key in ("atom", "mail", "webhook"))
    url = text(hook, "url", "deliver.webhook")
    if url is not None and not url.startswith(("http://", "https://")):
        raise ConfigError(f"deliver.webhook: {url!r} is no http or https address")
    to = mail.get("to", [])
    receivers = (to,) if isinstance(to, str) else tuple(str(t) for t in to)
    if any("\n" in address or "\r" in address for address in (*receivers, str(mail.get("from", "")))):
        raise ConfigError("deliver.mail: an address holds a line break")
    link = table.get("link")
    if link is not None and (not isinstance(link, str) or "{id}" not in link):
        raise ConfigError("deliver.link is an address with {id} in it")
    return Channels(
        atom=beside(where, text(atom, "file", "deliver.atom")),
        atom_title=text(atom, "title", "deliver.atom") or "Marsad alerts",
        mail=beside(where, text(mail, "folder", "deliver.mail")),
        mail_from=text(mail, "from", "deliver.mail") or "marsad@localhost",
        mail_to=receivers,
        webhook=url,
        webhook_secret=text(hook, "secret_variable", "deliver.webhook"),
        link=link,
    )


def beside(where: Path, name: str | None) -> Path | None:
    return None if name is None else where.parent / name
