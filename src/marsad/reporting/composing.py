"""What a report is composed with: its language, its situation, and the figures that its readers can look behind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from marsad.analysis.situation import Part, Situation
from marsad.analysis.tallies import Figure
from marsad.exports.situation.document import Behind, Run, Words
from marsad.exports.situation.words import Tongue
from marsad.model import Actor, Claim, Condition, Event, Report, Speaker, Statistic, Toll

MOST_BEHIND = 300
"""Events that are listed behind one figure; a workbook lists them all."""
COLOURS = {
    "Battles": "#d55e00",
    "Explosions/Remote violence": "#b5432a",
    "Violence against civilians": "#a0408a",
    "Protests": "#009e73",
    "Riots": "#56b4e9",
    "Strategic developments": "#5f6b76",
}
SHAPES = {"Protests": "diamond", "Riots": "diamond", "Strategic developments": "square"}
OPENNESS = {"open": "#0072b2", "partly": "#c98a00", "shut": "#d55e00", "held": "#5f6b76"}
SIGNS = {"open": "circle", "partly": "diamond", "shut": "cross", "held": "square"}


@dataclass(slots=True, kw_only=True)
class Composer:
    """A report under way. `behind` grows with each figure that is worded."""

    tongue: Tongue
    situation: Situation
    public: bool = False
    claims: dict[str, Claim] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    behind: list[Behind] = field(default_factory=list)
    whole: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    known: dict[tuple[str, ...], str] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)

    @classmethod
    def of(cls, situation: Situation, tongue: Tongue, *, public: bool = False) -> Composer:
        found = situation.held.found
        made = cls(tongue=tongue, situation=situation, public=public)
        made.claims = {c.id: c for c in found.claims}
        made.reports = {r.id: r for r in found.reports}
        made.events = {e.id: e for e in found.events}
        made.events |= {e.id: e for _, events in situation.held.beneath for e in events or ()}
        made.told = {e for e in situation.held.told if e in made.events}
        made.told |= {c.statistic.id for c in situation.statistics} | {c.id for c in found.conditions}
        return made

    @property
    def where(self) -> str:
        """The country, or the part of it that was asked for."""
        asked = self.situation.held.question
        home = self.tongue.country(asked.country)
        return home if not asked.place else self.tongue.listed((self.tongue.own(asked.place, 80), home))

    def figure(self, label: str, figure: Figure, ids: Sequence[str], *, bold: bool = False) -> Words:
        """A figure with its range that leads to the events which it is made of; a dash where none of them states one."""
        high = figure.high if figure.measure == "events" or not figure.open else None
        words = self.tongue.toll(Toll(low=figure.low, best=figure.best, high=high))
        if ids and figure.untold >= len(ids):
            words = self.tongue.say("untold")
        return (Run(words=words, link=self.behind_of(label, ids), bold=bold),) if ids else (Run(words=words, bold=bold),)

    def behind_of(self, label: str, ids: Sequence[str]) -> str:
        """The anchor of a figure, which is put down with what it is made of; the same one where it is there already."""
        key = tuple(ids)
        if key not in self.known:
            anchor = f"fig-{len(self.behind) + 1}"
            self.known[key] = anchor
            items = tuple((name, self.short(name)) for name in ids[:MOST_BEHIND])
            more = max(0, len(ids) - MOST_BEHIND)
            self.behind.append(Behind(anchor=anchor, label=(Run(words=label),), items=items, more=more))
            self.whole.append((anchor, label, key))
        return self.known[key]

    def short(self, name: str) -> str:
        """An event in a few words: its day and place."""
        event = self.events.get(name)
        if event is None:
            return name
        place = self.tongue.own(event.place.name, 40) if event.place else self.tongue.code(event.sub_event_type)
        return f"{self.tongue.brief(event.date_first)} {place}"

    def part_cells(self, name: str, part: Part) -> tuple[Words, ...]:
        """Events, killed, injured, disputed, told by one voice: the cells of a row of a tally."""
        cells = [self.figure(name, figure, part.ids) for figure in (part.events, part.killed, part.injured)]
        counts = (self.tongue.number(n) for n in (part.disputed, part.alone))
        return (*cells, *((Run(words=c),) for c in counts))

    def compose(self, key: str, **given: Words) -> Words:
        """A phrase with words put in that may lead somewhere."""
        found: list[Run] = []
        for piece in self.tongue.pieces(key):
            name = re.fullmatch(r"\{(\w+)\}", piece)
            found += given[name[1]] if name and name[1] in given else (Run(words=piece),)
        return tuple(found)

    def item(self, name: str, words: str, *, bold: bool = False) -> Run:
        """Words that lead to an item of the record, where it is set out."""
        return Run(words=words, link=name if name in self.told else None, bold=bold)

    def actors(self, group: Sequence[Actor]) -> str:
        return self.tongue.listed(
            self.tongue.code(a.name) if a.name in self.tongue.codes else self.tongue.own(a.name, 120) for a in group
        )

    def speakers(self, group: Sequence[Speaker]) -> str:
        """Names with their roles."""
        return self.tongue.listed(f"{self.tongue.own(s.name, 120)} ({self.tongue.code(s.role)})" for s in group)

    def parties(self, item: Event | Statistic) -> str:
        """Who, to whom, in one phrase."""
        who, whom = self.actors(item.who), self.actors(item.whom)
        if whom:
            return self.tongue.say("against", who=who, whom=whom) if who else self.tongue.say("against_whom", whom=whom)
        return who

    def heading(self, item: Event | Statistic | Condition) -> str:
        """What an item is, where and when, in one line."""
        t = self.tongue
        if isinstance(item, Event):
            return f"{t.code(item.sub_event_type)} · {t.place(item.place)} · {t.days(item.date_first, item.date_last)}"
        if isinstance(item, Statistic):
            figure = t.say("colon", one=t.code(item.measure), other=t.bounds(item.low, item.high))
            return f"{figure} · {t.place(item.place)} · {t.days(item.first, item.last)}"
        state = t.say("colon", one=t.code(item.subject), other=t.code(item.state))
        return f"{state} · {t.place(item.place)} · {t.since(item.since, item.precision)}"
