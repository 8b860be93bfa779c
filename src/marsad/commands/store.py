"""`marsad verify` and `marsad rebuild`: whether a ledger is whole, and working out anew what is worked out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from marsad.commands.asking import Ledger, needed


def add(app: typer.Typer) -> None:
    """Put the commands into the application."""
    app.command()(verify)
    app.command()(rebuild)


def verify(
    ledger: Ledger = None,
    head: Annotated[
        str | None,
        typer.Option(help="The hash that an earlier `verify` printed: whether the log still holds it.", show_default=False),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
) -> None:
    """Whether every byte of a ledger is as it was written; what is not is named.

    Works out the hash of every record and the chain of hashes anew, and checks captures against their ids, quotes against their
    texts, indexes against what they index, and the file itself. Prints the hash of the log's end: keep it elsewhere, and give it
    with --head the next time, to know that nothing before it was written anew. Exit status 1 where something is wrong.

    Examples:

        marsad verify --ledger record.sqlite

        marsad verify --ledger record.sqlite --head 5f2c9a…
    """
    from marsad.ledger import audit, history, purging
    from marsad.ledger.store import open_ledger
    from marsad.output import report_problems

    store = open_ledger(needed(ledger))
    with counting("verifying", quiet) as watch:
        problems = audit.verify(store, head=head, watch=watch)
    report_problems(problems)
    if problems:
        typer.echo(f"{len(problems)} things are wrong with {store.name}", err=True)
        raise typer.Exit(1)
    end = history.head(store)
    typer.echo(f"whole: {end.seq} facts, the last of {end.at[:19]}; head {end.chain}" if end else "whole, and empty")
    gone = len(purging.purged(store))
    if gone:
        typer.echo(f"purged: the texts and pages of {gone} records; their hashes are whole")


def rebuild(
    ledger: Ledger = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; say whether the same bytes come out. Exit status 1 where not.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
) -> None:
    """Delete what is worked out (events, statistics, conditions, copies, indexes) and make it anew from claims and judgements.

    What comes out otherwise than before, as after a new version of the rules of linking, becomes a revision: `--as-of` still
    gives what was there. All facts stay as they are.

    Examples:

        marsad rebuild --check --ledger record.sqlite

        marsad rebuild --ledger postgresql://desk@db.example/record
    """
    from marsad.ledger import fold
    from marsad.ledger.store import open_ledger
    from marsad.stages import installed_rules

    store = open_ledger(needed(ledger), write=True)
    with counting("rebuilding", quiet) as watch:
        done = fold.rebuild(store, check=check, watch=watch, **installed_rules())
    for name in done.different:
        typer.echo(f"otherwise than before: {name}", err=True)
    if done.same:
        typer.echo("the same bytes came out")
        return
    typer.echo(f"{len(done.different)} came out otherwise than before; {'nothing was changed' if check else 'they were revised'}")
    if check:
        raise typer.Exit(1)


@contextmanager
def counting(what: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, where that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
