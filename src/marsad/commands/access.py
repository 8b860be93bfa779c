"""`marsad access`: what is open, closed, besieged or held on a day."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.commands.asking import DATE_HELP, ActorName, AsOf, Country, Ledger, Out, PlaceName, asked, needed, usage

if TYPE_CHECKING:
    from rich.console import RenderableType

    from marsad.analysis.access import Delivery, Entry, Standing, Track
    from marsad.exports.rows import Row
    from marsad.ledger.query import Filter

FORMS = ("table", "jsonl", "csv", "geojson", "html", "png", "svg")
SUFFIXES = {
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".geojson": "geojson",
    ".html": "html",
    ".png": "png",
    ".svg": "svg",
    ".txt": "table",
}
COLUMNS = (
    *("place", "admin1", "country", "latitude", "longitude", "geo_precision", "subject", "state", "since", "precision", "who"),
    *("according_to", "disputed_by", "also_told", "disputed", "days_quiet", "voices", "condition"),
    *("delivered", "delivered_by", "delivered_counts", "delivery", "thwarted", "thwarted_state", "thwarted_condition"),
)
WIDTH = 48


def add(app: typer.Typer) -> None:
    """Put the command into the application."""
    app.command()(access)


def access(
    ledger: Ledger = None,
    at: Annotated[str | None, typer.Option(help=f"The day that the board is of, {DATE_HELP}.", show_default="today")] = None,
    country: Country = None,
    place: PlaceName = None,
    actor: ActorName = None,
    subject: Annotated[
        str | None, typer.Option(help="border_crossing, siege, territory, corridor, ceasefire, aid_delivery.", show_default=False)
    ] = None,
    timeline: Annotated[bool, typer.Option("--timeline", help="Each place's states in the order of time instead.")] = False,
    since: Annotated[
        str | None, typer.Option(help=f"Where the timeline begins, {DATE_HELP}.", show_default="two years before")
    ] = None,
    as_of: AsOf = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", help="table, jsonl, csv, geojson, html, png or svg.", show_default="table; jsonl when piped"
        ),
    ] = None,
    out: Out = None,
) -> None:
    """The access board: crossings, corridors, sieges, who holds what, and the last delivery, place by place.

    Each state stands with the day from which it holds, its sources, who disputes it and what else is told of the same day. A
    state that nobody has confirmed for a month says so. --out board.html is a page with map, timeline and table that needs no
    network; --out board.png the map and timeline alone.

    Examples:

        marsad access --ledger record.sqlite

        marsad access --ledger record.sqlite --at 2026-02-18 --country Sudan

        marsad access --ledger record.sqlite --timeline --place Kadugli

        marsad access --ledger record.sqlite --out board.html
    """
    with usage():
        chosen = form_of(form, out)
        day = at or dt.date.today().isoformat()
        wanted = asked(country=country, place=place, actor=actor, type=subject, as_of=as_of, at=day)
        asked(since=since)
    made = made_of(needed(ledger), wanted, day[:10], since, chosen, timeline=timeline)
    deliver(made, out)


def form_of(form: str | None, out: Path | None) -> str:
    """The format that was asked for, that a file's ending means, or that suits where the output goes."""
    from marsad.model import ConfigError
    from marsad.output import one_of

    if form is not None:
        chosen = one_of(form, FORMS)
    elif out is None:
        return "table" if sys.stdout.isatty() else "jsonl"
    elif out.suffix.lower() not in SUFFIXES:
        raise ConfigError(f"which format is {out.name} to have? Name it with --format ({', '.join(FORMS)})")
    else:
        chosen = SUFFIXES[out.suffix.lower()]
    if chosen == "png" and out is None and sys.stdout.isatty():
        raise ConfigError("a picture can't be shown here: write it with --out board.png")
    return chosen


def made_of(
    ledger: str, wanted: Filter, day: str, since: str | None, form: str, *, timeline: bool
) -> RenderableType | str | bytes:
    """The board in the form asked for: a table for the screen, text, or a picture's bytes."""
    import dataclasses

    from marsad.analysis import access as boards
    from marsad.ledger.query import find
    from marsad.ledger.store import open_ledger

    found = find(open_ledger(ledger), "condition", dataclasses.replace(wanted, at=None))
    entries = boards.board(found.conditions, found.claims, at=day)
    tracks = boards.timeline(found.conditions)
    if form in ("png", "svg", "html"):
        return drawn(entries, tracks, day, since, form)
    if timeline:
        return track_table(tracks, day, since) if form == "table" else track_lines(tracks, form)
    if form == "table":
        return table(entries, day)
    if form == "geojson":
        return geojson(entries, day)
    rows = [r for e in entries for r in rows_of(e)]
    if form == "csv":
        from marsad.exports import delimited

        return delimited.lines(COLUMNS, rows)
    return "".join(json.dumps({"kind": "access", "at": day, **r}, ensure_ascii=False) + "\n" for r in rows)


