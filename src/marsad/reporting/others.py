"""The parts of a report beside events: figures of others, access, what changed, coverage, method."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from marsad.analysis.access import Delivery, Entry, Standing, openness, worst
from marsad.analysis.access_picture import outline
from marsad.analysis.checks import Coverage
from marsad.analysis.situation_changes import ORDER, Changed, Difference
from marsad.exports.situation.document import Block, Bullets, Column, Line, Paragraph, Picture, Run, Section, Table, Words
from marsad.exports.situation.drawing import Mark, atlas
from marsad.model import Condition, Toll
from marsad.reporting.composing import OPENNESS, SIGNS, Composer
from marsad.reporting.events import REGION, iso2

QUIET = 30
MOST_CHANGES = 80
MOST_SOURCES = 15
MOST_BOARD = 150
WHY = {
    "its period is not stated": "why_period",
    "its figure is not stated": "why_figure",
    "too many events lie in its period to be compared here": "why_many",
}


def columns(made: Composer, *heads: tuple[str, int]) -> tuple[Column, ...]:
    return tuple(Column(head=made.tongue.say(key), width=width) for key, width in heads)


def statistics(made: Composer) -> Section:
    """Figures of others, each beside what the record holds of the same."""
    t, told = made.tongue, made.situation
    blocks: list[Block] = []
    if not told.statistics:
        blocks.append(Paragraph(words=(Run(words=t.say("statistics_none")),)))
    else:
        lines = tuple(Line(cells=tuple(statistic_cells(made, c))) for c in told.statistics)
        heads = (("figure", 3), ("of_what", 5), ("according_to", 3), ("record_holds", 4))
        note: Words = (Run(words=t.say("statistics_note")),)
        blocks.append(Table(name="statistics", title=t.say("statistics"), columns=columns(made, *heads), lines=lines, note=note))
        sums = dict.fromkeys(s for c in told.statistics for s in c.sums)
        blocks += [Paragraph(words=(Run(words=t.say("sums_differ", sums=t.figures(t.own(s)))),), style="warning") for s in sums]
        if told.held.statistics_left_out:
            more = t.say("statistics_more", n=t.number(told.held.statistics_left_out))
            blocks.append(Paragraph(words=(Run(words=more),), style="note"))
    return Section(name="statistics", title=t.say("statistics"), blocks=tuple(blocks))


def statistic_cells(made: Composer, item: Coverage) -> Iterator[Words]:
    t, told = made.tongue, item.statistic
    words = t.say("colon", one=t.code(told.measure), other=t.bounds(told.low, told.high))
    yield (made.item(told.id, words, bold=True),)
    kind = t.code(told.sub_event_type or told.event_type or "")
    about = (kind, made.parties(told), t.place(told.place) if told.place else "")
    yield (Run(words=t.listed(about)), Run(words="\n"), Run(words=t.days(told.first, told.last)))
    yield (Run(words=made.speakers(told.according_to) or t.say("the_report")),)
    if item.note:
        why = t.say(WHY.get(item.note, "why_measure"))
        yield (Run(words=t.say("not_compared", why=why), tone="quiet"),)
        return
    found = t.toll(item.found) or t.number(0)
    ids = (*item.events, *item.perhaps)
    link = made.behind_of(made.heading(told), ids) if ids else None
    share = Run(words=f" = {t.figures(percent(item.share))}", tone="quiet") if item.share is not None else Run(words="")
    if told.measure == "incidents":
        yield (*made.compose("holds_incidents", found=(Run(words=found, link=link),)), share)
    else:
        events = (Run(words=t.number(len(item.events)), link=link),)
        yield (*made.compose("holds", found=(Run(words=found, link=link),), events=events), share)


def percent(share: float) -> str:
    """A share in whole per cent.

    >>> percent(0.281), percent(0.004)
    ('28%', '<1%')
    """
    return "<1%" if 0 < share < 0.01 else f"{share:.0%}"


def access(made: Composer) -> Section:
    """The board of the day, its map, and what turned in the period."""
    t, told = made.tongue, made.situation
    day = t.day(told.held.question.at or told.held.question.until)
    blocks: list[Block] = []
    if told.access:
        picture = access_map(made, day)
        blocks += [picture] if picture else []
        heads = (("place", 3), ("state", 3), ("since", 3), ("who", 3), ("according_to", 3), ("dispute", 3), ("last_aid", 4))
        lines = tuple(line for e in told.access[:MOST_BOARD] for line in board_lines(made, e))
        note: Words = (Run(words=t.say("access_note")),)
        title = t.say("access_on", day=day)
        blocks.append(Table(name="access", title=title, columns=columns(made, *heads), lines=lines, note=note))
    else:
        blocks.append(Paragraph(words=(Run(words=t.say("access_none")),)))
    turned = tuple(turn(made, c) for c in told.turned)
    if turned:
        blocks += [Paragraph(words=(Run(words=t.say("turned"), bold=True),)), Bullets(items=turned)]
    else:
        blocks.append(Paragraph(words=(Run(words=t.say("turned_none")),)))
    return Section(name="access", title=t.say("access"), blocks=tuple(blocks))


def access_map(made: Composer, day: str) -> Picture | None:
    """Where something is open or shut; `None` where no place has a known point."""
    t = made.tongue
    marks = []
    for entry in made.situation.access:
        place = entry.place
        if place.latitude is None or place.longitude is None or place.precision == REGION:
            continue
        word = worst(entry)
        first = entry.standings[0].id if entry.standings else entry.delivered.id if entry.delivered else ""
        told = t.listed(state_words(made, s) for s in entry.standings)
        doubt = " ?" if any(s.disputed_by or s.against or s.disputed for s in entry.standings) else ""
        marks.append(
            Mark(
                at=(place.longitude, place.latitude),
                size={"shut": 6.5, "partly": 6.0}.get(word, 5.5),
                colour=OPENNESS[word],
                shape=SIGNS[word],
                link=first if first in made.told else "",
                title=f"{t.own(place.name, 60)} · {told}",
                label=t.own(place.name, 60) + doubt,
            )
        )
    if not marks:
        return None
    shown = [w for w in OPENNESS if any(m.colour == OPENNESS[w] for m in marks)]
    legend = [(OPENNESS[w], SIGNS[w], t.say(w)) for w in shown]
    alt = t.say("access_alt", day=day, n=t.number(len(marks)))
    close = bool(made.situation.held.question.place)
    svg = atlas(marks, legend, t, alt, home=iso2(made), borders=outline(), close=close)
    return Picture(name="access_map", title=t.say("access_on", day=day), svg=svg, alt=alt)


def state_words(made: Composer, item: Standing | Condition) -> str:
    return made.tongue.say("colon", one=made.tongue.code(item.subject), other=made.tongue.code(item.state))


def board_lines(made: Composer, entry: Entry) -> Iterator[Line]:
    """A row a state; the place and its last delivery stand in the first."""
    t = made.tongue
    name: Words = (Run(words=t.place(entry.place), bold=True),)
    aid: list[Run] = []
    for one in (entry.delivered, entry.thwarted):
        if one:
            aid += [Run(words="\n")] if aid else []
            aid += delivery(made, one)
    last = tuple(aid)
    for item in entry.standings:
        since: list[Run] = [Run(words=t.since(item.since, item.precision))]
        if item.quiet is not None and item.quiet > QUIET:
            since += [Run(words="\n"), Run(words=t.say("quiet", n=t.number(item.quiet)), tone="quiet")]
        word = openness(item.subject, item.state)
        state = Run(words=state_words(made, item), link=item.id if item.id in made.told else None, tone=word)  # type: ignore[arg-type]
        who = t.listed(t.own(w, 80) for w in item.who)
        source = t.listed(t.own(s, 80) for s in item.sources) or t.say("the_report")
        yield Line(
            cells=(
                name,
                (state,),
                tuple(since),
                (Run(words=who),),
                (Run(words=source),),
                tuple(dispute(made, item)),
                last,
            )
        )
        name, last = (), ()
    if not entry.standings:
        yield Line(cells=(name, (), (), (), (), (), last))


def dispute(made: Composer, item: Standing) -> Iterator[Run]:
    """Who disputes a state, what else is told, and in what its sources differ."""
    t = made.tongue
    parts: list[Run] = []
    if item.disputed_by:
        who = t.listed(t.own(w, 80) for w in item.disputed_by)
        parts.append(Run(words=t.say("disputed_by", who=who), tone="doubt"))
    for state, other in item.against:
        link = other if other in made.told else None
        parts.append(Run(words=t.say("also_told", state=t.code(state)), tone="doubt", link=link))
    differ = [d for d in item.disputed if d != "state"]
    if differ:
        parts.append(Run(words=t.say("sources_differ", fields=t.listed(t.code(d) for d in differ)), tone="doubt"))
    for number, run in enumerate(parts):
        if number:
            yield Run(words="\n")
        yield run


def delivery(made: Composer, item: Delivery) -> list[Run]:
    t = made.tongue
    day = t.since(item.day, item.precision) if item.precision != "unknown" else t.say("told_on", day=t.day(item.day or ""))
    day = day if item.day else t.say("undated")
    runs = [made.item(item.id, f"{t.code(item.state)} {day}")]
    if item.who:
        runs.append(Run(words=" " + t.say("by", who=t.listed(t.own(w, 80) for w in item.who))))
    if item.counts:
        runs.append(Run(words=f" ({t.own('; '.join(item.counts), 160)})"))
    return runs


def turn(made: Composer, item: Condition) -> Words:
    """One state that began in the period."""
    t = made.tongue
    head = t.say("colon", one=t.since(item.since, item.precision), other=t.place(item.place))
    who = made.actors(item.who)
    tail = f" ({who})" if who else ""
    source = made.speakers(item.according_to) or t.say("the_report")
    runs = [Run(words=f"{head} – "), made.item(item.id, state_words(made, item), bold=True)]
    runs.append(Run(words=f"{tail}. {t.say('according_to')}: {source}."))
    if item.disputed_by:
        runs.append(Run(words=" " + t.say("disputed_by", who=made.speakers(item.disputed_by)) + ".", tone="doubt"))
    return tuple(runs)


def changes(made: Composer) -> Section | None:
    """What became of the record since the last report; `None` where there is none to compare with."""
    t, held = made.tongue, made.situation.held
    if held.earlier is None:
        return None
    name = t.own(held.earlier.name, 80)
    title = t.say("changes", name=name)
    if not made.situation.changes:
        return Section(name="changes", title=title, blocks=(Paragraph(words=(Run(words=t.say("changes_none")),)),))
    since = min(held.earlier.since or held.question.since, held.question.since)
    days = {"since": t.day(since), "until": t.day(held.question.until)}
    note = t.say("changes_note", then=t.number(held.earlier.seq), now=t.number(held.seq), **days)
    shown = chosen(made.situation.changes)
    lines = tuple(Line(cells=tuple(change_cells(made, c))) for c in shown)
    heads = (("change", 2), ("item", 6), ("now_says", 7))
    table = Table(name="changes", title=title, columns=columns(made, *heads), lines=lines, note=(Run(words=note),))
    counts = {k: t.number(sum(c.kind == k for c in made.situation.changes)) for k in ("new", "changed", "merged", "withdrawn")}
    blocks: list[Block] = [Paragraph(words=(Run(words=t.say("changed_short", name=name, **counts)),)), table]
    rest = len(made.situation.changes) - len(shown)
    if rest:
        blocks.append(Paragraph(words=(Run(words=t.say("changes_more", n=t.number(rest))),), style="note"))
    return Section(name="changes", title=title, blocks=tuple(blocks))


def chosen(found: Sequence[Changed]) -> list[Changed]:
    """The changes that are set out: what a reader of the last report has to correct first, then what is told late, then new."""
    rank = {"withdrawn": 0, "merged": 1, "split": 2, "changed": 3, "new": 4}
    order = sorted(enumerate(found), key=lambda pair: (rank[pair[1].kind], not pair[1].late, pair[0]))
    kept = {number for number, _ in order[:MOST_CHANGES]}
    return (
        [c for n, c in enumerate(found) if n in kept]
        if len(found) > MOST_CHANGES
        else sorted(found, key=lambda c: ORDER.index(c.kind))
    )


def change_cells(made: Composer, change: Changed) -> Iterator[Words]:
    t = made.tongue
    yield (Run(words=t.say(change.kind), bold=True, tone="doubt" if change.kind in ("withdrawn", "merged", "split") else ""),)
    item = change.item
    yield (made.item(item.id, made.heading(item)),)
    parts: list[Words] = []
    if change.late:
        parts.append((Run(words=t.say("late")),))
    if change.kind == "withdrawn":
        parts.append((Run(words=t.say("moved" if change.moved else "claims_gone")),))
    if change.kind in ("merged", "split"):
        others = [o for o in change.others if o != item.id]
        runs: list[Run] = []
        for other in others[:5]:
            runs += [Run(words=t.comma)] if runs else []
            runs.append(made.item(other, other))
        parts.append(made.compose("from_items" if change.kind == "merged" else "into_items", items=tuple(runs)))
    parts += [(Run(words=difference(made, d)),) for d in change.differences]
    if change.fresh:
        parts.append((Run(words=t.say("fresh", n=t.number(change.fresh))),))
    cell: list[Run] = []
    for words in parts:
        cell += [Run(words="\n")] if cell else []
        cell += words
    yield tuple(cell)


def difference(made: Composer, told: Difference) -> str:
    t = made.tongue
    return t.say(
        "was_is", field=t.code(told.field), before=value(made, told.field, told.before), after=value(made, told.field, told.after)
    )


def value(made: Composer, name: str, held: object) -> str:
    """A value of the record in words."""
    t = made.tongue
    if isinstance(held, Toll):
        words = t.bounds(held.low, held.high) if name == "figure" else t.toll(held)
        return words or t.say("not_stated")
    if name in ("date", "period") and isinstance(held, tuple):
        return t.days(*held)
    if name in ("since", "until"):
        return t.day(str(held)) if held else t.say("not_stated")
    if isinstance(held, tuple):
        names = (t.code(str(v)) if name == "disputed" or str(v) in t.codes else t.own(str(v), 80) for v in held if v)
        return t.listed(names) or t.say("none")
    return t.code(t.own(str(held), 80)) if held else t.say("not_stated")


def coverage(made: Composer) -> Section:
    """By month and by source who tells of it."""
    t, told = made.tongue, made.situation
    blocks: list[Block] = []
    heads = (("month_head", 2), ("events", 1), ("sources", 1), ("usual", 1), ("silent", 6))
    thin = {(m.area, m.month) for m in told.thin}
    lines = []
    for month in told.months:
        mark = Run(words=f" ({t.say('thin')})", tone="doubt") if (month.area, month.month) in thin else Run(words="")
        usual = t.number(month.usual) if month.usual is not None else ""
        names = t.listed(t.own(s, 60) for s in month.silent[:12]) + (" …" if len(month.silent) > 12 else "")
        rest = ((Run(words=w),) for w in (t.number(month.events), t.number(month.sources), usual))
        lines.append(Line(cells=((Run(words=t.month(month.month)), mark), *rest, (Run(words=names),))))
    note: Words = (Run(words=t.say("coverage_note")),)
    table = Table(name="coverage", title=t.say("by_month"), columns=columns(made, *heads), lines=tuple(lines), note=note)
    blocks += [table] if lines else []
    if told.held.outlets is None:
        blocks.append(Paragraph(words=(Run(words=t.say("coverage_unknown")),), style="note"))
    home = {m.area for m in told.months}
    areas = [f"{t.own(m.area.rpartition(', ')[0] or m.area, 60)} ({t.month(m.month)})" for m in told.thin if m.area not in home]
    if areas:
        words = t.say("thin_regions", areas=t.listed(areas[:20]) + (" …" if len(areas) > 20 else ""))
        blocks.append(Paragraph(words=(Run(words=words),), style="warning"))
    if told.sources:
        blocks.append(source_table(made))
    return Section(name="coverage", title=t.say("coverage"), blocks=tuple(blocks))


def source_table(made: Composer) -> Table:
    t, told = made.tongue, made.situation
    whole = len(told.held.found.events) or 1
    lines = []
    for source in told.sources[:MOST_SOURCES]:
        name = t.own(source.name, 100)
        link = made.behind_of(t.say("colon", one=t.say("source"), other=name), source.ids)
        share = t.figures(percent(len(source.ids) / whole))
        lines.append(Line(cells=((Run(words=name),), (Run(words=t.number(len(source.ids)), link=link),), (Run(words=share),))))
    heads = (("source", 6), ("events", 2), ("share", 2))
    return Table(name="sources", title=t.say("by_source"), columns=columns(made, *heads), lines=tuple(lines))


def method(made: Composer) -> Section:
    """How the figures come about, and what they can't say."""
    t, held = made.tongue, made.situation.held
    events = held.found.events
    accepted = t.number(sum(e.review == "accepted" for e in events))
    items = [t.say(key) for key in ("method_events", "method_ranges", "method_who", "method_scope")]
    items.append(t.say("method_machine", accepted=accepted, events=t.number(len(events))))
    if len(held.told) < len(events):
        items.append(t.say("method_set_out", shown=t.number(len(held.told)), events=t.number(len(events))))
    if t.language != "en":
        items.append(t.say("method_words"))
    asked = held.question
    if held.seq:
        again = t.say("method_again", country=asked.country, since=asked.since, until=asked.until, seq=held.seq)
        items.append(again)
    return Section(name="method", title=t.say("method"), blocks=(Bullets(items=tuple((Run(words=i),) for i in items)),))
