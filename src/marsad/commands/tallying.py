"""`marsad tally`: any measure by any dimensions, each number with its range, its uncertainty and its sources."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.commands.asking import AsOf, Ledger, Out, needed, stop, usage

if TYPE_CHECKING:
    from rich.console import RenderableType

    from marsad.analysis.coverage import Month
    from marsad.analysis.tallies import Figure, Group, Tally
    from marsad.analysis.tallies_statistics import Line
    from marsad.exports.rows import Row
    from marsad.ledger.findings import Findings
    from marsad.ledger.store import Ledger as Store

FORMS = ("table", "jsonl", "csv")
SHOWN = 60
NOTES = 8

TableForm = Annotated[
    str | None, typer.Option("--format", "-f", help="table, jsonl or csv.", show_default="table; jsonl when piped")
]
Where = Annotated[
    str | None,
    typer.Option("--where", "-w", help="A filter, as: killed >= 5 and country = 'Sudan'.", show_default=False),
]


def add(app: typer.Typer) -> None:
    """Put the command into the application."""
    app.command()(tally)


def tally(
    ledger: Ledger = None,
    by: Annotated[
        str | None,
        typer.Option(help="Dimensions with commas between: actor,month.", show_default="who for statistics, else none"),
    ] = None,
    where: Where = None,
    measure: Annotated[
        str | None,
        typer.Option(
            help="events, killed, injured; of statistics also displaced, incidents, …",
            show_default="events,killed; of statistics incidents,killed",
        ),
    ] = None,
    kind: Annotated[str, typer.Option(help="events or statistics. The two are never added together.")] = "events",
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Sources by month and area instead of the tally: who fell silent when.")
    ] = False,
    top: Annotated[
        int | None, typer.Option(min=1, help="Only the groups with most, by the first measure.", show_default=False)
    ] = None,
    as_of: AsOf = None,
    form: TableForm = None,
    out: Out = None,
) -> None:
    """Count events and their dead by actor, place, type and time.

    Each number has a range: low is what is told for sure and at least, high what is told at most. Beside it stands how many of
    the events are disputed, loosely dated or placed, told by one voice alone, or without a toll; and how many sources tell them.
    Where a month has far fewer sources than usual, a note says so: a fall may be one of reports.

    Dimensions: date week month year · country admin1 place · event_type sub_event_type · who whom actor (with _kind) source ·
    civilian_targeting background accepted time_precision geo_precision.

    Filters: = != < <= > >=, in (…), like 'Rapid%', between … and …, is null, joined by and, or, not and brackets.

    Examples:

        marsad tally --ledger record.sqlite --by actor,month --where "sub_event_type='Air/drone strike' and civilian_targeting"

        marsad tally --ledger record.sqlite --by admin1 --where "country='Sudan' and date >= '2026-01'"

        marsad tally --ledger record.sqlite --kind statistics --by who --where "sub_event_type='Air/drone strike' and year=2025"

        marsad tally --ledger record.sqlite --by admin1 --coverage
    """
    with usage():
        chosen = form_of(form, out)
        if kind not in ("events", "statistics"):
            stop(f"there is no kind {kind!r}: choose events or statistics", status=2)
        view, text = answer(
            needed(ledger), chosen, kind=kind, by=by, where=where, measure=measure, coverage=coverage, top=top, as_of=as_of
        )
    from marsad.output import screen, write_out

    if chosen == "table" and out is None:
        screen().print(view)
    else:
        write_out(text, out)


def form_of(form: str | None, out: Path | None, forms: tuple[str, ...] = FORMS) -> str:
    """The format that was asked for, that a file's ending means, or that suits where the output goes."""
    from marsad.output import format_of, one_of

    if form is not None:
        return one_of(form, forms)
    if out is not None:
        return one_of(format_of(out), forms)
    return "table" if sys.stdout.isatty() else "jsonl"


def answer(
    ledger: str,
    form: str,
    *,
    kind: str,
    by: str | None,
    where: str | None,
    measure: str | None,
    coverage: bool,
    top: int | None,
    as_of: str | None,
) -> tuple[RenderableType, str]:
    """What is to be shown, and the same as text."""
    from marsad.commands.asking import then
    from marsad.ledger.store import open_ledger

    moment = then(as_of)
    store = open_ledger(ledger)
    if kind == "statistics":
        return of_statistics(store, form, by, where, measure, moment)
    return of_coverage(store, form, by, moment) if coverage else of_events(store, form, (by, where, measure), top, moment)