def deliver(made: RenderableType | str | bytes, out: Path | None) -> None:
    """To the screen, the pipe or the file."""
    from marsad.commands.checking import plain
    from marsad.output import screen, write_out

    if isinstance(made, bytes):
        if out is None:
            sys.stdout.buffer.write(made)
        else:
            out.write_bytes(made)
    elif isinstance(made, str):
        write_out(made, out)
    elif out is None:
        screen().print(made)
    else:
        write_out(plain(made), out)


def drawn(entries: Sequence[Entry], tracks: Sequence[Track], day: str, since: str | None, form: str) -> str | bytes:
    """The board as a picture, or as a page with the picture in it."""
    from marsad.analysis.access_page import page
    from marsad.analysis.access_picture import picture
    from marsad.exports import wording

    if form == "png":
        return picture(entries, tracks, at=day, since=since)
    svg = picture(entries, tracks, at=day, form="svg", since=since).decode()
    return svg if form == "svg" else page(entries, at=day, svg=svg, place_words=lambda e: wording.place(e.place))


def rows_of(entry: Entry) -> list[Row]:
    """A flat row for each state of a place; one for the deliveries alone where no state is told."""
    from marsad.exports.rows import joined, place_cells

    cells = place_cells(entry.place)
    cells |= delivery_cells(entry.delivered, entry.thwarted)
    made: list[Row] = []
    for item in entry.standings:
        made.append(
            {
                **cells,
                "subject": item.subject,
                "state": item.state,
                "since": item.since,
                "precision": item.precision,
                "who": joined(item.who),
                "according_to": joined(item.sources),
                "disputed_by": joined(item.disputed_by),
                "also_told": joined(f"{state} ({other})" for state, other in item.against),
                "disputed": joined(item.disputed),
                "days_quiet": item.quiet,
                "voices": item.voices,
                "condition": item.id,
            }
        )
    return [{column: row.get(column) for column in COLUMNS} for row in made or [cells]]


def delivery_cells(delivered: Delivery | None, thwarted: Delivery | None) -> Row:
    from marsad.exports.rows import joined

    cells: Row = {}
    if delivered:
        cells |= {"delivered": delivered.day, "delivered_by": joined(delivered.who), "delivered_counts": joined(delivered.counts)}
        cells["delivery"] = delivered.id
    if thwarted:
        cells |= {"thwarted": thwarted.day, "thwarted_state": thwarted.state, "thwarted_condition": thwarted.id}
    return cells


def geojson(entries: Sequence[Entry], day: str) -> str:
    """A FeatureCollection, a feature for each state; no point for what is only known to lie in a region or country."""
    from marsad.exports.geojson import EMPTY, feature

    features = []
    for row in (r for e in entries for r in rows_of(e)):
        name = row["condition"] or row["delivery"] or row["thwarted_condition"]
        features.append(feature("access", {"at": day, **row, "id": name}))
    body = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    return f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n' if body else EMPTY


def table(entries: Sequence[Entry], day: str) -> RenderableType:
    """For the screen."""
    from rich.console import Group
    from rich.text import Text

    from marsad.exports import wording
    from marsad.exports.table import frame, shorten

    if not entries:
        return Text(f"nothing is known of access on {day}")
    short = shorten(s.id for e in entries for s in e.standings)
    columns = {
        "place": 16,
        "state": 15,
        "since": -11,
        "who": 14,
        "according to": 14,
        "disputed": 14,
        "last delivery": 14,
        "id": 0,
    }
    grid = frame(f"Access on {day}", columns)
    for entry in entries:
        name = wording.place(entry.place)
        last = "\n".join(delivery_words(d) for d in (entry.delivered, entry.thwarted) if d)
        for item in entry.standings:
            grid.add_row(Text(name), *state_cells(item), Text(last), Text(short[item.id], style="cyan"))
            name = last = ""
        if not entry.standings:
            grid.add_row(Text(name), "", "", "", "", "", Text(last), "")
    shut = sum(any(is_shut(s) for s in e.standings) for e in entries)
    places = wording.plural(len(entries), "place")
    return Group(grid, Text(f"{places}, {shut:,} shut or besieged; `marsad show ID` gives the claims behind a state."))


