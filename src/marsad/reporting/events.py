"""The parts of a report on events: at a glance, tolls, key events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from marsad.analysis.access import Entry, openness
from marsad.analysis.access_picture import outline
from marsad.analysis.situation import TOP, Part, Telling, shut
from marsad.analysis.situation_reading import weight
from marsad.exports.countries import countries
from marsad.exports.situation.document import (
    Block,
    Bullets,
    Column,
    Line,
    Paragraph,
    Picture,
    Run,
    Section,
    Table,
    Tile,
    Tiles,
    Words,
)
from marsad.exports.situation.drawing import Bar, Mark, across, atlas, over_time
from marsad.model import Event, Toll
from marsad.reporting.composing import COLOURS, SHAPES, Composer

NAMED = 12
"""Places that a map names, at most."""
REGION = 3


def overview(made: Composer) -> Section:
    """The figures that a reader wants first, in tiles, a sentence and a list."""
    say, told = made.tongue.say, made.situation
    asked = told.held.question
    dates = {"since": made.tongue.day(asked.since), "until": made.tongue.day(asked.until), "where": made.where}
    given = {name: (Run(words=words),) for name, words in dates.items()}
    blocks: list[Block] = []
    if made.public:
        blocks.append(Paragraph(words=(Run(words=say("public")),), style="note"))
    if told.held.found.events:
        blocks.append(tiles(made))
        total = told.total
        figures = {m: made.figure(say("total"), getattr(total, m), total.ids) for m in ("events", "killed", "injured")}
        blocks.append(Paragraph(words=made.compose("lead", **given, **figures), style="lead"))
    else:
        blocks.append(Paragraph(words=made.compose("lead_none", **given), style="lead"))
    items = tuple(highlights(made))
    if items:
        blocks.append(Bullets(items=items))
    if told.held.found.events:
        blocks.append(Paragraph(words=(Run(words=say("ranges_note")),), style="note"))
        blocks.append(event_map(made))
    return Section(name="overview", title=say("overview"), blocks=tuple(blocks))


def tiles(made: Composer) -> Tiles:
    """The headline figures."""
    say, number, told = made.tongue.say, made.tongue.number, made.situation
    total, civilians = told.total, told.civilians
    disputed = say("disputed_note", n=number(total.disputed), alone=number(total.alone))
    untold = say("untold_note", n=number(total.untold)) if total.untold else ""
    opened = say("open_note", n=number(total.killed.open)) if total.killed.open else ""
    closed = shut(told.access)
    items = [
        Tile(label=say("events"), value=made.figure(say("total"), total.events, total.ids), note=(Run(words=disputed),)),
        Tile(
            label=say("killed"),
            value=made.figure(say("total"), total.killed, total.ids),
            note=(Run(words=made.tongue.listed((untold, opened))),),
        ),
        Tile(
            label=say("against_civilians"),
            value=made.figure(say("against_civilians"), civilians.killed, civilians.ids),
            note=(Run(words=say("in_events", events=number(civilians.events.best))),),
        ),
        Tile(label=say("injured"), value=made.figure(say("total"), total.injured, total.ids)),
    ]
    if told.access:
        of = say("of_places", places=number(len(told.access)))
        first = closed[0].standings[0].id if closed and closed[0].standings else None
        value = (Run(words=number(len(closed)), link=first if first in made.told else None),)
        items.append(Tile(label=say("shut_places"), value=value, note=(Run(words=of),)))
    return Tiles(items=tuple(items))


def highlights(made: Composer) -> Iterator[Words]:
    """What an analyst would say first, each with what it rests on."""
    told, t = made.situation, made.tongue
    events = sorted(told.held.found.events, key=weight)[:1]
    for event in events:
        if event.killed.best or event.killed.low:
            yield made.compose(
                "deadliest",
                what=(Run(words=t.code(event.sub_event_type)),),
                where=(Run(words=t.place(event.place)),),
                when=(Run(words=t.days(event.date_first, event.date_last)),),
                killed=(made.item(event.id, t.toll(event.killed)),),
            )
    worst = next((p for p in told.regions if p.key and p.killed.best), None)
    if worst and worst.key and len(told.regions) > 1:
        name = t.own(worst.key)
        yield made.compose(
            "most_in",
            where=(Run(words=name),),
            killed=made.figure(name, worst.killed, worst.ids),
            events=made.figure(name, worst.events, worst.ids),
        )
    yield from access_highlights(made)
    yield from more_highlights(made)


def access_highlights(made: Composer) -> Iterator[Words]:
    """Sieges, closed ways, the last delivery."""
    told, t = made.situation, made.tongue
    day = (Run(words=t.day(told.held.question.at or told.held.question.until)),)
    besieged = [(e, s.id) for e in told.access for s in e.standings if (s.subject, s.state) == ("siege", "besieged")]
    ways = [
        (e, s.id)
        for e in told.access
        for s in e.standings
        if s.subject in ("border_crossing", "corridor") and openness(s.subject, s.state) == "shut"
    ]
    for key, found in (("besieged_now", besieged), ("shut_now", ways)):
        if found:
            yield made.compose(key, day=day, places=places(made, found))
    dated = [(e.delivered, e) for e in told.access if e.delivered and e.delivered.day]
    if dated:
        last, entry = max(dated, key=lambda pair: (pair[0].day or "", pair[0].id))
        where = (made.item(last.id, t.own(entry.place.name)),)
        yield made.compose("last_delivery", where=where, when=(Run(words=t.since(last.day, last.precision)),))


def places(made: Composer, found: Sequence[tuple[Entry, str]]) -> Words:
    """Names of places with commas between, each leading to its state; at most a dozen."""
    runs: list[Run] = []
    for entry, name in found[:NAMED]:
        runs += [Run(words=made.tongue.comma)] if runs else []
        runs.append(made.item(name, made.tongue.own(entry.place.name, 80)))
    return (*runs, Run(words=" …")) if len(found) > NAMED else tuple(runs)


def more_highlights(made: Composer) -> Iterator[Words]:
    """Thin coverage, and how much changed since the last report."""
    told, t = made.situation, made.tongue
    home = {m.area for m in told.months}
    months = [m.month for m in told.thin if m.area in home]
    if months:
        yield (Run(words=t.say("thin_warning", months=t.listed(t.month(m) for m in months)), tone="doubt"),)
    if told.held.earlier:
        counts = {k: t.number(sum(c.kind == k for c in told.changes)) for k in ("new", "changed", "merged", "withdrawn")}
        yield (Run(words=t.say("changed_short", name=t.own(told.held.earlier.name, 80), **counts)),)


def event_map(made: Composer) -> Picture:
    """Where events happened, by their kind and dead."""
    events, t = made.situation.held.found.events, made.tongue
    spots: dict[tuple[float, float, str], list[Event]] = {}
    for event in events:
        place = event.place
        if place and place.latitude is not None and place.longitude is not None and place.precision != REGION:
            spots.setdefault((place.longitude, place.latitude, event.event_type), []).append(event)
    drawn = sum(len(group) for group in spots.values())
    order = sorted(spots.items(), key=lambda item: (-dead(item[1]), item[0]))
    marks, named = [], set()
    for rank, ((x, y, kind), group) in enumerate(order):
        first = min(group, key=weight)
        name = t.own(first.place.name if first.place else "", 60)
        told = f"{name} · {t.code(kind)} · {t.say('events')}: {t.number(len(group))} · {t.say('killed')}: {t.number(dead(group))}"
        marks.append(
            Mark(
                at=(x, y),
                size=min(26.0, 3.0 + 1.7 * float(max(dead(group), 0)) ** 0.5),
                colour=COLOURS.get(kind, "#555555"),
                shape=SHAPES.get(kind, "circle"),
                link=first.id if first.id in made.told else "",
                title=told,
                label=name if rank < 3 * NAMED and (x, y) not in named else "",
            )
        )
        named.add((x, y))
    kinds = [k for k in COLOURS if any(key[2] == k for key in spots)]
    legend = [(COLOURS[k], SHAPES.get(k, "circle"), t.code(k)) for k in kinds]
    alt = t.say("map_alt", where=made.where, n=t.number(drawn))
    svg = atlas(marks, legend, t, alt, home=iso2(made), borders=outline(), close=bool(made.situation.held.question.place))
    note = t.say("map_note", n=t.number(len(events) - drawn))
    return Picture(name="map", title=t.say("map"), svg=svg, alt=alt, note=(Run(words=note),))


def iso2(made: Composer) -> str:
    country = countries().get(made.situation.held.question.country)
    return country.iso2 if country else ""


def dead(group: Sequence[Event]) -> int:
    """The best figures of some events' dead together."""
    return sum(e.killed.best if e.killed.best is not None else e.killed.low or 0 for e in group)


