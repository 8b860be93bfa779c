"""`marsad forecast`: a baseline for the next months, and how well it did before."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.commands.asking import AsOf, Country, Ledger, Out, needed, usage
from marsad.commands.importing import Sets, named
from marsad.commands.tallying import TableForm, form_of
from marsad.model import ConfigError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from marsad.analysis.forecast import Forecast, Panel, Score
    from marsad.analysis.foreign import ForeignEvent
    from marsad.exports.rows import Row
    from marsad.model import Event

SHOWN = 40


def add(app: typer.Typer) -> None:
    """Put the command into the application."""
    app.command()(forecast)


def forecast(
    ged: Annotated[Path | None, typer.Option(help="A UCDP GED CSV file to work from.", show_default=False)] = None,
    set: Annotated[
        str | None, typer.Option("--set", help="A foreign set beside the ledger to work from.", show_default=False)
    ] = None,
    ledger: Ledger = None,
    measure: Annotated[str, typer.Option(help="killed or events.")] = "killed",
    level: Annotated[str, typer.Option(help="admin1 or country.")] = "admin1",
    months: Annotated[int, typer.Option(min=1, max=12, help="How many months ahead.")] = 6,
    country: Country = None,
    until: Annotated[
        str | None,
        typer.Option(help="The last month that is used, as 2026-01: leave out one that is not over.", show_default=False),
    ] = None,
    score: Annotated[bool, typer.Option("--score", help="Score it on past months instead of forecasting.")] = False,
    train: Annotated[int, typer.Option(min=18, help="Months to learn from before the first scored one.")] = 24,
    origins: Annotated[
        int | None, typer.Option(min=1, help="Score from the last so many months alone.", show_default=False)
    ] = None,
    sets: Sets = None,
    as_of: AsOf = None,
    form: TableForm = None,
    out: Out = None,
) -> None:
    """Next months' deaths or events by region, as distributions: a baseline to measure others by, no early warning.

    It looks up what followed in the region-months most like the last ones. --score shows how well that did on past months that
    it had not seen, by CRPS (smaller is better), beside the last month again, the historical mean, the last twelve months and all
    months; it says plainly where it does not beat them. Without --ged or --set the ledger's own events are used.

    Examples:

        marsad forecast --ged ged191.csv --months 6

        marsad forecast --ged ged191.csv --score

        marsad forecast --ledger record.sqlite --country Sudan --measure events --until 2026-01
    """
    from marsad.analysis import forecast as forecasts
    from marsad.output import screen, write_out

    with usage():
        chosen = form_of(form, out)
        panel = panel_from(
            ged, set, ledger, sets, as_of, (measure, level, country, until), to_file=chosen != "table" or out is not None
        )
        if score:
            scores = forecasts.score(panel, horizons=months, train=train, origins=origins)
            view, rows = score_table(panel, scores), [dataclasses.asdict(s) for s in scores]
        else:
            made = forecasts.forecast(panel, horizons=months)
            view, rows = forecast_table(panel, made), [dataclasses.asdict(f) for f in made]
    if chosen == "table":
        from marsad.commands.checking import plain

        screen().print(view) if out is None else write_out(plain(view), out)
        return
    write_out(lines(rows, chosen, "score" if score else "forecast"), out)


def panel_from(
    ged: Path | None,
    name: str | None,
    ledger: str | None,
    sets: Path | None,
    as_of: str | None,
    asked: tuple[str, str, str | None, str | None],
    *,
    to_file: bool,
) -> Panel:
    """The sums that the forecast works from."""
    from marsad.analysis.forecast import panel_of
    from marsad.analysis.tallies_filter import country_of

    measure, level, country, until = asked
    if measure not in ("killed", "events") or level not in ("admin1", "country"):
        raise ConfigError("--measure is killed or events, --level is admin1 or country")
    if until is not None and (len(until) != 7 or not until.replace("-", "").isdigit()):
        raise ConfigError(f"{until!r} is no month: write it as 2026-01")
    code = country_of(country) if country else None
    if country and code is None:
        raise ConfigError(f"{country!r} is no country that we know: give a name or an ISO code, as Sudan or SDN")
    events = [e for e in source(ged, name, ledger, sets, as_of, to_file=to_file) if code is None or country_in(e) == code]
    return panel_of(
        events,
        measure="events" if measure == "events" else "killed",
        level="country" if level == "country" else "admin1",
        until=until,
    )


def country_in(event: ForeignEvent | Event) -> str | None:
    from marsad.model import Event

    if isinstance(event, Event):
        return event.place.country if event.place else None
    return event.country


def source(
    ged: Path | None, name: str | None, ledger: str | None, sets: Path | None, as_of: str | None, *, to_file: bool
) -> Iterable[ForeignEvent | Event]:
    """The events: of a file, of a foreign set, or of the ledger."""
    from marsad.analysis.foreign import mapping_of, read_events
    from marsad.analysis.foreign_sets import events_in, folder_of, refuse_export
    from marsad.commands.asking import then
    from marsad.ledger.query import Filter, find
    from marsad.ledger.store import open_ledger

    if ged is not None:
        read = read_events(ged, mapping_of("ged"))
        if read.provider:
            raise ConfigError(f"{ged.name} is an export from somebody's own account: it is used for nothing but comparison")
        return read.events
    if name is not None:
        folder = folder_of(needed(ledger) if sets is None else "", sets)
        item = named(folder, name)
        refuse_export(item)
        return events_in(folder, item)
    return find(open_ledger(needed(ledger)), "event", Filter(as_of=then(as_of))).events


def forecast_table(panel: Panel, made: Sequence[Forecast]) -> RenderableType:
    """A row a region, a column a month: the median, and in which range half of the cases lie."""
    from rich.console import Group
    from rich.text import Text

    from marsad.exports import wording
    from marsad.exports.table import frame

    months = list(dict.fromkeys(f.month for f in sorted(made, key=lambda f: f.horizon)))
    rows: dict[str, list[Forecast]] = {}
    for item in made:
        rows.setdefault(item.region, []).append(item)
    grid = frame(f"{panel.measure} by month: median, and the middle half", {"region": 24, **dict.fromkeys(months, 12)})
    largest = sorted(rows, key=lambda r: (-sum(f.mean for f in rows[r]), r))[:SHOWN]
    for region in largest:
        cells = [f"{f.median:,.0f} ({f.low50:,.0f}–{f.high50:,.0f})" for f in rows[region]]
        grid.add_row(Text(wording.printable(region)), *(Text(c) for c in cells))
    span = f"From {panel.months[0]} to {panel.months[-1]}, {len(panel.regions)} regions."
    note = f"{span} A month that is not over yet looks quiet: --until."
    more = [Text(f"… and {len(rows) - SHOWN} more regions", style="dim")] if len(rows) > SHOWN else []
    return Group(
        grid, *more, Text(note, style="dim"), Text("A baseline, no early warning. --score shows how well it did before.")
    )


def score_table(panel: Panel, scores: Sequence[Score]) -> RenderableType:
    """A row a rule, a column a horizon; then the verdict."""
    from rich.console import Group
    from rich.text import Text

    from marsad.analysis.forecast import BASELINES, MODEL, RULES, verdict
    from marsad.exports.table import frame

    horizons = sorted({s.horizon for s in scores})
    grid = frame(
        f"CRPS of {panel.measure} (smaller is better)",
        {"rule": 26, **{f"{h} mo": 8 for h in horizons}, "inside 90%": 0},
    )
    for rule in (MODEL, *BASELINES):
        own = {s.horizon: s for s in scores if s.rule == rule}
        inside = [s.within90 for s in own.values() if s.within90 is not None]
        share = f"{sum(inside) / len(inside):.0%}" if inside else ""
        best = [own[h].crps == min(s.crps for s in scores if s.horizon == h) for h in horizons]
        cells = [Text(f"{own[h].crps:,.2f}", style="bold" if b else "") for h, b in zip(horizons, best, strict=True)]
        grid.add_row(Text(f"{rule}: {RULES[rule]}"), *cells, Text(share))
    cases = max(s.cases for s in scores)
    span = f"{panel.months[0]} to {panel.months[-1]}, {len(panel.regions)} regions"
    about = f"{span}; at most {cases:,} region-months a horizon, none seen before."
    return Group(grid, *(Text(line) for line in verdict(scores)), Text(about, style="dim"))


def lines(rows: Sequence[Row], form: str, kind: str) -> str:
    from marsad.exports import delimited

    if form == "csv":
        return delimited.lines(list(rows[0]) if rows else [], rows)
    return "".join(json.dumps({"kind": kind, **r}, ensure_ascii=False) + "\n" for r in rows)
