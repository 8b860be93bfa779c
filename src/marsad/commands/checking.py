"""`marsad check`: statistics beside the events underneath them."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.commands.asking import ActorName, AsOf, Country, Ledger, Limit, Out, PlaceName, Since, Until, asked, needed, usage

if TYPE_CHECKING:
    from rich.console import RenderableType

    from marsad.analysis.checks import Coverage
    from marsad.exports.rows import Row
    from marsad.ledger.query import Filter
    from marsad.model import Event, Statistic

FORMS = ("table", "jsonl", "csv")
COLUMNS = (
    *("statistic", "measure", "low", "high", "first", "last", "event_type", "sub_event_type", "who", "whom", "place", "country"),
    *("according_to", "events", "perhaps", "found_low", "found_best", "found_high", "share", "sources", "sums", "note"),
)

CheckForm = Annotated[
    str | None, typer.Option("--format", "-f", help="table, jsonl or csv.", show_default="table; jsonl when piped")
]


def add(app: typer.Typer) -> None:
    """Put the command into the application."""
    app.command()(check)


def check(
    ledger: Ledger = None,
    country: Country = None,
    place: PlaceName = None,
    actor: ActorName = None,
    measure: Annotated[str | None, typer.Option(help="killed, injured, incidents, displaced, …", show_default=False)] = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    limit: Limit = None,
    form: CheckForm = None,
    out: Out = None,
) -> None:
    """Each statistic beside the events underneath it, and beside the other figures of its speaker.

    Underneath are events of the same period, place, actors and type. "found" is what they tell together: low, best and high; in
    high are also events that only may lie underneath. "share" is best over the stated figure. A share below 100% doesn't say
    that either is wrong: the record may be thin, or they may count different things.

    Examples:

        marsad check --ledger record.sqlite

        marsad check --ledger record.sqlite --country Sudan --measure killed --out coverage.csv
    """
    from marsad.output import screen, write_out

    with usage():
        chosen = form_of(form, out)
        wanted = asked(
            country=country, place=place, actor=actor, type=measure, since=since, until=until, as_of=as_of, limit=limit
        )
    found = covered(needed(ledger), wanted)
    if chosen == "table" and out is None:
        screen().print(table(found))
        return
    write_out(lines(found, chosen), out)


def form_of(form: str | None, out: Path | None) -> str:
    """The format that was asked for, that a file's ending means, or that suits where the output goes."""
    from marsad.output import format_of, one_of

    if form is not None:
        return one_of(form, FORMS)
    if out is not None:
        return one_of(format_of(out), FORMS)
    return "table" if sys.stdout.isatty() else "jsonl"


def covered(ledger: str, wanted: Filter) -> list[Coverage]:
    """The statistics that match, each checked against the ledger's events."""
    from marsad.analysis.checks import check as check_all
    from marsad.ledger.query import Filter, find
    from marsad.ledger.store import open_ledger

    store = open_ledger(ledger)
    statistics = find(store, "statistic", wanted)

    def events_of(statistic: Statistic) -> Iterable[Event]:
        home = statistic.place.country if statistic.place else None
        return find(store, "event", Filter(country=home, since=statistic.first, until=statistic.last, as_of=wanted.as_of)).events

    return check_all(statistics.statistics, statistics.claims, events_of)


def lines(found: Sequence[Coverage], form: str) -> str:
    """The same as text, one line a statistic: JSON objects with the ids of all events, CSV with their number, or the table."""
    from marsad.exports import delimited

    if form == "jsonl":
        return "".join(json.dumps(record(c), ensure_ascii=False, separators=(",", ":")) + "\n" for c in found)
    if form == "csv":
        return delimited.lines(COLUMNS, [row(c) for c in found])
    return plain(table(found))


