"""`marsad ingest` and `marsad watch`: from sources of any kind into a ledger."""

from __future__ import annotations

import hashlib
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.commands.asking import DATE_HELP, Ledger, needed, usage

if TYPE_CHECKING:
    from marsad.commands.delivery import Delivery, Web
    from marsad.commands.desk import Desk, Tally
    from marsad.intake.isolation import Parser
    from marsad.intake.sources import Source, SourceList
    from marsad.model import Problem

SHOWN = 20
NAP = 1.0

State = Annotated[
    Path | None,
    typer.Option("--state", help="The file that remembers what was fetched.", show_default="beside the ledger"),
]
Private = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-private", metavar="HOST", help="Fetch from this host though it is inside a network.", show_default=False
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no summary on standard error.")]


def add(app: typer.Typer) -> None:
    """Put the commands into the application."""
    app.command()(ingest)
    app.command()(watch)


def ingest(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE…", help="Files, folders, globs, -, web addresses, lists of sources (*.toml).", show_default=False
        ),
    ],
    ledger: Ledger = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be read; nothing is kept.")] = False,
    published: Annotated[
        str | None, typer.Option(help=f"The day to read relative dates against, {DATE_HELP}.", show_default=False)
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Fetch the stories that feeds and sitemaps in files list.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Code anew what the ledger has already.")] = False,
    state: State = None,
    allow_private: Private = None,
    quiet: Quiet = False,
) -> None:
    """Read sources into a ledger: stories, pages, feeds, sitemaps, web archives, tables, PDF and DOCX.

    Stop and repeat it at will: what the ledger has is passed over, so that a run that was broken off goes on where it stopped.
    Web pages are fetched politely: robots.txt, Retry-After, one request a second and host. Exit status: 0 clean, 1 with
    problems (the rest is kept), 2 for a wrong command.

    Examples:

        marsad ingest stories/ reports/*.pdf --ledger record.sqlite

        marsad ingest crawl.warc.gz table.parquet --ledger record.sqlite --dry-run

        marsad ingest https://news.example/feed.xml --ledger record.sqlite

        marsad ingest sources.toml --ledger record.sqlite
    """
    from marsad.api import iso_date
    from marsad.intake.sources import given_sources

    with usage():
        anchor = iso_date(published)
        wanted = permitted(given_sources([s for s in sources if s]), allow_private)
    if dry_run:
        raise typer.Exit(1 if preview(wanted, state_of(ledger, state), follow=follow) else 0)
    with usage():
        name = needed(ledger)
    stop = threading.Event()
    with office(name, wanted, state_of(name, state), stop, quiet=quiet, published=anchor, again=again) as (desk, web, files):
        for source in wanted.sources:
            desk.take(once(source, web, files, desk, follow=follow, again=again))
        left = sum(desk.journal.waiting(source.title) for source in wanted.sources)
        tally = desk.tally
    if not quiet:
        typer.echo(tally.words(), err=True)
        if left:
            typer.echo(f"{left} to be fetched later: run it again, or use `marsad watch`.", err=True)
    if tally.problems:
        raise typer.Exit(1)


def watch(
    sources: Annotated[Path, typer.Argument(metavar="SOURCES.TOML", help="A list of sources.", show_default=False)],
    ledger: Ledger = None,
    rounds: Annotated[int | None, typer.Option(min=1, help="Stop after so many rounds.", show_default="never")] = None,
    state: State = None,
    quiet: Quiet = False,
) -> None:
    """Keep reading a list of sources into a ledger, each as often as it says (`every`), each item once.

    Ends cleanly on Ctrl-C or SIGTERM, at once; what was under way is fetched again by the next start. A problem is one line on
    standard error. Exit status: 0, also with problems; 2 for a wrong list.

    Example:

        marsad watch sources.toml --ledger record.sqlite
    """
    from marsad.commands.delivery import Stopped
    from marsad.intake.sources import load_sources

    with usage():
        wanted = load_sources(sources)
        name = needed(ledger)
    stop = threading.Event()
    with stopping(stop), office(name, wanted, state_of(name, state), stop, quiet=quiet) as (desk, web, files):
        with suppress(Stopped):
            keep_watch(wanted.sources, desk, web, files, stop, rounds)
        tally = desk.tally
    if not quiet:
        typer.echo(tally.words(), err=True)


def keep_watch(sources: Sequence[Source], desk: Desk, web: Web, files: Parser, stop: threading.Event, rounds: int | None) -> None:
    """Round after round: each source when it is due, and what waits for another try or visit."""
    from marsad.commands.delivery import drain

    due = dict.fromkeys(range(len(sources)), 0.0)
    made = 0
    while not stop.is_set():
        for number, source in enumerate(sources):
            if time.monotonic() >= due[number]:
                due[number] = time.monotonic() + source.every
                desk.take(once(source, web, files, desk))
            elif any(desk.journal.pending(source.title, time.time())):
                desk.take(drain(source, web, desk.journal))
        made += 1
        if rounds is not None and made >= rounds:
            return
        wait = min(due.values()) - time.monotonic()
        waiting = any(desk.journal.waiting(source.title) for source in sources)
        stop.wait(max(0.05, min(wait, NAP) if waiting else wait))