def is_shut(item: Standing) -> bool:
    from marsad.analysis.access import openness

    return openness(item.subject, item.state) == "shut"


STYLES = {"open": "blue", "partly": "yellow", "shut": "red", "held": ""}
SIGNS = {"open": "●", "partly": "◆", "shut": "✖", "held": "■"}


def state_cells(item: Standing) -> list[RenderableType]:
    """State, since, who, sources and disputes."""
    from rich.text import Text

    from marsad.analysis.access import openness
    from marsad.exports import wording
    from marsad.exports.table import several

    word = openness(item.subject, item.state)
    quiet = f"\nnot told for {item.quiet} days" if item.quiet is not None and item.quiet > 30 else ""
    against = [f"by {several([wording.printable(n) for n in item.disputed_by])}"] if item.disputed_by else []
    against += [f"also told: {state.replace('_', ' ')}" for state in dict.fromkeys(state for state, _ in item.against)]
    against += [f"sources differ on {d}" for d in item.disputed if d != "state"]
    return [
        Text(f"{SIGNS[word]} {item.subject.replace('_', ' ')}: {item.state.replace('_', ' ')}", style=STYLES[word]),
        Text(wording.since(item.since, item.precision) + quiet),
        Text(several([wording.printable(n) for n in item.who])),
        Text(several([wording.printable(n) for n in item.sources]) or "the report"),
        Text("; ".join(against), style="red"),
    ]


def delivery_words(item: Delivery) -> str:
    """A delivery in a few words."""
    from marsad.exports import wording

    day = (
        wording.since(item.day, item.precision) if item.precision != "unknown" else f"told {item.day}" if item.day else "undated"
    )
    counts = f": {wording.printable('; '.join(item.counts), limit=40)}" if item.counts else ""
    return f"{item.state} {day}{counts}"


def track_table(tracks: Sequence[Track], day: str, since: str | None) -> RenderableType:
    """The timeline for the screen: a bar of signs over the months, and the states in words."""
    from rich.text import Text

    from marsad.analysis.access_picture import first_day, span
    from marsad.exports import wording
    from marsad.exports.table import frame

    start = first_day(tracks, day, since)
    grid = frame(
        f"{start} to {day}: ● open ◆ in part ✖ shut ■ held · not told", {"place": 18, "subject": 12, "time": -WIDTH, "states": 26}
    )
    shown = 0
    for track in tracks:
        inside = [i for i in track.intervals if span(i, start, day)]
        if inside:
            shown += 1
            states = [f"{wording.since(i.since, 'day')} {i.state.replace('_', ' ')}{' ?' if i.disputed else ''}" for i in inside]
            name, subject = wording.place(track.place), track.subject.replace("_", " ")
            grid.add_row(Text(name), Text(subject), Text(bar(track, start, day)), Text("; ".join(states)))
    return grid if shown else Text(f"nothing is known of access from {start} to {day}")


def bar(track: Track, start: str, end: str) -> str:
    """One sign for each stretch of time: what held last in it."""
    from marsad.analysis.access import DELIVERY, openness
    from marsad.analysis.access_picture import span

    first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    days = max((last - first).days + 1, 1)
    signs = ["·"] * WIDTH
    for interval in track.intervals:
        within = span(interval, start, end)
        if within:
            left, right = ((dt.date.fromisoformat(d) - first).days * WIDTH // days for d in within)
            sign = SIGNS[openness(track.subject, interval.state)]
            if track.subject == DELIVERY:
                sign, right = ("▲" if interval.state == "delivered" else "✖"), left
            signs[left : right + 1] = [sign] * (right + 1 - left)
    return "".join(signs)


TRACK_COLUMNS = ("place", "country", "subject", "state", "since", "since_assumed", "until", "who", "disputed", "condition")


def track_lines(tracks: Sequence[Track], form: str) -> str:
    """The timeline as rows."""
    from marsad.exports import delimited
    from marsad.exports.rows import joined

    rows: list[Row] = [
        {
            "place": t.place.name,
            "country": t.place.country,
            "subject": t.subject,
            "state": i.state,
            "since": i.since,
            "since_assumed": i.assumed,
            "until": i.until,
            "who": joined(i.who),
            "disputed": i.disputed,
            "condition": i.id,
        }
        for t in tracks
        for i in t.intervals
    ]
    if form == "csv":
        return delimited.lines(TRACK_COLUMNS, rows)
    return "".join(json.dumps({"kind": "interval", **r}, ensure_ascii=False) + "\n" for r in rows)