def tolls(made: Composer) -> Section:
    """Events and their dead over time, by type, region and actor."""
    told, say = made.situation, made.tongue.say
    blocks: list[Block] = [time_chart(made)]
    blocks.append(tally_table(made, "types", say("by_type"), say("type"), told.types, code=True, total=told.total))
    if any(p.key and p.killed.best for p in told.regions):
        blocks.append(region_chart(made))
    blocks.append(tally_table(made, "regions", say("by_region"), say("region"), told.regions, total=told.total))
    note = say("by_actor_note")
    blocks.append(tally_table(made, "actors", say("by_actor"), say("actor"), told.actors, total=told.total, note=note))
    return Section(name="tolls", title=say("tolls"), blocks=tuple(blocks))


def time_chart(made: Composer) -> Picture:
    told, t = made.situation, made.tongue
    bars = []
    for part in told.times:
        name = t.bucket(part.key or "")
        link = made.behind_of(name, part.ids) if part.ids else ""
        high = None if part.killed.open else part.killed.high
        under = t.number(part.events.best) if part.events.best else ""
        bars.append(
            Bar(label=short(made, part.key or ""), low=part.killed.low, best=part.killed.best, high=high, under=under, link=link)
        )
    peak = max(told.times, key=lambda p: p.killed.best)
    asked, bucket = told.held.question, t.say(f"bucket_{told.bucket}")
    given = {"bucket": bucket, "since": t.day(asked.since), "until": t.day(asked.until)}
    alt = t.say("over_time_alt", most=t.number(peak.killed.best), when=t.bucket(peak.key or ""), **given)
    return Picture(
        name="time", title=t.say("over_time"), svg=over_time(bars, t, alt), alt=alt, note=(Run(words=t.say("over_time_note")),)
    )


