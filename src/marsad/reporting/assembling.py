"""A situation as a document of sections, in which every link leads somewhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from marsad.analysis.situation import Situation, situation
from marsad.analysis.situation_reading import Held
from marsad.exports.situation.document import (
    Block,
    Bullets,
    Document,
    Evidence,
    Line,
    Paragraph,
    Quote,
    Run,
    Section,
    Table,
    Tile,
    Tiles,
    Words,
)
from marsad.exports.situation.words import Tongue, clean, tongue
from marsad.ledger.findings import Findings
from marsad.reporting.annexes import annexes
from marsad.reporting.composing import Composer
from marsad.reporting.events import key_events, overview, tolls
from marsad.reporting.others import access, changes, coverage, method, statistics
from marsad.versions import version

STAMP = "marsad-report/1"


def document(held: Held, *, language: str = "en", folder: Path | None = None, public: bool = False) -> Document:
    """The whole report as sections, whatever the format.

    Raises `ConfigError` for a language that there is not, or a mistake in the words of a desk's folder.
    """
    asked = held.question
    t = tongue(language, country=asked.country, folder=folder)
    told = situation(held)
    made = Composer.of(told, t, public=public)
    body = [overview(made)]
    if held.found.events:
        body += [tolls(made), key_events(made)]
    since = changes(made)
    body += [statistics(made), access(made), *((since,) if since else ()), coverage(made), method(made)]
    sections = [s for s in (*body, *annexes(made)) if s.blocks]
    plain = t.say("title", country=t.country(asked.country))
    title = t.say("title_place", country=t.country(asked.country), place=clean(asked.place, 80)) if asked.place else plain
    found = Document(
        title=title,
        subtitle=t.days(asked.since, asked.until),
        language=language,
        direction=t.direction,
        sections=tuple(sections),
        stamp=stamp_of(held),
        foot=" ".join((known(t, held), t.say("foot", version=version()))),
        labels={key: t.say(key) for key in ("contents", "about", "figures_sheet", "id", "events")},
        found=exported(told),
        behind=tuple(made.whole),
    )
    return settled(found)


def known(t: Tongue, held: Held) -> str:
    """As of which moment a report is."""
    if not held.seq:
        return t.say("known_run") + "."
    day = t.figures(held.known[:16].replace("T", " ") + " UTC")
    return t.say("known", day=day, seq=t.number(held.seq), chain=held.chain[:16]) + "."


def stamp_of(held: Held) -> str:
    """What a report is of, in one line that its file carries: the next report begins where this one ended."""
    asked = held.question
    parts = [STAMP, f"country={asked.country}", f"from={asked.since}", f"to={asked.until}", f"seq={held.seq}"]
    parts += [f"chain={held.chain[:32]}"] if held.chain else []
    return " ".join(parts + ([f"place={quote(asked.place, safe='')}"] if asked.place else []))


def exported(told: Situation) -> Findings:
    """What a workbook lists: all events of the period, and the claims and reports that are quoted."""
    shown = tuple(c.statistic for c in told.statistics)
    return dataclasses.replace(told.held.found, statistics=shown)


def settled(found: Document) -> Document:
    """The document without links that lead nowhere."""
    there = found.anchors()
    return dataclasses.replace(found, sections=tuple(settle_section(s, there) for s in found.sections))


def settle_section(section: Section, there: frozenset[str]) -> Section:
    return dataclasses.replace(section, blocks=tuple(settle(b, there) for b in section.blocks))


def settle(block: Block, there: frozenset[str]) -> Block:
    if isinstance(block, Paragraph):
        return dataclasses.replace(block, words=kept(block.words, there))
    if isinstance(block, Bullets):
        return Bullets(items=tuple(kept(i, there) for i in block.items))
    if isinstance(block, Tiles):
        return Tiles(items=tuple(settle_tile(i, there) for i in block.items))
    if isinstance(block, Table):
        return dataclasses.replace(block, lines=tuple(settle_line(i, there) for i in block.lines))
    if isinstance(block, Evidence):
        return dataclasses.replace(block, quotes=tuple(settle_quote(q, there) for q in block.quotes))
    return block


def settle_tile(tile: Tile, there: frozenset[str]) -> Tile:
    return dataclasses.replace(tile, value=kept(tile.value, there), note=kept(tile.note, there))


def settle_line(line: Line, there: frozenset[str]) -> Line:
    return dataclasses.replace(line, cells=tuple(kept(c, there) for c in line.cells))


def settle_quote(quote_of: Quote, there: frozenset[str]) -> Quote:
    return dataclasses.replace(quote_of, source=kept(quote_of.source, there))


def kept(words: Iterable[Run], there: frozenset[str]) -> Words:
    """Runs, those that lead nowhere without their link."""
    return tuple(
        dataclasses.replace(run, link=None) if run.link is not None and run.link not in there else run
        for run in words
        if run.words
    )
