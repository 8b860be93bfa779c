"""Who acts: named actors, the generic nouns for the unnamed, and the names of countries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from marsad.codebook.tables import need, rows_of, split_cell
from marsad.codebook.words import ACTOR_KINDS, SPEAKER_ROLES

ACTOR_COLUMNS = ("id", "name", "aliases", "kind", "role", "country", "parent", "from", "until", "source")
GROUP_COLUMNS = ("group", "kind", "pattern", "armed", "role", "refers", "source")
NOUN_COLUMNS = ("group", "agent_group", "singular", "plural", "source")
HEAD_COLUMNS = ("head", "kind", "place", "source")
PART_COLUMNS = ("part", "words", "source")
COUNTRY_COLUMNS = ("iso3", "name", "long_name", "capital", "army", "source")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
DATE = re.compile(r"(?:\d{4}(?:-\d\d(?:-\d\d)?)?)?")
ISO3 = re.compile(r"(?:[A-Z]{3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A spelling of a name. `famous`: a short acronym that stands for this actor in any country's news.
    `not_in_capitals`: also an English word, so that it says nothing in a line that is all capitals. `at_home`: names this actor
    only in its own country's news. In the table these are the marks `!`, `*` and `~` after the alias."""

    words: str
    famous: bool = False
    not_in_capitals: bool = False
    at_home: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedActor:
    """One row of `actors.tsv`: a name and kind that hold from `since` to `until` (year, month or day; inclusive).

    `kind` is `None` for those that only speak (monitors, hospitals' unions); `role` is that of a speaker.
    """

    id: str
    name: str
    aliases: tuple[Alias, ...]
    kind: str | None
    role: str
    country: str | None
    parent: str | None
    since: str | None
    until: str | None
    source: str

    def holds(self, when: str | None) -> bool:
        """Whether the row is in force on the ISO date `when`; without a date, whether it still is."""
        if when is None:
            return self.until is None
        return (self.since or "") <= when[: len(self.since or "")] and (not self.until or when[: len(self.until)] <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorGroup:
    """A sort of unnamed actor. `pattern` gives its canonical name, `{country}` filled in; `armed` is `None` where the word
    leaves it open (a guard); `refers` are the kinds of named actor that "the" and such a word may point back to, the likeliest
    first (`armed`: any armed group)."""

    name: str
    kind: str | None
    pattern: str
    armed: bool | None
    role: str
    refers: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorNoun:
    """A generic word or phrase. `agent_group` is the sort of actor that it names where it is the one who acts."""

    words: str
    plural: bool
    group: ActorGroup
    agent_group: ActorGroup
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupHead:
    """What the name of an unlisted group is told by: `place` is `first`, `last` or `lower` (a name, then this word)."""

    words: str
    kind: str | None
    place: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """`name` as in "Military Forces of …", `long_name` as in "Civilians (…)"; `army` is the country whose soldiers a story from
    here means by "the army", where it has none of its own."""

    iso3: str
    name: str
    long_name: str
    capital: str | None
    army: str | None
    source: str


@cache
def actors() -> tuple[NamedActor, ...]:
    """The named actors. Several rows may share an id: the same actor under another name or kind at another time."""
    return read_actors()


def read_actors(text: str | None = None) -> tuple[NamedActor, ...]:
    """The rows of `actors.tsv`, or of `text`. Raises `ConfigError` with the line of a bad row."""
    name, found = "actors.tsv", []
    for number, row in rows_of(name, ACTOR_COLUMNS, text=text):
        need(SLUG.fullmatch(row["id"]), name, number, f"{row['id']!r} is no slug")
        need(row["name"] and row["source"], name, number, "a name and a source are needed")
        need(not row["kind"] or row["kind"] in ACTOR_KINDS, name, number, f"unknown kind {row['kind']!r}")
        need(row["role"] in SPEAKER_ROLES, name, number, f"unknown role {row['role']!r}")
        need(ISO3.fullmatch(row["country"]), name, number, f"{row['country']!r} is no ISO 3166 code")
        for column in ("from", "until"):
            need(DATE.fullmatch(row[column]), name, number, f"{row[column]!r} is no date")
        found.append(
            NamedActor(
                id=row["id"],
                name=row["name"],
                aliases=tuple(_alias(a) for a in split_cell(row["aliases"])),
                kind=row["kind"] or None,
                role=row["role"],
                country=row["country"] or None,
                parent=row["parent"] or None,
                since=row["from"] or None,
                until=row["until"] or None,
                source=row["source"],
            )
        )
    return tuple(found)


def _alias(cell: str) -> Alias:
    words = cell.rstrip("!*~")
    marks = cell[len(words) :]
    return Alias(words=words, famous="!" in marks, not_in_capitals="*" in marks, at_home="~" in marks)


@cache
def actor_groups() -> dict[str, ActorGroup]:
    """The sorts of unnamed actor by name. Raises `ConfigError` with the line of a bad row."""
    name, found = "actor_groups.tsv", {}
    for number, row in rows_of(name, GROUP_COLUMNS):
        need(not row["kind"] or row["kind"] in ACTOR_KINDS, name, number, f"unknown kind {row['kind']!r}")
        need(row["role"] in SPEAKER_ROLES, name, number, f"unknown role {row['role']!r}")
        need(row["armed"] in ("yes", "no", ""), name, number, "armed is yes, no or empty")
        refers = split_cell(row["refers"])
        need(all(r in (*ACTOR_KINDS, "armed", "any") for r in refers), name, number, f"unknown kind in {refers}")
        found[row["group"]] = ActorGroup(
            name=row["group"],
            kind=row["kind"] or None,
            pattern=row["pattern"],
            armed={"yes": True, "no": False}.get(row["armed"]),
            role=row["role"],
            refers=refers,
            source=row["source"],
        )
    return found


@cache
def actor_nouns() -> tuple[ActorNoun, ...]:
    """Every generic word and phrase, singular and plural. Raises `ConfigError` with the line of a bad row."""
    name, groups = "actor_nouns.tsv", actor_groups()
    found: dict[str, ActorNoun] = {}
    for number, row in rows_of(name, NOUN_COLUMNS):
        need(row["group"] in groups, name, number, f"unknown group {row['group']!r}")
        need(row["agent_group"] in ("", *groups), name, number, f"unknown group {row['agent_group']!r}")
        group = groups[row["group"]]
        agent = groups[row["agent_group"]] if row["agent_group"] else group
        for column in ("singular", "plural"):
            for words in split_cell(row[column]):
                noun = ActorNoun(words=words, plural=column == "plural", group=group, agent_group=agent, source=row["source"])
                found.setdefault(words.casefold(), noun)
    return tuple(found.values())


@cache
def group_heads() -> tuple[GroupHead, ...]:
    """The words by which an unlisted group's name is known. Raises `ConfigError` with the line of a bad row."""
    name, found = "group_heads.tsv", []
    for number, row in rows_of(name, HEAD_COLUMNS):
        need(not row["kind"] or row["kind"] in ACTOR_KINDS, name, number, f"unknown kind {row['kind']!r}")
        need(row["place"] in ("first", "last", "lower"), name, number, "place is first, last or lower")
        found.append(GroupHead(words=row["head"], kind=row["kind"] or None, place=row["place"], source=row["source"]))
    return tuple(found)


@cache
def phrase_parts() -> dict[str, frozenset[str]]:
    """The small words that actor phrases are made of, by the part they play: modifiers, determiners, connectors, …"""
    return {row["part"]: frozenset(split_cell(row["words"])) for _, row in rows_of("actor_words.tsv", PART_COLUMNS)}


@cache
def peoples() -> frozenset[str]:
    """Names of peoples that are no state's ("Kurdish", "Tamil"), case-folded, out of `demonyms.tsv`."""
    rows = rows_of("demonyms.tsv", ("word", "iso3", "kind", "source"))
    return frozenset(row["word"].casefold() for _, row in rows if row["kind"] == "people")


@cache
def countries() -> dict[str, Country]:
    """Countries by ISO 3166-1 alpha-3 code, as actors are named after them."""
    name, found = "countries.tsv", {}
    for number, row in rows_of(name, COUNTRY_COLUMNS):
        need(row["iso3"] and ISO3.fullmatch(row["iso3"]), name, number, f"{row['iso3']!r} is no ISO 3166 code")
        found[row["iso3"]] = Country(
            iso3=row["iso3"],
            name=row["name"],
            long_name=row["long_name"],
            capital=row["capital"] or None,
            army=row["army"] or None,
            source=row["source"],
        )
    return found


@cache
def speaker_roles() -> dict[str, str]:
    """What role a named actor has when it speaks: names and aliases, case-folded, to a role of the contract.

    >>> speaker_roles()["unhcr"], speaker_roles()["syrian observatory for human rights"]
    ('un', 'monitor')
    """
    found: dict[str, str] = {}
    for actor in actors():
        for words in (actor.name, *(a.words for a in actor.aliases)):
            found.setdefault(words.casefold(), actor.role)
    return found