def short(made: Composer, key: str) -> str:
    """A stretch of time as a label under a bar: the (first) day, or the month and year."""
    t = made.tongue
    if "W" in key:
        return t.brief(dt.date.fromisoformat(f"{key}-1").isoformat())
    if len(key) == 10:
        return t.brief(key)
    return f"{t.months[int(key[5:7]) - 1][:3]} {t.figures(key[2:4])}" if t.direction == "ltr" else t.month(key)


def region_chart(made: Composer) -> Picture:
    told, t = made.situation, made.tongue
    bars = []
    for part in [p for p in told.regions if p.key and p.killed.best][:TOP]:
        name = t.own(part.key, 60)
        link = made.behind_of(name, part.ids)
        high = None if part.killed.open else part.killed.high
        words = t.toll(Toll(low=part.killed.low, best=part.killed.best, high=high))
        bars.append(Bar(label=name, low=part.killed.low, best=part.killed.best, high=high, under=words, link=link))
    title = t.say("colon", one=t.say("by_region"), other=t.say("killed"))
    return Picture(name="regions", title=title, svg=across(bars, t, title), alt=title)


def tally_table(
    made: Composer, name: str, title: str, head: str, parts: Sequence[Part], *, total: Part, code: bool = False, note: str = ""
) -> Table:
    """A tally's rows; what is beyond the first ten is counted, and the last row has all events once."""
    t = made.tongue
    lines = []
    for part in parts[:TOP]:
        words = t.say("not_stated") if not part.key else t.code(part.key) if code or part.key in t.codes else t.own(part.key)
        cells = made.part_cells(words, part)
        lines.append(Line(cells=((Run(words=words),), *cells)))
    if len(parts) > TOP:
        more = t.say("others", n=t.number(len(parts) - TOP))
        lines.append(Line(cells=((Run(words=more, tone="quiet"),), *(() for _ in range(5)))))
    lines.append(Line(cells=((Run(words=t.say("total"), bold=True),), *made.part_cells(t.say("total"), total)), total=True))
    return Table(
        name=name, title=title, columns=tally_columns(made, head), lines=tuple(lines), note=(Run(words=note),) if note else ()
    )