def plain(view: RenderableType) -> str:
    """A view as text, 100 columns wide."""
    import io

    from rich.console import Console

    out = io.StringIO()
    Console(file=out, width=100, color_system=None, legacy_windows=False).print(view)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def record(item: Coverage) -> dict[str, object]:
    """A coverage as a JSON object, `kind` first."""
    from marsad.model import plain, to_record

    fields = {f.name: plain(getattr(item, f.name)) for f in dataclasses.fields(item)}
    return {"kind": "check", **fields, "statistic": to_record(item.statistic)}


def row(item: Coverage) -> Row:
    """A coverage as a flat row; events as their number."""
    from marsad.exports.rows import statistic_row

    cells = statistic_row(item.statistic, {})
    return {
        **{name: cells.get(name) for name in COLUMNS},
        "statistic": item.statistic.id,
        "events": None if item.note else len(item.events),
        "perhaps": None if item.note else len(item.perhaps),
        "found_low": item.found.low,
        "found_best": item.found.best,
        "found_high": item.found.high,
        "share": item.share,
        "sources": None if item.note else item.sources,
        "sums": "; ".join(item.sums) or None,
        "note": item.note,
    }


def table(found: Sequence[Coverage]) -> RenderableType:
    """For the screen, at most 100 columns wide."""
    from rich.console import Group
    from rich.text import Text

    from marsad.exports import wording
    from marsad.exports.table import frame, shorten, voices

    if not found:
        return Text("no statistic matches")
    short = shorten(c.statistic.id for c in found)
    columns = {"period": -11, "figure": 16, "about": 22, "according to": 14, "events": 0, "found": 0, "share": 0, "id": 0}
    grid = frame("Statistics beside the events underneath (no verdict on either)", columns)
    for item in found:
        told = item.statistic
        grid.add_row(
            Text(wording.days(told.first, told.last)),
            Text(f"{wording.bounds(told.low, told.high)} {told.measure.replace('_', ' ')}"),
            Text(about(told)),
            Text(voices(told.according_to)),
            Text("" if item.note else amount(item)),
            Text("" if item.note else wording.toll(item.found)),
            Text(percent(item.share)),
            Text(short[told.id], style="cyan"),
            style="dim" if item.note else None,
        )
    sums = dict.fromkeys(note for c in found for note in c.sums)
    notes = [Text(f"! {wording.printable(note)}", style="yellow") for note in sums]
    why = [Text(line, style="dim") for line in left_out(found, short)]
    return Group(grid, *notes, *why, Text(sum_up(found)))


def about(told: Statistic) -> str:
    """What a statistic is restricted to, in one cell."""
    from marsad.exports import wording
    from marsad.exports.table import arrow

    parts = [told.sub_event_type or told.event_type or "", arrow(wording.actors(told.who), wording.actors(told.whom))]
    return "; ".join(p for p in (*parts, wording.place(told.place)) if p)


def amount(item: Coverage) -> str:
    """How many events lie underneath, and how many more may."""
    return f"{len(item.events):,} (+{len(item.perhaps):,}?)" if item.perhaps else f"{len(item.events):,}"


def percent(share: float | None) -> str:
    """A share in whole per cent.

    >>> percent(0.2813), percent(0.004), percent(None)
    ('28%', '<1%', '')
    """
    if share is None:
        return ""
    return "<1%" if 0 < share < 0.01 else f"{share:.0%}"


def left_out(found: Sequence[Coverage], short: dict[str, str]) -> list[str]:
    """One line for each reason why statistics have nothing to be compared with."""
    reasons: dict[str, list[str]] = {}
    for item in found:
        if item.note:
            reasons.setdefault(item.note, []).append(short[item.statistic.id])
    return [f"not compared, {reason}: {', '.join(ids)}" for reason, ids in sorted(reasons.items())]


def sum_up(found: Sequence[Coverage]) -> str:
    """One line: how many were compared."""
    from marsad.exports.wording import plural

    compared = sum(c.note is None for c in found)
    return (
        f"{plural(len(found), 'statistic')}, {compared:,} of them compared with events. A share doesn't say which side is right."
    )