def of_events(
    store: Store, form: str, asked: tuple[str | None, str | None, str | None], top: int | None, moment: str | None
) -> tuple[RenderableType, str]:
    """Events by dimensions."""
    from marsad.analysis.tallies import tally as count
    from marsad.ledger.tallying import columns

    by, where, measure = asked
    with reading() as watch:
        held = columns(store, as_of=moment, watch=watch)
    found = count(held, by=by or "", where=where, measures=measure or "events,killed")
    groups = largest(found.groups, top)
    if form == "table":
        from marsad.commands.checking import plain

        view = table(found, groups, thin_in(held, found))
        return view, plain(view)
    return "", lines_of(found, groups, form)


@contextmanager
def reading() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error while a large ledger is read for the first time, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading events", total=None)

        def watch(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield watch


def largest(groups: Sequence[Group], top: int | None) -> Sequence[Group]:
    """The groups with most of the first measure, in the order they had; all of them for `None`."""
    if top is None or len(groups) <= top:
        return groups
    chosen = sorted(range(len(groups)), key=lambda n: (-groups[n].figures[0].best, n))[:top]
    return [groups[n] for n in sorted(chosen, key=lambda n: (-groups[n].figures[0].best, n))]


def thin_in(held: object, found: Tally) -> list[Month]:
    """The months of the tally's period in which its areas have far fewer sources than usual, by what events tell."""
    from marsad.analysis.coverage import coverage, thin_months
    from marsad.ledger.tallying_columns import Columns

    if not isinstance(held, Columns) or not {"month", "week", "date", "year"} & set(found.by):
        return []
    level = "admin1" if {"admin1", "place"} & set(found.by) else "country"
    places = {k for g in found.groups for k in g.keys if k}
    months = thin_months(coverage(held, level="admin1" if level == "admin1" else "country"))
    placed = [m for m in months if {m.area, m.area.split(", ")[0]} & places] if {"country", "admin1"} & set(found.by) else months
    times = [g.keys[n] for n, d in enumerate(found.by) if d in ("month", "date", "year") for g in found.groups]
    known = sorted(t[:7] for t in times if t)
    return [m for m in placed if not known or known[0][:4] <= m.month[:4] <= known[-1][:4]]


def table(found: Tally, groups: Sequence[Group], thin: Sequence[Month]) -> RenderableType:
    """For the screen: one row a group, and what all of them are together."""
    from rich.console import Group as Several
    from rich.text import Text

    from marsad.exports import wording
    from marsad.exports.table import frame

    shares = {name.replace("_", " "): 14 if name in ("who", "whom", "actor", "place", "admin1") else 10 for name in found.by}
    grid = frame(
        f"Events by {', '.join(found.by)}" if found.by else "Events",
        {**shares, **dict.fromkeys(found.measures, 0), "uncertain": 18, "sources": 0},
    )
    for group in groups[:SHOWN]:
        cells = [Text(wording.printable(k) if k else "not stated", style="" if k else "dim") for k in group.keys]
        grid.add_row(
            *cells,
            *(Text(ranged(f, group.events)) for f in group.figures),
            Text(doubts(group), style="dim"),
            Text(f"{group.sources:,}"),
        )
    grid.add_section()
    whole = found.total
    blank = [Text("all, each once" if n == 0 else "") for n in range(len(found.by))]
    grid.add_row(
        *blank,
        *(Text(ranged(f, whole.events)) for f in whole.figures),
        Text(doubts(whole), style="dim"),
        Text(f"{whole.sources:,}"),
    )
    notes = []
    if len(groups) > SHOWN:
        notes.append(f"… and {len(groups) - SHOWN:,} more rows: --top N shows the largest, --out FILE.csv all of them")
    if found.repeats and found.by:
        notes.append("An event stands under each of its actors, sources and periods: rows don't add up to the last one.")
    thinned = [f"! {m}: a fall may be one of reports" for m in thin[-NOTES:]]
    return Several(grid, *(Text(n, style="dim") for n in notes), *(Text(t, style="yellow") for t in thinned))


def ranged(figure: Figure, events: int) -> str:
    """The best figure with its range; a dash where none of the events tells one.

    >>> from marsad.analysis.tallies import Figure
    >>> ranged(Figure("killed", 560, 568, None, 3), 83), ranged(Figure("killed", 0, 0, 0, 0, 2), 2)
    ('568 (560+)', '–')
    """
    from marsad.exports import wording
    from marsad.model import Toll

    if events and figure.untold == events:
        return "–"
    return wording.toll(Toll(low=figure.low, best=figure.best, high=figure.high)) or "0"


def doubts(group: Group) -> str:
    """What is uncertain about a group, in words."""
    untold = [f"{f.untold:,} without {f.measure}" for f in group.figures if f.untold]
    parts = [(group.disputed, "disputed"), (group.loose, "loosely dated or placed"), (group.alone, "by one voice")]
    return "; ".join([f"{n:,} {words}" for n, words in parts if n] + untold)


COLUMNS = ("events", "disputed", "loose", "alone", "sources", "confidence")


def row(found: Tally, group: Group) -> Row:
    """A group as a flat row."""
    cells: Row = dict(zip(found.by, group.keys, strict=True))
    for figure in group.figures:
        name = figure.measure
        cells |= {f"{name}_low": figure.low, f"{name}_best": figure.best, f"{name}_high": figure.high}
        if name != "events":
            cells |= {f"{name}_open": figure.open, f"{name}_untold": figure.untold}
    counts = {"disputed": group.disputed, "loose": group.loose, "alone": group.alone, "sources": group.sources}
    return {**cells, **counts, "confidence": group.confidence}


def lines_of(found: Tally, groups: Sequence[Group], form: str) -> str:
    """Groups as JSON Lines, the total last with kind `total`; or as CSV without it."""
    from marsad.exports import delimited

    if form == "csv":
        made = [row(found, group) for group in groups]
        total = row(found, found.total._replace(keys=tuple(None for _ in found.by)))
        return delimited.lines(list(total), made if found.by else [total])
    kinds = [("tally", group) for group in groups] + [("total", found.total._replace(keys=tuple(None for _ in found.by)))]
    return "".join(json.dumps({"kind": kind, **row(found, group)}, ensure_ascii=False) + "\n" for kind, group in kinds)


def of_statistics(
    store: Store, form: str, by: str | None, where: str | None, measure: str | None, moment: str | None
) -> tuple[RenderableType, str]:
    """Statistics side by side."""
    from marsad.analysis.tallies import listed
    from marsad.analysis.tallies_statistics import DIMENSIONS, SAME_MEASURE, set_out
    from marsad.codebook.words import MEASURES
    from marsad.ledger.query import Filter, find

    found = find(store, "statistic", Filter(as_of=moment))
    dimensions = listed(by or "who", DIMENSIONS, "dimension of statistics")
    measures = tuple(SAME_MEASURE.get(m, m) for m in listed(measure or "incidents,killed", (*MEASURES, "events"), "measure"))
    lines = set_out(found.statistics, found.claims, by=dimensions, where=where, measures=measures)
    if form == "table":
        from marsad.commands.checking import plain

        view = statistic_table(lines, dimensions, measures, found)
        return view, plain(view)
    from marsad.exports import delimited

    rows = [statistic_row(line, dimensions, measures) for line in lines]
    if form == "csv":
        return "", delimited.lines(statistic_columns(dimensions, measures), rows)
    return "", "".join(json.dumps({"kind": "told", **r}, ensure_ascii=False) + "\n" for r in rows)


def statistic_columns(by: Sequence[str], measures: Sequence[str]) -> list[str]:
    bounds = [f"{m}_{end}" for m in measures for end in ("low", "high")]
    return [*by, "first", "last", *bounds, "according_to", "inherits", "statistics"]


def statistic_row(line: Line, by: Sequence[str], measures: Sequence[str]) -> Row:
    """A line of figures as a flat row."""
    cells: Row = {**dict(zip(by, line.keys, strict=True)), "first": line.first, "last": line.last}
    for measure in measures:
        told = line.figure(measure)
        cells |= {f"{measure}_low": told.low if told else None, f"{measure}_high": told.high if told else None}
    ids = dict.fromkeys(i for t in line.told for i in t.statistics)
    return {
        **cells,
        "according_to": "; ".join(line.according_to) or None,
        "inherits": line.inherits,
        "statistics": "; ".join(ids),
    }


def statistic_table(lines: Sequence[Line], by: Sequence[str], measures: Sequence[str], found: Findings) -> RenderableType:
    """For the screen: who gave which figures, and where parts don't add up to their total."""
    from rich.console import Group as Several
    from rich.text import Text

    from marsad.analysis.checks import unequal
    from marsad.exports import wording
    from marsad.exports.table import frame

    if not lines:
        return Text("no statistic matches")
    shown = {name.replace("_", " "): 16 for name in by}
    grid = frame(
        "Statistics as told (figures of others; never added to each other or to events)",
        {"period": -11, **shown, **{m.replace("_", " "): 0 for m in measures}, "about": 20, "according to": 14},
    )
    for line in lines:
        told = [line.figure(m) for m in measures]
        grid.add_row(
            Text(wording.days(line.first, line.last)),
            *(Text(wording.printable(k) if k else "all", style="" if k else "dim") for k in line.keys),
            *(Text(wording.bounds(t.low, t.high) if t else "") for t in told),
            Text(about(line)),
            Text(", ".join(wording.printable(n) for n in line.according_to) or "the report"),
        )
    ids = {i for line in lines for t in line.told for i in t.statistics}
    sums = [str(s) for s in unequal(found.statistics, found.claims) if s.total.id in ids]
    return Several(grid, *(Text(f"! {note}", style="yellow") for note in dict.fromkeys(sums)))


def about(line: Line) -> str:
    """What a line's figures are about."""
    from marsad.exports import wording
    from marsad.exports.table import arrow

    told = line.about
    parts = [told.sub_event_type or told.event_type or "", arrow("", wording.actors(told.whom)), wording.place(told.place)]
    return "; ".join(p for p in (*parts, "part of a total" if line.inherits else "") if p)


def of_coverage(store: Store, form: str, by: str | None, moment: str | None) -> tuple[RenderableType, str]:
    """Sources by month and area."""
    from marsad.analysis.coverage import coverage
    from marsad.ledger.tallying import columns, outlets

    level = "admin1" if by and "admin1" in by else "country"
    with reading() as watch:
        held = columns(store, as_of=moment, watch=watch)
    months = coverage(held, level="admin1" if level == "admin1" else "country", outlets=outlets(store))
    rows = [coverage_row(m) for m in months]
    if form == "csv":
        from marsad.exports import delimited

        return "", delimited.lines(list(COVERAGE), rows)
    if form == "jsonl":
        return "", "".join(json.dumps({"kind": "coverage", **r}, ensure_ascii=False) + "\n" for r in rows)
    from marsad.commands.checking import plain

    view = coverage_table(months)
    return view, plain(view)


COVERAGE = ("area", "month", "events", "sources", "usual", "thin", "publishing", "silent")


def coverage_row(month: Month) -> Row:
    return {
        "area": month.area,
        "month": month.month,
        "events": month.events,
        "sources": month.sources,
        "usual": month.usual,
        "thin": month.thin,
        "publishing": "; ".join(month.publishing) or None,
        "silent": "; ".join(month.silent) or None,
    }


def coverage_table(months: Sequence[Month]) -> RenderableType:
    """For the screen: the last months of each area in which anybody told of it, those with few sources marked."""
    from rich.text import Text

    from marsad.exports import wording
    from marsad.exports.table import frame, several

    grid = frame(
        "Sources by month and area",
        {"area": 16, "month": -8, "events": 0, "sources": 0, "usually": 0, "usual outlets that fell silent": 24},
    )
    told = [m for m in months if m.events or m.usual or m.silent]
    for month in told[-SHOWN:]:
        grid.add_row(
            Text(wording.printable(month.area)),
            Text(month.month),
            Text(f"{month.events:,}"),
            Text(f"{month.sources:,}{' !' if month.thin else ''}", style="yellow" if month.thin else ""),
            Text("" if month.usual is None else f"{month.usual:g}"),
            Text(several([wording.printable(s) for s in month.silent]), style="yellow"),
        )
    if not told:
        return Text("no dated event with a known place")
    return grid