def tally_columns(made: Composer, head: str) -> tuple[Column, ...]:
    say = made.tongue.say
    figures = tuple(Column(head=say(k), width=3, number=True) for k in ("events", "killed", "injured"))
    rest = tuple(Column(head=say(k), width=2, number=True) for k in ("disputed", "one_voice"))
    return (Column(head=head, width=5), *figures, *rest)


def key_events(made: Composer) -> Section:
    """The weightiest events, each with who says how many."""
    say, told = made.tongue.say, made.situation
    heads = (("date", 2), ("what", 4), ("parties", 4), ("killed", 2), ("by_speaker", 5), ("sources", 3))
    lines = tuple(Line(cells=tuple(key_cells(made, one))) for one in told.key)
    note = (Run(words=say("key_note", n=made.tongue.number(len(lines)))),)
    columns = tuple(Column(head=say(key), width=width) for key, width in heads)
    table = Table(name="key", title=say("key_events"), columns=columns, lines=lines, note=note)
    return Section(name="key_events", title=say("key_events"), blocks=(table,) if lines else ())


def key_cells(made: Composer, one: Telling) -> Iterator[Words]:
    t, event = made.tongue, one.event
    yield (Run(words=t.days(event.date_first, event.date_last)),)
    place = Run(words=t.place(event.place))
    yield (made.item(event.id, t.code(event.sub_event_type), bold=True), Run(words="\n"), place)
    parties = [Run(words=made.parties(event))]
    if event.disputed:
        fields = t.listed(t.code(f) for f in event.disputed)
        parts = [Run(words="\n"), Run(words=t.say("sources_differ", fields=fields), tone="doubt")]
        parties += parts if parties[0].words else parts[1:]
    yield tuple(parties)
    killed = [made.item(event.id, t.toll(event.killed) or t.say("not_stated"), bold=True)]
    if event.injured != Toll():
        killed += [Run(words="\n"), Run(words=t.say("colon", one=t.say("injured"), other=t.toll(event.injured)))]
    yield tuple(killed)
    yield tuple(voices(made, one))
    yield (Run(words=t.listed(t.own(s, 80) for s in event.sources[:4])),)


def voices(made: Composer, one: Telling) -> Iterator[Run]:
    """Who says how many, a line a speaker and figure; each leads to its claim."""
    t = made.tongue
    for number, voice in enumerate(one.voices[:6]):
        if number:
            yield Run(words="\n")
        yield Run(words=t.own(voice.who, 60) or t.say("the_report"))
        verb = f" ({t.say(voice.stance)})" if voice.stance != "asserts" else ""
        figure = t.bounds(voice.low, voice.high) if (voice.low, voice.high) != (None, None) else t.quoted(voice.words)
        yield Run(words=f"{verb}: {t.code(voice.effect)} ")
        yield Run(words=figure, link=voice.claims[0])
