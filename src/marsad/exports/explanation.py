"""Why the record says so: one item with every claim behind it, each in its sentence with the cited words marked."""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from marsad.exports import wording
from marsad.language.text import Sentence, split
from marsad.ledger.findings import Findings
from marsad.model import Claim, Condition, Event, Evidence, Report, Statistic

Fold = Event | Statistic | Condition
GAP = " … "
VERBS = {"asserts": "said by", "denies": "denied by", "doubts": "doubted by"}
STYLES = {"who": "bold red", "whom": "bold blue", "where": "bold green", "when": "bold yellow", "according_to": "bold cyan"}
OTHER_STYLE = "bold magenta"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words of a sentence and the field that they state, or `None`."""

    words: str
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One claim: who says it where, what it states, and its words in the text."""

    claim: str
    source: str
    says: str
    states: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`print(explanation)` gives text, a notebook shows it as a page. Everything from a report is escaped."""

    id: str
    heading: str
    facts: tuple[tuple[str, str], ...]
    because: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()

    def __str__(self) -> str:
        out = [self.heading, *(f"  {name}: {value}" for name, value in self.facts)]
        out += ["  joined because:", *(f"    - {reason}" for reason in self.because)] if self.because else []
        for number, cited in enumerate(self.citations, 1):
            words = "".join(bracketed(p) for p in cited.pieces)
            out += ["", f"{number}. {cited.source}", f"   {cited.says}: {cited.states}  ({cited.claim})", f"   {words}"]
        return "\n".join(out)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(self.heading, style="bold")
        for name, value in self.facts:
            yield indented(Text.assemble((f"{name}: ", "dim"), value), 2)
        if self.because:
            yield indented(Text("joined because:", style="dim"), 2)
            yield from (indented(Text(f"- {reason}"), 4) for reason in self.because)
        for number, cited in enumerate(self.citations, 1):
            yield Text("")
            yield hanging(Text(f"{number}. {cited.source}", style="bold"))
            yield indented(Text.assemble(f"{cited.says}: ", (cited.states, "italic"), (f" ({cited.claim})", "dim")), 3)
            coloured = console.color_system is not None
            yield indented(Text.assemble(*(shown(p, coloured) for p in cited.pieces)), 3)

    def _repr_html_(self) -> str:
        facts = "".join(f"<dt>{html.escape(n)}</dt><dd>{html.escape(v)}</dd>" for n, v in self.facts)
        reasons = "".join(f"<li>{html.escape(r)}</li>" for r in self.because)
        cited = "".join(f"<li>{citation_html(c)}</li>" for c in self.citations)
        joined = f"<p>joined because</p><ul>{reasons}</ul>" if reasons else ""
        return f'<div class="marsad"><h4>{html.escape(self.heading)}</h4><dl>{facts}</dl>{joined}<ol>{cited}</ol></div>'


def indented(text: Text, left: int) -> Padding:
    """Text whose every line begins `left` columns in."""
    return Padding(text, (0, 0, 0, left))


def hanging(text: Text) -> Table:
    """Text whose lines after the first begin three columns in."""
    number, _, rest = text.plain.partition(" ")
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=max(2, len(number)))
    table.add_row(Text(number, style=text.style), Text(rest, style=text.style))
    return table


def shown(piece: Piece, coloured: bool) -> str | tuple[str, str]:
    """A piece in its field's colour, or, where there are no colours, with the field's name."""
    return (piece.words, style(piece.field)) if piece.field and coloured else bracketed(piece)


def bracketed(piece: Piece) -> str:
    """A piece as plain text: `[El Fasher](where)`."""
    return f"[{piece.words}]({piece.field})" if piece.field else piece.words


def citation_html(cited: Citation) -> str:
    """One citation, escaped, the cited words in `mark` elements that name their field on hover."""
    words = "".join(piece_html(p) for p in cited.pieces)
    head = f"<b>{html.escape(cited.source)}</b><br>{html.escape(cited.says)}: {html.escape(cited.states)}"
    return f"{head}<blockquote>{words}</blockquote>"


def piece_html(piece: Piece) -> str:
    """Words of a sentence, escaped."""
    words = html.escape(piece.words)
    return f'<mark title="{html.escape(piece.field)}">{words}</mark>' if piece.field else words


def explain(found: Findings, name: str) -> Explanation:
    """The item of that id, or of the one id that begins with `name`: an event, statistic, condition, claim or report.

    Raises `LookupError` where no item or more than one has it, with a message that says which.
    """
    groups = (found.events, found.statistics, found.conditions, found.claims, found.uncertain, found.reports)
    items: dict[str, Fold | Claim | Report] = {x.id: x for group in groups for x in group}
    full = complete(name, items)
    item = items[full]
    reports = {r.id: r for r in found.reports}
    if isinstance(item, Report):
        return explain_report(item, found)
    if isinstance(item, Claim):
        said: tuple[tuple[str, str], ...] = (("status", item.status), ("confidence", f"{item.confidence:.2f}"))
        heading = f"Claim {item.id} · {item.scope}{' · background' if item.background else ''}"
        return Explanation(id=item.id, heading=heading, facts=said, citations=tuple(cite([item], reports)))
    wanted = set(item.claims)
    claims = [c for c in (*found.claims, *found.uncertain) if c.id in wanted]
    facts = tuple(tolls(item, claims)) if isinstance(item, Event) else ()
    return Explanation(
        id=item.id,
        heading=heading_of(item),
        facts=(*facts_of(item), *facts),
        because=tuple(wording.printable(b) for b in item.because),
        citations=tuple(cite(claims, reports)),
    )


def complete(name: str, ids: Iterable[str]) -> str:
    """The one id that is `name` or begins with it. Raises `LookupError` where there is none or more than one."""
    matches = sorted(i for i in set(ids) if i.startswith(name)) if name else []
    if name in matches:
        return name
    if not matches:
        raise LookupError(f"nothing has the id {name!r}")
    if len(matches) > 1:
        shown = ", ".join(matches[:4]) + (" …" if len(matches) > 4 else "")
        raise LookupError(f"{len(matches)} ids begin with {name!r}: {shown}")
    return matches[0]


def heading_of(item: Fold) -> str:
    """One line that names the item."""
    where = wording.place(item.place) or "place not stated"
    if isinstance(item, Event):
        return f"{item.sub_event_type} · {where} · {wording.days(item.date_first, item.date_last)} · {item.id}"
    if isinstance(item, Statistic):
        figure = f"{wording.bounds(item.low, item.high)} {item.measure.replace('_', ' ')}"
        return f"Statistic: {figure} · {where} · {wording.days(item.first, item.last)} · {item.id}"
    return f"{item.subject.replace('_', ' ')}: {item.state.replace('_', ' ')} · {where} · {item.id}"


def facts_of(item: Fold) -> Iterator[tuple[str, str]]:
    """What the record says, field by field, without what is not stated."""
    fields: list[tuple[str, str]] = [("who", wording.actors(item.who))]
    if isinstance(item, (Event, Statistic)):
        fields.append(("to whom", wording.actors(item.whom)))
        fields.insert(0, ("type", " / ".join(t for t in (item.event_type, item.sub_event_type) if t)))
    if isinstance(item, Event):
        fields += [("killed", wording.toll(item.killed)), ("injured", wording.toll(item.injured))]
        flags = (("civilian targeting", item.civilian_targeting), ("background", item.background))
        fields += [(name, "yes") for name, holds in flags if holds]
        fields += [("sources", ", ".join(wording.printable(s) for s in item.sources)), ("disputed", ", ".join(item.disputed))]
        fields.append(("confidence", f"{item.confidence:.2f}"))
    else:
        fields.append(("according to", wording.speakers(item.according_to)))
    if isinstance(item, Condition):
        fields += [("since", wording.since(item.since, item.precision)), ("until", item.until or "")]
        fields.append(("disputed by", wording.speakers(item.disputed_by)))
    if item.place and item.place.latitude is not None:
        near = {1: "the very place", 2: "near or around it", 3: "region or country only"}.get(item.place.precision or 0, "")
        fields.append(("point", f"{item.place.latitude:.4f}, {item.place.longitude:.4f}" + (f" ({near})" if near else "")))
    return ((name, value) for name, value in fields if value)


def tolls(event: Event, claims: Sequence[Claim]) -> Iterator[tuple[str, str]]:
    """The deaths and injuries that each speaker gives, one line a speaker."""
    said: dict[str, list[str]] = {}
    for claim in claims:
        figures = [wording.count(c) for c in claim.counts if c.effect in ("killed", "injured")]
        if figures:
            stance = "" if claim.stance == "asserts" else f"{claim.stance}: "
            said.setdefault(speaker_of(claim), []).extend(stance + f for f in figures)
    return ((f"toll by {who}", "; ".join(dict.fromkeys(figures))) for who, figures in said.items())


def speaker_of(claim: Claim) -> str:
    return wording.speakers(claim.according_to) or "the report itself"


def explain_report(report: Report, found: Findings) -> Explanation:
    """A report, how it was dated, and all its claims."""
    anchor = f"{report.anchor.date or 'none'} ({report.anchor.basis})"
    if report.anchor.because:
        anchor = f"{report.anchor.date} (inferred, to the {report.anchor.precision}, from: {report.anchor.because})"
    facts = [("origin", report.origin), ("publisher", report.publisher), ("agency", report.agency), ("author", report.author)]
    facts += [("published", report.published), ("relative dates read against", anchor), ("copy of", report.copy_of)]
    claims = [c for c in found.claims if c.report == report.id]
    return Explanation(
        id=report.id,
        heading=f"Report {report.id} · {wording.printable(report.title) or 'no title'}",
        facts=tuple((name, wording.printable(value)) for name, value in facts if value),
        citations=tuple(cite(claims, {report.id: report})),
    )


def cite(claims: Sequence[Claim], reports: Mapping[str, Report]) -> Iterator[Citation]:
    """A citation for each claim whose report is at hand."""
    sentences: dict[str, list[Sentence]] = {}
    for claim in claims:
        report = reports.get(claim.report)
        if report is None:
            continue
        if report.id not in sentences:
            sentences[report.id] = split(report.text)
        parts = (report.publisher or report.agency, report.title, report.published, report.origin)
        source = " · ".join(wording.printable(p, limit=70) for p in parts if p)
        yield Citation(
            claim=claim.id,
            source=source,
            says=f"{VERBS[claim.stance]} {speaker_of(claim)}",
            states=states(claim),
            pieces=tuple(pieces(claim.evidence, report.text, sentences[report.id])),
        )


def states(claim: Claim) -> str:
    """What a claim states, in one line."""
    what = claim.sub_event_type or claim.event_type or ""
    if claim.condition:
        what = f"{claim.condition.subject} {claim.condition.state}".replace("_", " ")
    if claim.value:
        what = f"{(claim.measure or 'figure').replace('_', ' ')} {wording.count(claim.value)}"
    who, whom = wording.actors(claim.who), wording.actors(claim.whom)
    parties = f"{who or '?'} → {whom}" if whom else who
    where = wording.place(claim.where[0]) if claim.where else ""
    when = wording.days(claim.when.first, claim.when.last) if claim.when.first or claim.when.last else ""
    counts = "; ".join(wording.count(c) for c in claim.counts if claim.value is None or c.words != claim.value.words)
    status = claim.status if claim.status not in ("happened", "ongoing") else ""
    return " · ".join(p for p in (what, parties, where, when, counts, status) if p)


def pieces(evidence: Sequence[Evidence], text: str, sentences: Sequence[Sentence]) -> Iterator[Piece]:
    """The sentences that hold the evidence, cut where a cited field begins and ends; `…` where sentences are left out."""
    held = [s for s in sentences if any(e.start < s.end and s.start < e.end for e in evidence)]
    previous: Sentence | None = None
    for sentence in held:
        if previous is not None:
            yield Piece(words=" " if sentence.index == previous.index + 1 else GAP)
        yield from cut(sentence, evidence, text)
        previous = sentence


def cut(sentence: Sentence, evidence: Sequence[Evidence], text: str) -> Iterator[Piece]:
    """One sentence in pieces. Where cited spans overlap the shortest one names the piece."""
    fields = [e for e in evidence if e.field != "claim" and e.start < sentence.end and sentence.start < e.end]
    edges = {sentence.start, sentence.end} | {min(max(p, sentence.start), sentence.end) for e in fields for p in (e.start, e.end)}
    marks = sorted(edges)
    for start, end in itertools.pairwise(marks):
        over = [e for e in fields if e.start <= start and end <= e.end]
        label = min(over, key=lambda e: (e.end - e.start, e.field)).field if over else None
        yield Piece(words=wording.printable(text[start:end]), field=label)


def style(field: str) -> str:
    """The colour of a field's words."""
    return STYLES.get(field, OTHER_STYLE)
