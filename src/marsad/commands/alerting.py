"""`marsad surges` and `marsad alerts`: where recent days differ from before, and saved searches that tell what is new."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.commands.asking import DATE_HELP, AsOf, Ledger, Out, needed, usage
from marsad.commands.tallying import TableForm, Where, form_of

if TYPE_CHECKING:
    from rich.console import RenderableType

    from marsad.analysis.alerts import Alert, Known
    from marsad.analysis.alerts_rules import Saved
    from marsad.analysis.surges import Surge
    from marsad.exports.rows import Row
    from marsad.ledger.findings import Findings

At = Annotated[str | None, typer.Option(help=f"The last of the recent days, {DATE_HELP}.", show_default="today")]
COLUMNS = (
    *("group", "measure", "kind", "recent_low", "recent_best", "recent_high", "before_low", "before_best", "before_high"),
    *("ratio_low", "ratio", "ratio_high", "p", "q", "holds", "known", "since", "first", "last", "why", "events"),
)


def add(app: typer.Typer) -> None:
    """Put the commands into the application."""
    app.command()(surges)
    app.command()(alerts)


def surges(
    ledger: Ledger = None,
    by: Annotated[str, typer.Option(help="country, admin1, place, event_type, sub_event_type, who, whom, actor.")] = "admin1",
    measure: Annotated[str, typer.Option(help="events, killed, injured.")] = "events,killed",
    where: Where = None,
    at: At = None,
    days: Annotated[int, typer.Option(min=1, help="How many recent days are looked at.")] = 14,
    before: Annotated[int, typer.Option(min=3, help="How many days before those they are compared with.")] = 180,
    as_of: AsOf = None,
    form: TableForm = None,
    out: Out = None,
) -> None:
    """Where recent days differ from the months before: rises and falls of events and deaths.

    A rise is not counted up for reports that may still come; a fall only counts against what would be known by now, by how late
    reports came before. "cautious" says whether it is also there with the lowest figures of now against the highest of before.
    The threshold is one false finding in twenty, all groups together.

    Examples:

        marsad surges --ledger record.sqlite --at 2026-02-18

        marsad surges --ledger record.sqlite --by who,sub_event_type --where "country = 'Sudan'" --days 30
    """
    from marsad.analysis import surges as tests
    from marsad.exports import delimited
    from marsad.output import screen, write_out

    with usage():
        chosen = form_of(form, out)
        day = at or dt.date.today().isoformat()
        found = events_until(needed(ledger), day, max(days + before, tests.WEEKS * 7 + 7), as_of)
        delays = tests.delays_of(found.events, found.reports, at=day)
        made = tests.surges(found.events, at=day, by=by, measures=measure, where=where, days=days, before=before, delays=delays)
    if chosen == "table":
        from marsad.commands.checking import plain

        view = surge_table(made, day, days, delays.of)
        screen().print(view) if out is None else write_out(plain(view), out)
        return
    rows = [surge_row(s) for s in made]
    if chosen == "csv":
        write_out(delimited.lines(COLUMNS, rows), out)
    else:
        write_out("".join(json.dumps({"kind": "surge", **r}, ensure_ascii=False) + "\n" for r in rows), out)


def events_until(ledger: str, day: str, back: int, as_of: str | None) -> Findings:
    """The events of the days up to one, with their reports."""
    from marsad.commands.asking import then
    from marsad.ledger.query import Filter, find
    from marsad.ledger.store import open_ledger
    from marsad.model import ConfigError

    try:
        since = (dt.date.fromisoformat(day) - dt.timedelta(days=back)).isoformat()
    except (ValueError, OverflowError) as error:
        raise ConfigError(f"{day!r} is not a date: write it as 2026-02-18") from error
    return find(open_ledger(ledger), "event", Filter(since=since, until=day, as_of=then(as_of)))


def surge_row(item: Surge) -> Row:
    """A surge as a flat row."""
    low, best, high = (None if math.isinf(r) else r for r in item.ratio)
    return {
        "group": " / ".join(item.group),
        "measure": item.measure,
        "kind": item.kind,
        "recent_low": item.recent.low,
        "recent_best": item.recent.best,
        "recent_high": item.recent.high,
        "before_low": item.before.low,
        "before_best": item.before.best,
        "before_high": item.before.high,
        "ratio_low": low,
        "ratio": best,
        "ratio_high": high,
        "p": item.p,
        "q": item.q,
        "holds": item.holds,
        "known": item.known,
        "since": item.since,
        "first": item.first,
        "last": item.last,
        "why": item.why,
        "events": "; ".join(item.events),
    }


def surge_table(made: Sequence[Surge], day: str, days: int, told: int) -> RenderableType:
    """For the screen."""
    from rich.console import Group
    from rich.text import Text

    from marsad.exports import wording
    from marsad.exports.table import frame

    delays = (
        f"delay of reports from {told:,} events" if told else "too few dated reports to say how late they come: taken as complete"
    )
    note = Text(f"{days} days up to {day}; {delays}.", style="dim")
    if not made:
        return Group(Text("no group differs from before more than chance would have it"), note)
    columns = {"group": 20, "": -5, "what": 0, "now": 0, "before": 0, "times": 0, "since week": -10, "cautious": 0, "q": 0}
    grid = frame("Recent days against as many before", columns)
    for item in made:
        low, best, high = ("∞" if math.isinf(r) else f"{r:.1f}" for r in item.ratio)
        grid.add_row(
            Text(wording.printable(", ".join(item.group)) or "all"),
            Text("↑" if item.kind == "rise" else "↓", style="red" if item.kind == "rise" else "blue"),
            Text(item.measure),
            Text(wording.toll(item.recent) or "0"),
            Text(wording.toll(item.before) or "0"),
            Text(f"{best} ({low}–{high})"),
            Text(item.since or ""),
            Text("holds" if item.holds else "does not"),
            Text(f"{item.q:.3f}"),
        )
    return Group(grid, note, Text("A fall may be one of reports: `marsad tally --coverage` says who fell silent.", style="dim"))


def alerts(
    rules: Annotated[Path, typer.Argument(metavar="RULES", help="A TOML file of saved searches.")],
    ledger: Ledger = None,
    at: At = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="Show what is found; deliver and remember nothing.")] = False,
    state: Annotated[
        Path | None,
        typer.Option(help="The file in which it is remembered what was told.", show_default="record.sqlite.alerts.json"),
    ] = None,
    form: TableForm = None,
) -> None:
    """Run saved searches and tell what is new: on the screen, as an Atom file, as mails in a folder, to a webhook.

    Nothing is told twice: what was told is remembered in a file beside the ledger. Each alert says why, and names its events or
    conditions. Run it after each `marsad code`, or from cron. Exit status 1 where a channel failed: it is tried again next time.

    A rule:

        [[alert]]
        name = "Many killed in Sudan"
        kind = "sum"
        where = "country = 'Sudan'"
        measure = "killed"
        more_than = 50
        within_days = 2

    Examples:

        marsad alerts rules.toml --ledger record.sqlite

        marsad alerts rules.toml --ledger record.sqlite --at 2026-02-18 --dry-run
    """
    from marsad.analysis.alerts import find_alerts
    from marsad.analysis.alerts_delivery import deliver, fresh, keep_memory, memory_file, read_memory
    from marsad.analysis.alerts_rules import read_rules

    with usage():
        chosen = form_of(form, None)
        saved = read_rules(rules)
        where = memory_file(needed(ledger), state)
        day = at or dt.date.today().isoformat()
        known = known_until(needed(ledger), day, saved)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    memory, new = fresh(read_memory(where), find_alerts(saved.rules, known, at=day), at=now)
    show(new, chosen)
    if dry:
        return
    keep_memory(where, memory)
    secret = os.environ.get(saved.channels.webhook_secret) if saved.channels.webhook_secret else None
    memory, failures = deliver(memory, saved.channels, secret=secret)
    keep_memory(where, memory)
    for failure in failures:
        typer.echo(f"not delivered, will be tried again: {failure}", err=True)
    if failures:
        raise typer.Exit(1)


def known_until(ledger: str, day: str, saved: Saved) -> Known:
    """What the rules need to know of the ledger."""
    from marsad.analysis.alerts import Known
    from marsad.analysis.surges import delays_of
    from marsad.ledger.query import Filter, find
    from marsad.ledger.store import open_ledger

    back = 365 * 200 if saved.first_rules() else saved.reach()
    found = events_until(ledger, day, back, None)
    states = find(open_ledger(ledger), "condition", Filter())
    delays = delays_of(found.events, found.reports, at=day)
    claims = {c.id: c for c in (*found.claims, *states.claims)}
    return Known(events=found.events, conditions=states.conditions, delays=delays, claims=claims)


def show(new: Sequence[Alert], form: str) -> None:
    """The new alerts: for the screen, or a row each."""
    from rich.console import Group
    from rich.text import Text

    from marsad.exports import delimited
    from marsad.exports.wording import plural, printable
    from marsad.output import screen, write_out

    if form == "table":
        parts = []
        for alert in new:
            parts.append(Text(printable(alert.title), style="bold"))
            parts.append(Text(f"  {printable(alert.why)}"))
            parts.append(Text(f"  {printable(alert.rule)} · " + ", ".join(alert.items[:6]), style="dim"))
        screen().print(Group(*parts, Text(f"{plural(len(new), 'new alert')}.")))
        return
    rows: list[Row] = [{**dataclasses.asdict(a), "items": "; ".join(a.items), "claims": "; ".join(a.claims)} for a in new]
    if form == "csv":
        write_out(delimited.lines(["id", "rule", "title", "why", "first", "last", "items"], rows), None)
    else:
        write_out("".join(json.dumps({"kind": "alert", **dataclasses.asdict(a)}, ensure_ascii=False) + "\n" for a in new), None)
