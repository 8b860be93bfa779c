"""The command line: parse arguments, call one function, print."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.commands import (
    access,
    alerting,
    checking,
    forecasting,
    importing,
    ingest,
    judging,
    publishing,
    releasing,
    reporting,
    running,
    serving,
    store,
    tallying,
    versions,
)
from marsad.commands.asking import (
    DATE_HELP,
    ActorName,
    AsOf,
    At,
    Country,
    Form,
    Ledger,
    Limit,
    Out,
    PlaceName,
    RowForm,
    Since,
    Until,
    asked,
    choose_format,
    needed,
    stop,
    then,
    usage,
    watching,
)
from marsad.commands.reader import DEFAULT, BaseUrl, Config, KeyVariable, Model, Reader, read_by
from marsad.model import ConfigError, MarsadError

if TYPE_CHECKING:
    from marsad.ledger.query import Filter, FoldKind

app = typer.Typer(
    name="marsad",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="News reports in, a cited conflict and humanitarian-access record out.\n\nStart with: marsad code page.html",
)


@app.callback(invoke_without_command=True)
def marsad(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.", is_eager=True)] = False,
) -> None:
    if version:
        from marsad.versions import version as installed

        typer.echo(f"marsad {installed()}")
        raise typer.Exit


@app.command()
def code(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT…", help="Files, folders, globs, or - for standard input.", show_default=False)
    ],
    form: Form = None,
    out: Out = None,
    published: Annotated[
        str | None, typer.Option(help=f"The day to read relative dates against, {DATE_HELP}.", show_default=False)
    ] = None,
    ledger: Ledger = None,
    link: Annotated[
        bool, typer.Option("--link/--no-link", help="Join the claims into events, statistics and conditions.")
    ] = True,
    uncertain: Annotated[
        bool, typer.Option("--uncertain", help="Also the claims that are too uncertain to publish, marked as such.")
    ] = False,
    gate: Annotated[
        bool, typer.Option("--gate", help="Leave out pages and stories that tell of nothing to code; they are named.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no summary on standard error.")] = False,
    reader: Reader = DEFAULT,
    config: Config = None,
    base_url: BaseUrl = None,
    model: Model = None,
    key_variable: KeyVariable = None,
) -> None:
    """Code reports: plain text, saved web pages, or JSON Lines of stories.

    Exit status: 0 clean, 1 with problems (the rest is still coded), 2 for a wrong command.

    Examples:

        marsad code page.html --published 2026-02-18

        marsad code stories/ --ledger record.sqlite

        cat report.txt | marsad code - --format jsonl

        marsad code saved-pages/ --gate

        marsad code page.html --reader openai-compatible --base-url http://127.0.0.1:8000/v1 --model qwen
    """
    from marsad.api import iso_date, keep_and_run
    from marsad.output import deliver, report_problems

    chosen = choose_format(form, out)
    if chosen == "acled-csv" and not link:
        stop("acled-csv holds events, and --no-link makes none: leave one of the two out", status=2)
    with usage():
        anchor = iso_date(published)
    chosen_reader = read_by(reader, config=config, base_url=base_url, model=model, key_variable=key_variable, quiet=quiet)
    stopped: list[str] = []
    with chosen_reader as stages, watching(quiet) as watch:
        stages = running.behind_gate(stages, stopped) if gate else stages
        given = [i for i in inputs if i]
        found = keep_and_run(given, published=anchor, ledger=ledger, link=link, stages=stages, watch=watch)
    if uncertain:
        found = dataclasses.replace(found, claims=(*found.claims, *found.uncertain))
    deliver(found, chosen, out, kind="event" if link else None, anchors=True)
    report_problems(found.problems)
    running.tell_stopped(stopped)
    if not quiet and (out is not None or chosen != "table"):
        from marsad.exports.table import sum_up

        typer.echo(sum_up(found), err=True)
    if found.problems:
        raise typer.Exit(1)


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="The id of an event, statistic, condition, claim or report, or its beginning.")
    ],
    ledger: Ledger = None,
    as_of: AsOf = None,
) -> None:
    """Everything behind one item: every claim in its sentence, tolls by speaker, why the claims were joined.

    Examples:

        marsad show evt-1a2b --ledger record.sqlite

        marsad show evt-1a2b --ledger record.sqlite --as-of 2026-03-01
    """
    from marsad.exports.explanation import complete, explain
    from marsad.ledger.query import beginning_with, behind
    from marsad.ledger.store import open_ledger
    from marsad.output import screen

    with usage():
        moment = then(as_of)
    store = open_ledger(needed(ledger))
    try:
        full = complete(name, beginning_with(store, name))
        found = behind(store, full, as_of=moment)
        explanation = explain(found, full)
    except LookupError as error:
        raise ConfigError(f"{error.args[0]} in {store.name}") from error
    judged = judging.words_on(store, found, as_of=moment)
    screen().print(dataclasses.replace(explanation, facts=(*explanation.facts, *judged)))


@app.command()
def events(
    ledger: Ledger = None,
    country: Country = None,
    place: PlaceName = None,
    actor: ActorName = None,
    type: Annotated[str | None, typer.Option("--type", help="Part of an event or sub-event type.", show_default=False)] = None,
    since: Since = None,
    until: Until = None,
    at: At = None,
    as_of: AsOf = None,
    min_killed: Annotated[
        int | None, typer.Option(min=0, help="At least so many killed (best figure).", show_default=False)
    ] = None,
    limit: Limit = None,
    form: Form = None,
    out: Out = None,
) -> None:
    """Events of a ledger, oldest first.

    Examples:

        marsad events --ledger record.sqlite --country Sudan --since 2026-02-01

        marsad events --ledger record.sqlite --type drone --min-killed 5 --out strikes.csv

        marsad events --ledger record.sqlite --as-of 2026-03-01 --out march.jsonl
    """
    with usage():
        wanted = asked(
            country=country,
            place=place,
            actor=actor,
            type=type,
            since=since,
            until=until,
            at=at,
            as_of=as_of,
            min_killed=min_killed,
            limit=limit,
        )
    listing(ledger, "event", wanted, form, out)


@app.command()
def statistics(
    ledger: Ledger = None,
    country: Country = None,
    place: PlaceName = None,
    actor: ActorName = None,
    measure: Annotated[str | None, typer.Option(help="killed, injured, displaced, people_in_need, …", show_default=False)] = None,
    since: Since = None,
    until: Until = None,
    at: At = None,
    as_of: AsOf = None,
    limit: Limit = None,
    form: RowForm = None,
    out: Out = None,
) -> None:
    """Statistics of a ledger: figures over many incidents or a period, kept apart from events.

    Example:

        marsad statistics --ledger record.sqlite --measure killed
    """
    with usage():
        wanted = asked(
            country=country, place=place, actor=actor, type=measure, since=since, until=until, at=at, as_of=as_of, limit=limit
        )
    listing(ledger, "statistic", wanted, form, out)


@app.command()
def conditions(
    ledger: Ledger = None,
    country: Country = None,
    place: PlaceName = None,
    actor: ActorName = None,
    subject: Annotated[
        str | None, typer.Option(help="border_crossing, siege, territory, corridor, …", show_default=False)
    ] = None,
    state: Annotated[str | None, typer.Option(help="open, closed, besieged, held, …", show_default=False)] = None,
    since: Since = None,
    until: Until = None,
    at: At = None,
    as_of: AsOf = None,
    limit: Limit = None,
    form: RowForm = None,
    out: Out = None,
) -> None:
    """Conditions of a ledger: crossings, sieges, who holds what, corridors, deliveries, ceasefires.

    Example:

        marsad conditions --ledger record.sqlite --subject siege --at 2026-02-18
    """
    with usage():
        wanted = asked(
            country=country,
            place=place,
            actor=actor,
            type=subject,
            state=state,
            since=since,
            until=until,
            at=at,
            as_of=as_of,
            limit=limit,
        )
    listing(ledger, "condition", wanted, form, out)


@app.command()
def places(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A report: text, saved page or JSON Lines; - for standard input.")],
    form: Annotated[
        str | None, typer.Option("--format", "-f", help="table or jsonl.", show_default="table; jsonl when piped")
    ] = None,
) -> None:
    """Every place name of a report: the place chosen, its point and id, the alternatives and why.

    Example:

        marsad places report.txt
    """
    from marsad.inspection import place_lines, place_table, read_places
    from marsad.output import one_of, report_problems, screen, write_out

    chosen = form or ("table" if sys.stdout.isatty() else "jsonl")
    with usage():
        one_of(chosen, ("table", "jsonl"))
    readings, problems = read_places(file)
    if chosen == "table":
        screen().print(place_table(readings))
    else:
        write_out(place_lines(readings), None)
    report_problems(problems)
    if problems:
        raise typer.Exit(1)


@app.command()
def codebook(
    term: Annotated[str | None, typer.Argument(help="A word to look up.", show_default=False)] = None,
) -> None:
    """The words that the record is written in, and what they mean.

    Examples:

        marsad codebook

        marsad codebook siege
    """
    from marsad.inspection import codebook_page
    from marsad.output import screen

    page = codebook_page(term)
    if page is None:
        raise ConfigError(f"the codebook has no {term!r}: `marsad codebook` lists all words")
    screen().print(page)


@app.command()
def doctor() -> None:
    """What is installed, in which version, and whether it is whole. Exit status 1 where something is broken.

    Example:

        marsad doctor
    """
    from marsad.doctor import examine, report
    from marsad.output import screen

    checks = examine()
    screen().print(report(checks))
    if not all(c.good for c in checks):
        raise typer.Exit(1)


def listing(ledger: str | None, kind: FoldKind, wanted: Filter, form: str | None, out: Path | None) -> None:
    """The folds of one kind, printed."""
    from marsad.ledger.query import find
    from marsad.ledger.store import open_ledger
    from marsad.output import deliver

    chosen = choose_format(form, out)
    if chosen == "acled-csv" and kind != "event":
        stop(f"acled-csv holds events and no {kind}s: choose csv", status=2)
    found = find(open_ledger(needed(ledger)), kind, wanted)
    if chosen == "jsonl":
        found = dataclasses.replace(found, reports=(), claims=())
    empty = not (found.events or found.statistics or found.conditions)
    if not empty or chosen != "table" or out is not None:
        deliver(found, chosen, out, kind=kind)
    if empty:
        typer.echo(f"no {kind} matches", err=chosen != "table" or out is not None)


MORE: tuple[ModuleType, ...] = (
    judging,
    checking,
    releasing,
    store,
    ingest,
    versions,
    tallying,
    access,
    reporting,
    importing,
    forecasting,
    alerting,
    serving,
    running,
    publishing,
)
"""Modules of `marsad.commands` whose `add(app)` puts further commands beside these."""

for _module in MORE:
    _module.add(app)


def main() -> None:
    """The command `marsad`. A reader that goes away (`| head`) and Ctrl-C end it quietly, as other commands do."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        app()
    except MarsadError as error:
        typer.echo(f"marsad: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("marsad: stopped", err=True)
        sys.exit(130)
    except Exception as error:
        if os.environ.get("MARSAD_DEBUG"):
            raise
        typer.echo(f"marsad: a fault in the program: {type(error).__name__}: {error}", err=True)
        typer.echo("Please report it. MARSAD_DEBUG=1 shows where; `marsad doctor` checks the installation.", err=True)
        sys.exit(1)
