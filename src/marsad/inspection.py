"""Looking inside: the places of a report and the words of the codebook, for the screen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from marsad.codebook.actors import NamedActor, actors
from marsad.codebook.tables import rows_of
from marsad.codebook.words import CONDITIONS
from marsad.exports.wording import printable
from marsad.model import Place, Problem, Report

if TYPE_CHECKING:
    from marsad.places import PlaceMention

MENTION_COLUMNS = {"from–to": 0, "words": 14, "place and id": 24, "point": 0, "why, and what else": 44}
DEFINITIONS = ("list", "word", "definition", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One report and its place mentions, in the order of the text."""

    report: Report
    mentions: tuple[PlaceMention, ...]


def read_places(source: str) -> tuple[list[Reading], list[Problem]]:
    """The place mentions of every story in a file. What can't be read is a problem."""
    from marsad import intake
    from marsad.places import find_places, load_gazetteer

    gazetteer = load_gazetteer()
    readings: list[Reading] = []
    problems: list[Problem] = []
    for item in intake.open_inputs([source]):
        if isinstance(item, Problem):
            problems.append(item)
            continue
        stories, met = intake.read_capture(item, caller_published=None)
        problems.extend(met)
        for story in stories:
            found = find_places(story.report.text, gazetteer=gazetteer, title=story.report.title)
            readings.append(Reading(report=story.report, mentions=tuple(found.mentions)))
    return readings, problems


def place_lines(readings: Sequence[Reading]) -> str:
    """JSON Lines, one mention a line: report, start, end, words, place, alternatives, why."""
    return "".join(
        json.dumps(mention_record(reading.report, mention), ensure_ascii=False, separators=(",", ":")) + "\n"
        for reading in readings
        for mention in reading.mentions
    )


def mention_record(report: Report, mention: Any) -> dict[str, object]:
    """A mention as plain JSON values."""
    from marsad.model import plain

    return {"kind": "place_mention", "report": report.id, "origin": report.origin, **plain(mention)}


def place_table(readings: Sequence[Reading]) -> RenderableType:
    """A table for each report."""
    parts: list[RenderableType] = []
    for reading in readings:
        title = printable(reading.report.title or reading.report.origin, limit=90)
        if not reading.mentions:
            parts.append(Text(f"{title}: no place found"))
            continue
        table = Table(title=Text(title), title_justify="left", box=SIMPLE_HEAD, pad_edge=False, expand=True)
        for name, share in MENTION_COLUMNS.items():
            table.add_column(name, ratio=share or None, no_wrap=not share, overflow="fold")
        for mention in reading.mentions:
            table.add_row(*mention_cells(mention))
        parts.append(table)
    return Group(*parts) if parts else Text("no report found")


def mention_cells(mention: PlaceMention) -> list[Text]:
    """One row: offsets, words, the choice, what else it could have been, and why."""
    chosen = mention.place
    place = Text(printable(described(chosen)))
    if chosen and chosen.id:
        place.append(f"\n{printable(chosen.id)}", style="dim")
    words, where, why = (Text(printable(c)) for c in (mention.words, point(chosen), mention.why + others(mention)))
    return [Text(f"{mention.start}–{mention.end}"), words, place, where, why]


def others(mention: PlaceMention) -> str:
    """The first alternatives; those that are called like the choice are told apart by their ids."""
    same = described(mention.place)
    named = [f"{described(p)} {p.id or ''}".strip() if described(p) == same else described(p) for p in mention.alternatives]
    told = list(dict.fromkeys(named))
    more = f" and {len(told) - 3} more" if len(told) > 3 else ""
    return f". Not: {'; or '.join(told[:3])}{more}" if told else ""


def described(place: Place | None) -> str:
    """Name, region, country."""
    return ", ".join(p for p in (place.name, place.admin1, place.country) if p) if place else "not known"


def point(place: Place | None) -> str:
    """Latitude and longitude, `~` before them where they are not the very place's."""
    if place is None or place.latitude is None or place.longitude is None:
        return ""
    about = "~" if (place.precision or 1) > 1 else ""
    return f"{about}{place.latitude:.3f}, {place.longitude:.3f}"


def codebook_page(term: str | None) -> RenderableType | None:
    """The whole codebook, or what it says of one word: its definition, and the actors and places so named. `None` if nothing."""
    rows = [(r["list"], r["word"], r["definition"]) for _, r in rows_of("definitions.tsv", DEFINITIONS)]
    if term is None:
        return Group(*(definition_table(name, [r for r in rows if r[0] == name]) for name in dict.fromkeys(r[0] for r in rows)))
    wanted = term.strip().casefold().replace("_", " ")
    named = [r for r in rows if wanted in r[1].casefold().replace("_", " ")] or [r for r in rows if wanted in r[2].casefold()]
    parts: list[RenderableType] = [definition_table("definitions", named)] if named else []
    states = {s: CONDITIONS[s] for _, s, _ in named if s in CONDITIONS}
    parts += [Text(f"{subject}: {', '.join(words)}") for subject, words in states.items()]
    known = [a for a in actors() if wanted in (a.id, a.name.casefold(), *(alias.words.casefold() for alias in a.aliases))]
    parts += [actor_table(known)] if known else []
    return Group(*parts) if parts and wanted else None


def actor_table(known: Sequence[NamedActor]) -> Table:
    """Actors as the table has them; one row for each time that a name or kind held."""
    table = Table(title="actors", title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False, expand=True)
    for column, share in {"name": 22, "kind": 0, "role": 0, "country": 0, "holds": 16, "also written": 34}.items():
        table.add_column(column, ratio=share or None, no_wrap=not share, overflow="fold")
    for actor in known:
        holds = f"{actor.since or '…'} to {actor.until or 'now'}" if actor.since or actor.until else "always"
        aliases = ", ".join(alias.words for alias in actor.aliases)
        table.add_row(*(Text(c or "") for c in (actor.name, actor.kind, actor.role, actor.country, holds, aliases)))
    return table


def definition_table(name: str, rows: Sequence[tuple[str, str, str]]) -> Table:
    """Words of one list and what they mean."""
    table = Table(title=name, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False, expand=True)
    for column, share in (("list", 14), ("word", 28), ("what it means", 58)):
        table.add_column(column, ratio=share, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
