"""`marsad import`, `foreign`, `compare`: other people's sets beside our own, read-only."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.commands.asking import AsOf, Ledger, Out, needed, usage
from marsad.commands.tallying import TableForm, Where, form_of
from marsad.model import ConfigError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from marsad.analysis.foreign_compare import Comparison
    from marsad.analysis.foreign_sets import ForeignSet
    from marsad.exports.rows import Row

SHOWN = 30
COLUMNS = (
    *("in", "score", "because", "ours", "theirs", "date_first", "date_last", "their_first", "their_last", "place", "their_place"),
    *("admin1", "their_admin1", "country", "who", "whom", "side_a", "side_b", "sub_event_type", "their_type", "tolls"),
    *("killed_low", "killed_best", "killed_high", "their_low", "their_best", "their_high"),
)
Sets = Annotated[
    Path | None,
    typer.Option("--sets", help="The folder of foreign sets.", show_default="beside the ledger: record.sqlite.foreign"),
]


def add(app: typer.Typer) -> None:
    """Put the commands into the application."""
    app.command("import")(import_)
    app.command()(foreign)
    app.command()(compare)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file of events, also .csv.gz.")],
    accessed: Annotated[str, typer.Option(help="The day on which the file was fetched, as 2026-02-18.", show_default=False)],
    ledger: Ledger = None,
    mapping: Annotated[str, typer.Option("--as", help="ged, acled, or a TOML file that says which column is what.")] = "ged",
    name: Annotated[str | None, typer.Option(help="What to call the set.", show_default="the mapping's name")] = None,
    licence: Annotated[
        str | None, typer.Option(help="Licence or terms of use.", show_default="the mapping's, where it has one")
    ] = None,
    sets: Sets = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of a set of the same name.")] = False,
) -> None:
    """Read events of another set from CSV. They lie beside our own, read-only, and never become part of the record.

    Licence and day of access are kept with the set. An export from ACLED is taken from your own account alone: it is kept private
    (readable by you alone), compared on the screen, and never exported or used to train anything.

    Examples:

        marsad import ged191.csv --as ged --name "UCDP GED 19.1" --accessed 2026-02-18 --ledger record.sqlite

        marsad import ours.csv --as mapping.toml --licence "CC BY 4.0" --accessed 2026-02-18 --ledger record.sqlite
    """
    from marsad.analysis.foreign import mapping_of
    from marsad.analysis.foreign_sets import PRIVATE, folder_of, keep_set
    from marsad.exports.wording import plural
    from marsad.output import report_problems

    with usage():
        reader = mapping_of(mapping)
        folder = folder_of(needed(ledger) if sets is None else "", sets)
        made, problems = keep_set(folder, file, reader, accessed=accessed, name=name, licence=licence, replace=replace)
    report_problems(problems)
    typer.echo(
        f"{made.name}: {plural(made.events, 'event')}, {made.first} to {made.last}, {', '.join(made.countries[:8])}", err=True
    )
    if made.private:
        typer.echo(f"private: {PRIVATE}", err=True)
    if problems:
        raise typer.Exit(1)


def foreign(ledger: Ledger = None, sets: Sets = None, form: TableForm = None, out: Out = None) -> None:
    """The foreign sets beside a ledger: licence, day of access, what they cover.

    Example:

        marsad foreign --ledger record.sqlite
    """
    import dataclasses

    from marsad.analysis.foreign_sets import folder_of, sets_in
    from marsad.exports import delimited
    from marsad.output import screen, write_out

    with usage():
        chosen = form_of(form, out)
        known = sets_in(folder_of(needed(ledger) if sets is None else "", sets))
    rows: list[Row] = [{**dataclasses.asdict(s), "countries": "; ".join(s.countries)} for s in known]
    if chosen == "table" and out is None:
        screen().print(set_table(known))
    elif chosen == "csv":
        write_out(delimited.lines([f.name for f in dataclasses.fields(known[0])] if known else ["name"], rows), out)
    else:
        write_out("".join(json.dumps({"kind": "foreign", **r}, ensure_ascii=False) + "\n" for r in rows), out)


def compare(
    name: Annotated[str, typer.Argument(metavar="SET", help="A foreign set's name, or its beginning.")],
    ledger: Ledger = None,
    where: Where = None,
    days: Annotated[int, typer.Option(min=0, max=30, help="Days that two tellings of one event may be apart.")] = 3,
    km: Annotated[float, typer.Option(min=0, max=500, help="Kilometres that they may be apart.")] = 25.0,
    summary: Annotated[bool, typer.Option("--summary", help="Sums by month and region instead of events.")] = False,
    sets: Sets = None,
    as_of: AsOf = None,
    form: TableForm = None,
    out: Out = None,
) -> None:
    """Our events beside those of a foreign set: matched, only here, only there, and where tolls differ.

    Compared are the countries and days that the foreign set covers. A match says why. Neither set is taken for the truth: what
    only one has may be missing in the other, or be no event by the other's rules.

    Examples:

        marsad compare ucdp --ledger record.sqlite

        marsad compare ucdp --ledger record.sqlite --where "killed >= 5" --out compared.csv
    """
    from marsad.analysis.foreign_sets import folder_of, refuse_export
    from marsad.output import screen, write_out

    with usage():
        chosen = form_of(form, out)
        folder = folder_of(needed(ledger) if sets is None else "", sets)
        item = named(folder, name)
        if out is not None or chosen != "table" or not sys.stdout.isatty():
            refuse_export(item)
        found = compared(needed(ledger), folder, item, where, as_of, days=days, kilometres=km)
    if chosen == "table":
        from marsad.commands.checking import plain

        view = table(item, found, summary=summary)
        screen().print(view) if out is None else write_out(plain(view), out)
        return
    write_out(lines(found, chosen, summary=summary), out)


def named(folder: Path, name: str) -> ForeignSet:
    from marsad.analysis.foreign_sets import set_named

    try:
        return set_named(folder, name)
    except LookupError as error:
        raise ConfigError(error.args[0]) from error


def compared(
    ledger: str, folder: Path, item: ForeignSet, where: str | None, as_of: str | None, *, days: int, kilometres: float
) -> Comparison:
    """The ledger's events that pass a filter, beside the set's."""
    from marsad.analysis.foreign_compare import compare as beside
    from marsad.analysis.foreign_sets import events_in
    from marsad.analysis.tallies_fields import EVENT_FIELDS, holds
    from marsad.analysis.tallies_filter import read_filter
    from marsad.commands.asking import then
    from marsad.ledger.query import Filter, find
    from marsad.ledger.store import open_ledger

    test = read_filter(where, EVENT_FIELDS)
    wanted = Filter(since=item.first, until=item.last, as_of=then(as_of))
    ours = [e for e in find(open_ledger(ledger), "event", wanted).events if holds(test, e)]
    return beside(ours, list(events_in(folder, item)), days=days, kilometres=kilometres)


def set_table(known: Sequence[ForeignSet]) -> RenderableType:
    """For the screen."""
    from rich.text import Text

    from marsad.exports import wording
    from marsad.exports.table import frame, several

    if not known:
        return Text("no foreign set yet: `marsad import FILE` makes one")
    grid = frame(
        "Foreign sets (read-only; no part of the record)",
        {"name": 18, "events": 0, "days": 22, "countries": 10, "licence": 16, "accessed": -10},
    )
    for item in known:
        name = wording.printable(item.name) + (" (private)" if item.private else "")
        countries = several(list(item.countries), most=4)
        days = f"{item.first} to {item.last}"
        grid.add_row(
            Text(name),
            Text(f"{item.events:,}"),
            Text(days),
            Text(countries),
            Text(wording.printable(item.licence)),
            Text(item.accessed),
        )
    return grid


def table(item: ForeignSet, found: Comparison, *, summary: bool) -> RenderableType:
    """The sums, and the pairs whose tolls differ or the cells."""
    from rich.console import Group
    from rich.text import Text

    from marsad.exports import wording

    tolls = found.tolls()
    parts: list[RenderableType] = [cell_table(found) if summary else pair_table(found)]
    counts = f"{len(found.pairs):,} matched, {len(found.here):,} only here, {len(found.there):,} only in"
    parts.append(Text(f"{counts} {wording.printable(item.name)} ({found.first} to {found.last})."))
    words = {"same": "the same toll", "overlap": "overlapping tolls", "differ": "different tolls", "untold": "no toll on a side"}
    parts.append(Text("Of those matched: " + ", ".join(f"{tolls[k]:,} have {w}" for k, w in words.items() if tolls[k]) + "."))
    if found.left_out:
        parts.append(Text(f"{found.left_out:,} events of ours lie outside of its days or countries.", style="dim"))
    parts.append(
        Text(f"Source: {wording.printable(item.citation or item.name)} ({item.licence}), accessed {item.accessed}.", style="dim")
    )
    return Group(*parts)


def pair_table(found: Comparison) -> RenderableType:
    from rich.text import Text

    from marsad.exports import wording
    from marsad.exports.table import frame, shorten

    short = shorten(p.ours.id for p in found.pairs)
    grid = frame(
        "Matched, tolls that differ first",
        {"date": -11, "where": 18, "why matched": 26, "killed here": 0, "there": 0, "score": 0, "id": 0, "theirs": 0},
    )
    rank = {"differ": 0, "overlap": 1, "untold": 2, "same": 3}
    for pair in sorted(found.pairs, key=lambda p: (rank[p.tolls], p.ours.date_first or "", p.ours.id))[:SHOWN]:
        grid.add_row(
            Text(wording.days(pair.ours.date_first, pair.ours.date_last)),
            Text(wording.place(pair.ours.place)),
            Text("; ".join(wording.printable(b) for b in pair.because)),
            Text(wording.toll(pair.ours.killed), style="red" if pair.tolls == "differ" else ""),
            Text(wording.toll(pair.theirs.killed)),
            Text(f"{pair.score:.2f}"),
            Text(short[pair.ours.id], style="cyan"),
            Text(wording.printable(pair.theirs.id)),
        )
    return grid if found.pairs else Text("nothing is matched")


def cell_table(found: Comparison) -> RenderableType:
    from rich.text import Text

    from marsad.exports import wording
    from marsad.exports.table import frame

    cells = found.cells()
    grid = frame(
        "By month and region",
        {"month": -8, "region": 24, "both": 0, "only here": 0, "only there": 0, "killed here": 0, "killed there": 0},
    )
    for cell in cells[-SHOWN * 2 :]:
        counts = (cell.both, cell.here, cell.there, cell.killed_here, cell.killed_there)
        grid.add_row(Text(cell.month), Text(wording.printable(cell.area)), *(Text(f"{n:,}") for n in counts))
    return grid


def lines(found: Comparison, form: str, *, summary: bool) -> str:
    """The comparison as JSON Lines or CSV."""
    import dataclasses

    from marsad.exports import delimited

    if summary:
        cells: list[Row] = [dataclasses.asdict(c) for c in found.cells()]
        columns = ("month", "area", "both", "here", "there", "killed_here", "killed_there")
        return delimited.lines(columns, cells) if form == "csv" else in_json("cell", cells)
    rows = rows_of(found)
    return delimited.lines(COLUMNS, rows) if form == "csv" else in_json("compared", rows)


def in_json(kind: str, rows: Sequence[Row]) -> str:
    return "".join(json.dumps({"kind": kind, **r}, ensure_ascii=False) + "\n" for r in rows)


def rows_of(found: Comparison) -> list[Row]:
    """Pairs, then what only one side has, as flat rows; `in` is both, here or there."""
    from marsad.analysis.foreign import ForeignEvent
    from marsad.exports.rows import names
    from marsad.model import Event

    def ours(event: Event) -> Row:
        place = event.place
        return {
            "ours": event.id,
            "date_first": event.date_first,
            "date_last": event.date_last,
            "place": place.name if place else None,
            "admin1": place.admin1 if place else None,
            "country": place.country if place else None,
            "who": names(event.who),
            "whom": names(event.whom),
            "sub_event_type": event.sub_event_type,
            "killed_low": event.killed.low,
            "killed_best": event.killed.best,
            "killed_high": event.killed.high,
        }

    def theirs(other: ForeignEvent) -> Row:
        return {
            "theirs": other.id,
            "their_first": other.first,
            "their_last": other.last,
            "their_place": other.place,
            "their_admin1": other.admin1,
            "country": other.country,
            "side_a": other.side_a,
            "side_b": other.side_b,
            "their_type": other.sub_type or other.type,
            "their_low": other.killed.low,
            "their_best": other.killed.best,
            "their_high": other.killed.high,
        }

    rows: list[Row] = []
    for p in found.pairs:
        why = "; ".join(p.because)
        rows.append({**theirs(p.theirs), **ours(p.ours), "in": "both", "score": p.score, "because": why, "tolls": p.tolls})
    rows += [{**ours(e), "in": "here"} for e in found.here]
    rows += [{**theirs(o), "in": "there"} for o in found.there]
    return [{column: row.get(column) for column in COLUMNS} for row in rows]
