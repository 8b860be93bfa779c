"""The annexes of a report: what each figure is made of, and every claim in its sentence."""

from __future__ import annotations

from collections.abc import Iterator

from marsad.exports.explanation import pieces
from marsad.exports.situation.document import Block, Column, Evidence, Index, Line, Paragraph, Quote, Run, Section, Table, Words
from marsad.language.text import Sentence, split
from marsad.model import Claim, Condition, Event, Report, Statistic
from marsad.reporting.composing import Composer
from marsad.reporting.events import tally_columns

MOST_QUOTES = 12
LONGEST_QUOTE = 1_200
VERBS = {"asserts": "said_by", "denies": "denied_by", "doubts": "doubted_by"}
MOST_REPORTS = 1_500


def annexes(made: Composer) -> Iterator[Section]:
    """All of them; made last, when every figure is put down."""
    say, told = made.tongue.say, made.situation
    sentences: dict[str, list[Sentence]] = {}
    held = {e.id: e for e in told.held.found.events}
    events = sorted((held[i] for i in told.held.told if i in held), key=lambda e: (e.date_first or "", e.id))
    others: list[Statistic | Condition] = [*(c.statistic for c in told.statistics), *told.held.found.conditions]
    if made.behind:
        yield Section(name="behind", title=say("behind"), blocks=tuple(behind(made)), annex=True)
    if events:
        blocks = tuple(evidence(made, e, sentences) for e in events)
        yield Section(name="claims_events", title=say("claims_events"), blocks=blocks, annex=True)
    if others:
        blocks = tuple(evidence(made, item, sentences) for item in others)
        yield Section(name="claims_others", title=say("claims_others"), blocks=blocks, annex=True)
    if made.reports:
        yield Section(name="reports", title=say("reports"), blocks=(report_table(made),), annex=True)


def behind(made: Composer) -> Iterator[Block]:
    t, told = made.tongue, made.situation
    yield Paragraph(words=(Run(words=t.say("behind_note")),), style="note")
    lines = []
    bucket = t.say(f"bucket_{told.bucket}")
    for part in told.times:
        if part.ids:
            name = t.bucket(part.key or "")
            lines.append(Line(cells=((Run(words=name),), *made.part_cells(name, part))))
    if lines:
        yield Table(
            name="times", title=t.say("by_time", bucket=bucket), columns=tally_columns(made, t.say("date")), lines=tuple(lines)
        )
    yield Index(items=tuple(made.behind))


def evidence(made: Composer, item: Event | Statistic | Condition, sentences: dict[str, list[Sentence]]) -> Evidence:
    """An item with its claims."""
    t = made.tongue
    claims = [made.claims[c] for c in item.claims if c in made.claims]
    shown = claims[:MOST_QUOTES]
    rest = len(item.claims) - len(shown)
    note = t.say("more_claims", n=t.number(rest), id=item.id)
    return Evidence(
        anchor=item.id,
        heading=(Run(words=made.heading(item), bold=True),),
        facts=tuple(facts(made, item)),
        quotes=tuple(quote(made, c, sentences) for c in shown),
        note=(Run(words=note),) if rest else (),
    )


def facts(made: Composer, item: Event | Statistic | Condition) -> Iterator[tuple[str, Words]]:
    """What the record says of it, without what is not stated."""
    t = made.tongue
    found: list[tuple[str, str]] = [("id", item.id)]
    if isinstance(item, Event):
        found += [("killed", t.toll(item.killed)), ("injured", t.toll(item.injured))]
    found.append(("who", made.actors(item.who)))
    if isinstance(item, (Event, Statistic)):
        found.append(("to_whom", made.actors(item.whom)))
    if isinstance(item, Event):
        found.append(("sources", t.listed(t.own(s, 80) for s in item.sources[:10])))
    else:
        found.append(("according_to", made.speakers(item.according_to)))
    if isinstance(item, Condition):
        found.append(("dispute", t.say("disputed_by", who=made.speakers(item.disputed_by)) if item.disputed_by else ""))
    if isinstance(item, (Event, Condition)):
        found.append(("disputed", t.listed(t.code(f) for f in item.disputed)))
    found.append(
        ("confidence", t.number(round(item.confidence, 2)) + (f" · {t.say('reviewed')}" if item.review == "accepted" else ""))
    )
    if t.language == "en":
        found.append(("because", " ".join(t.own(b, 300) for b in item.because[:4])))
    return ((t.say(key), (Run(words=words),)) for key, words in found if words)