def once(
    source: Source, web: Web, files: Parser, desk: Desk, *, follow: bool = False, again: bool = False
) -> Iterator[Delivery | Problem]:
    """All that a source has now."""
    from marsad.commands.delivery import drain, from_files, look

    if source.kind == "files":
        yield from from_files(source, files, desk.journal, follow=follow, again=again, expect=desk.expect)
        if follow:
            yield from drain(source, web, desk.journal, expect=desk.expect)
        return
    yield from look(source, web, files, desk.journal)
    yield from drain(source, web, desk.journal, expect=desk.expect)


@contextmanager
def office(
    ledger: str,
    wanted: SourceList,
    state: Path,
    stop: threading.Event,
    *,
    quiet: bool,
    published: str | None = None,
    again: bool = False,
) -> Iterator[tuple[Desk, Web, Parser]]:
    """The open ledger, journal, fetcher and parsers of a run. The ledger comes first: a wrong one is known before any work."""
    import marsad.stages
    from marsad.commands.delivery import Web
    from marsad.commands.desk import Desk
    from marsad.intake.isolation import Parser
    from marsad.intake.journal import Journal
    from marsad.ledger.captures import is_new
    from marsad.ledger.store import open_ledger
    from marsad.output import report_problems

    store = open_ledger(ledger, write=True)
    with ExitStack() as stack:
        stack.callback(store.close)
        with usage():
            journal = stack.enter_context(Journal(state))
        if is_new(store):
            journal.clear()
        reader, files = stack.enter_context(Parser()), stack.enter_context(Parser())
        web = stack.enter_context(Web(wanted.fetching, stop))
        stages = marsad.stages.installed_stages()
        show, aside = stack.enter_context(showing(quiet))

        told: Counter[str] = Counter()

        def tell(problem: Problem) -> None:
            told[problem.code] += 1
            if told[problem.code] <= SHOWN:
                aside(lambda: report_problems([problem]))

        def tell_rest() -> None:
            for code, number in sorted(told.items()):
                if number > SHOWN:
                    typer.echo(f"and {number - SHOWN} more problems of the kind {code}; the ledger has them all", err=True)

        stack.callback(tell_rest)
        yield (
            Desk(store, stages, journal, reader, published=published, again=again, tell=tell, show=show, stop=stop),
            web,
            files,
        )


@contextmanager
def showing(quiet: bool) -> Iterator[tuple[Callable[[str, Tally], None], Callable[[Callable[[], None]], None]]]:
    """A progress bar on standard error, where that is a terminal; and how to print something beside it."""
    if quiet or not sys.stderr.isatty():
        yield (lambda words, tally: None), (lambda act: act())
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    from marsad.exports.wording import printable

    told = TextColumn("{task.description}", markup=False)
    columns = (SpinnerColumn(), BarColumn(bar_width=20), MofNCompleteColumn(), TimeRemainingColumn(), told)
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("starting", total=None)

        def show(words: str, tally: Tally) -> None:
            sums = f"{tally.reports} stories, {tally.claims} claims, {tally.problems} problems"
            progress.update(
                task,
                description=f"{sums}; {printable(words, limit=40)}",
                completed=min(tally.done, tally.expected),
                total=tally.expected or None,
            )

        yield show, lambda act: act()


@contextmanager
def stopping(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and Ctrl-C ask to stop; a second one ends at once."""

    def ask(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def permitted(wanted: SourceList, hosts: Sequence[str] | None) -> SourceList:
    """The sources with further hosts that may be private."""
    more = frozenset(host.lower() for host in hosts or ())
    return replace(wanted, fetching=replace(wanted.fetching, private_hosts=wanted.fetching.private_hosts | more))


def state_of(ledger: str | None, state: Path | None) -> Path:
    """The journal's file: beside the ledger, or in the user's own folder for a ledger on a server."""
    from marsad.ledger.store import is_server

    if state is not None:
        return state
    if ledger is None or not is_server(ledger):
        return Path(f"{ledger or 'marsad'}.intake.jsonl")
    import platformdirs

    name = hashlib.sha256(ledger.rpartition("@")[2].encode()).hexdigest()[:16]
    return platformdirs.user_state_path("marsad") / f"{name}.intake.jsonl"


def preview(wanted: SourceList, state: Path, *, follow: bool) -> int:
    """Print what would be read, a line each: what it is, whether it is new, its size and name. How many problems there are."""
    from marsad.commands.delivery import Web, dry_run
    from marsad.intake.isolation import Parser
    from marsad.intake.journal import Journal
    from marsad.model import Problem
    from marsad.output import report_problems

    met: list[Problem] = []
    with Journal(state, keep=False) as journal, Parser() as parser, Web(wanted.fetching, threading.Event()) as web:
        for source in wanted.sources:
            for item in dry_run(source, web, parser, journal, follow=follow):
                if isinstance(item, Problem):
                    met.append(item)
                else:
                    typer.echo("\t".join(item))
    report_problems(met)
    return len(met)
