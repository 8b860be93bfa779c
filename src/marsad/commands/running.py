"""`marsad run`: many files at once, on this machine or on a cluster."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.commands.asking import DATE_HELP, Ledger, usage
from marsad.model import ConfigError

if TYPE_CHECKING:
    from marsad.engine.running import Done, Step
    from marsad.stages import Stages

SHOWN = 50
MEGABYTE = 2**20


def add(app: typer.Typer) -> None:
    """Put the command into the application."""
    app.command(name="run")(run)


def run(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT…", help="Files, folders or globs; web archives are cut up.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder for the results and the shards.", show_default=False)],
    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            metavar="WHERE",
            help="local, local:4 (processes), spark://host:7077 or local\\[2] (Spark).",
            show_default=True,
        ),
    ] = "local",
    ledger: Ledger = None,
    gate: Annotated[
        bool, typer.Option("--gate/--no-gate", help="Stop pages that tell of nothing to code before they are read.")
    ] = True,
    published: Annotated[
        str | None, typer.Option(help=f"The day to read relative dates against, {DATE_HELP}.", show_default=False)
    ] = None,
    link: Annotated[
        bool, typer.Option("--link/--no-link", help="Join the claims into events, statistics and conditions.")
    ] = True,
    shard: Annotated[int, typer.Option("--shard-size", min=1, metavar="MB", help="How large a shard of an archive is.")] = 16,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no summary on standard error.")] = False,
) -> None:
    """Code many files into a folder: web archives, pages, stories and tables, shard by shard.

    A shard is done once. A run that was broken off, or one with more files, does only what is missing; another version of the
    program or another setting does all of it anew, beside the old shards. The folder gets reports, claims, events, statistics,
    conditions, problems and what the gate stopped, as JSON Lines, and summary.json. Exit status: 0 clean, 1 with problems (the
    rest is done), 2 for a wrong command.

    Examples:

        marsad run crawl/*.warc.gz --out day1/

        marsad run crawl/ stories.jsonl --out day1/ --engine local:4 --ledger record.sqlite

        marsad run crawl/ --out shared/day1/ --engine spark://host:7077

        grep -c . day1/stopped.jsonl
    """
    from marsad.api import iso_date
    from marsad.output import report_problems

    with usage():
        needs_tables()
        from marsad.engine import running
        from marsad.engine.runners import runner_of
        from marsad.engine.settings import Settings

        settings = Settings(gate=gate, published=iso_date(published))
        runner = runner_of(engine)
        given = [i for i in inputs if i and i != "-"]
        if not given:
            raise ConfigError("name files, folders or globs: a run does not read standard input")
    with showing(quiet) as watch:
        done = running.run(
            given, out, runner=runner, settings=settings, ledger=ledger, link=link, size=shard * MEGABYTE, watch=watch
        )
    report_problems(done.problems[:SHOWN])
    if not quiet:
        typer.echo(told(done, out), err=True)
    if done.problems:
        raise typer.Exit(1)


def needs_tables() -> None:
    """Raises `ConfigError` where `pyarrow` is not installed."""
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise ConfigError("a run needs pyarrow: pip install 'marsad[engine]'") from error


def told(done: Done, out: Path) -> str:
    """A run in a few lines."""
    s = done.summary
    share = f" ({s.stopped / s.pages:.1%})" if s.pages else ""
    lines = [
        f"{s.pages:,} pages and stories, {s.stopped:,}{share} stopped by the gate; {s.reports:,} reports",
        f"{s.claims:,} claims: {s.events:,} events, {s.statistics:,} statistics, {s.conditions:,} conditions",
        f"{s.copies:,} copies of other reports; {s.problems:,} problems",
    ]
    if len(done.problems) > SHOWN:
        lines.append(f"the first {SHOWN} problems are above, all of them in {out / 'problems.jsonl'}")
    if done.added is not None:
        lines.append(f"the ledger got {done.added.reports:,} reports and {done.added.claims:,} claims that it did not have")
    return "\n".join(lines)


@contextmanager
def showing(quiet: bool) -> Iterator[Callable[[Step], None]]:
    """A progress bar on standard error, where that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("cutting into shards", total=None)

        def watch(step: Step) -> None:
            progress.update(task, description=f"{step.stage} (shards)", completed=step.done, total=step.of)

        yield watch


def behind_gate(stages: Stages | None, stopped: list[str]) -> Stages:
    """The stages (`None`: the installed ones) with the gate before them; `stopped` gets the names of what it holds back."""
    from marsad.engine.gated import gated
    from marsad.intake.gate import load_gate
    from marsad.stages import installed_stages

    return gated(stages or installed_stages(), load_gate(), lambda origin, verdict: stopped.append(f"{origin} ({verdict.why})"))


def tell_stopped(stopped: Sequence[str]) -> None:
    """What the gate held back, a line each, and how much it was."""
    from marsad.exports.wording import printable

    for name in stopped:
        typer.echo(f"stopped: {printable(name)}", err=True)
    if stopped:
        typer.echo(f"{len(stopped):,} stopped by the gate: they tell of nothing to code", err=True)