def quote(made: Composer, claim: Claim, sentences: dict[str, list[Sentence]]) -> Quote:
    """A claim in its sentence."""
    t = made.tongue
    report = made.reports.get(claim.report)
    cut: tuple[tuple[str, str | None], ...] = ()
    source: Words = (Run(words=claim.report),)
    if report is not None:
        if report.id not in sentences:
            sentences[report.id] = split(report.text)
        cut = bounded((p.words, p.field) for p in pieces(claim.evidence, report.text, sentences[report.id]))
        source = named(made, report)
    speaker = made.speakers(claim.according_to) or t.say("the_report")
    return Quote(
        anchor=claim.id,
        source=source,
        says=(Run(words=t.say(VERBS[claim.stance], who=speaker)),),
        states=(Run(words=stated(made, claim)),),
        pieces=cut,
    )


def bounded(found: Iterator[tuple[str, str | None]]) -> tuple[tuple[str, str | None], ...]:
    """Pieces up to some length."""
    kept: list[tuple[str, str | None]] = []
    left = LONGEST_QUOTE
    for words, name in found:
        if len(words) > left:
            kept.append((words[:left] + "…", name))
            break
        kept.append((words, name))
        left -= len(words)
    return tuple(kept)


def named(made: Composer, report: Report) -> Words:
    """Outlet, title and day of a report, leading to its row."""
    t = made.tongue
    parts = [t.own(report.publisher or report.agency or report.origin, 80), t.own(report.title, 120)]
    words = " · ".join(p for p in (*parts, t.day(report.published) if report.published else "") if p)
    return (Run(words=words, link=report.id),)


def stated(made: Composer, claim: Claim) -> str:
    """What a claim states, in one line: counts with the text's own words."""
    t = made.tongue
    if claim.condition:
        head = t.say("colon", one=t.code(claim.condition.subject), other=t.code(claim.condition.state))
    elif claim.value:
        head = t.say("colon", one=t.code(claim.measure or "figure"), other=t.bounds(claim.value.low, claim.value.high))
    else:
        head = t.code(claim.sub_event_type or claim.event_type or "")
    counts = [
        f"{t.code(c.effect)} {t.bounds(c.low, c.high) if (c.low, c.high) != (None, None) else ''} {t.quoted(c.words)}"
        for c in claim.counts[:4]
    ]
    status = t.code(claim.status) if claim.status not in ("happened", "ongoing") else ""
    return " · ".join(p for p in (head, *counts, status) if p)


def report_table(made: Composer) -> Table:
    """The reports that are quoted, with their addresses."""
    t = made.tongue
    heads = (("report", 5), ("outlet", 3), ("published", 2), ("address", 4))
    lines = []
    shown = sorted(made.reports.values(), key=lambda r: (r.published or "", r.id))[:MOST_REPORTS]
    for report in shown:
        url = report.url if report.url and report.url.startswith(("http://", "https://")) else None
        title = t.own(report.title, 140) or report.id
        outlet = t.own(report.publisher or report.agency, 80)
        cells = ((Run(words=title),), (Run(words=outlet),))
        day = (Run(words=t.day(report.published) if report.published else t.say("undated")),)
        where: Words = (Run(words=t.own(url or report.origin, 160), url=url),)
        lines.append(Line(anchor=report.id, cells=(*cells, day, where)))
    return Table(
        name="reports",
        title=t.say("reports"),
        columns=tuple(Column(head=t.say(key), width=width) for key, width in heads),
        lines=tuple(lines),
    )
