"""`marsad publish`, `purge`, `audit` and `corrections`: what leaves a desk, what it keeps no longer, who took what, who asks."""

from __future__ import annotations

import dataclasses
import getpass
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.commands.asking import Ledger, needed, stop, usage

if TYPE_CHECKING:
    from rich.console import RenderableType

    from marsad.ledger.auditing import Entry
    from marsad.ledger.requests import Request

Policy = Annotated[
    Path | None,
    typer.Option(
        "--policy", envvar="MARSAD_POLICY", help="The desk's own rules (TOML), over the shipped ones.", show_default=False
    ),
]
By = Annotated[str | None, typer.Option("--by", help="Who does it, for the list of deeds.", show_default="the login name")]
corrections = typer.Typer(
    no_args_is_help=True,
    help="What readers ask of the desk: corrections and removals that came over the form of a public server.\n\n"
    "Example:\n\n    marsad corrections list --ledger record.sqlite",
)


def add(app: typer.Typer) -> None:
    """Put the commands into the application."""
    app.command()(publish)
    app.command()(purge)
    app.command()(audit)
    app.add_typer(corrections, name="corrections")


def publish(
    ledger: Ledger = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The folder to write the package into.", show_default=False)
    ] = None,
    release: Annotated[
        str | None,
        typer.Option("--release", help="A release by its name; without it, what the ledger knows now.", show_default=False),
    ] = None,
    policy: Policy = None,
    tier: Annotated[
        str | None, typer.Option(help="How sensitive it may be: public, partner, internal, secret.", show_default="public")
    ] = None,
    by: By = None,
) -> None:
    """Write a public data package: no private person named, places and days as coarse as told, short quotes and links.

    CSV with an HXL row, JSON Lines, GeoParquet, tallies without small cells, codebook, data card, Frictionless description, PROV,
    a k-anonymity report and checksums. The same ledger and rules give the same bytes. A release of old is made under the rules
    and names of today: what was redacted since is gone from it too. Above the desk's ceiling nothing is written, and the status
    is 1.

    Examples:

        marsad publish --ledger record.sqlite --out public

        marsad publish --ledger record.sqlite --release 2026-03 --policy desk.toml --out public/2026-03
    """
    from marsad.codebook.sensitivity import load_policy
    from marsad.exports.public.package import SUMS, digest
    from marsad.exports.public.publishing import publish as make
    from marsad.exports.public.publishing import refusals
    from marsad.exports.public.writing import fit, write_all
    from marsad.ledger import auditing
    from marsad.ledger.store import open_ledger
    from marsad.output import report_problems

    if out is None:
        stop("name a folder: marsad publish --ledger record.sqlite --out public", status=2)
    with usage():
        rules = load_policy(policy)
        chosen = tier or rules.tiers[0]
        wrong = refusals(rules, chosen)
    if wrong:
        report_problems(wrong)
        raise typer.Exit(1)
    store = open_ledger(needed(ledger))
    fit(out)
    made = make(store, rules, release=release, tier=chosen)
    found = made.done.findings
    number = len(found.events) + len(found.statistics) + len(found.conditions)
    deed = auditing.Deed(
        by=by or getpass.getuser(),
        action="publish",
        what=f"{release or f'as of {made.origin.seq}'} into {out.name or out}",
        tier=chosen,
        records=number,
        digest=digest(made.files[SUMS]),
    )
    auditing.note(auditing.beside(store), [deed])
    write_all(out, made.files)
    typer.echo(
        f"published: {number:,} records, {len(made.files)} files in {out}; coarse: {made.done.coarsened:,}, "
        f"held back: {made.done.later:,}, kept in: {made.done.kept_in:,}, names withheld: {len(made.done.withheld.people):,}"
    )


def purge(
    ledger: Ledger = None,
    older_than: Annotated[
        int | None, typer.Option(min=1, help="All that came in more than so many days ago.", show_default="the rules' retention")
    ] = None,
    report: Annotated[list[str] | None, typer.Option("--report", help="A report by its id; several.", show_default=False)] = None,
    reason: Annotated[str, typer.Option(help="Why, for the log.")] = "retention",
    policy: Policy = None,
    by: By = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; say what would go.")] = False,
) -> None:
    """Take full texts and captured pages out of the ledger. Hashes, records and cited sentences stay; `verify` stays whole.

    Where a text was, only the sentences that claims cite are left. It can't be undone, and the same page read again does not
    bring it back. Copies elsewhere are yours to delete: backups, `.schema-….backup` files, the files that were read.

    Examples:

        marsad purge --older-than 365 --check --ledger record.sqlite

        marsad purge --report rep-5ca65a01b381f5d1 --reason "asked by the author" --ledger record.sqlite
    """
    from marsad.codebook.sensitivity import load_policy
    from marsad.ledger import auditing, purging
    from marsad.ledger.store import open_ledger
    from marsad.versions import codebook_digest, version

    with usage():
        rules = load_policy(policy)
    days = older_than or (rules.days or None if not report else None)
    if days is None and not report:
        stop("say what: --older-than DAYS or --report ID (or set [retention] days in the desk's rules)", status=2)
    store = open_ledger(needed(ledger), write=True)
    who = by or getpass.getuser()
    done = purging.purge(
        store,
        reports=report or (),
        older_than=days,
        by=who,
        reason=reason,
        version=version(),
        codebook=codebook_digest(),
        check=check,
    )
    words = f"{len(done.reports):,} texts and {len(done.captures):,} captured pages"
    if check:
        typer.echo(f"would go: {words}")
        return
    what = f"{words}: {reason}"
    auditing.note(auditing.beside(store), [auditing.Deed(by=who, action="purge", what=what, records=len(done.reports))])
    typer.echo(f"purged: {words}")


def audit(
    ledger: Ledger = None,
    who: Annotated[str | None, typer.Option("--by", help="What somebody did.", show_default=False)] = None,
    action: Annotated[str | None, typer.Option(help="publish, export, view or purge.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, help="The last so many.")] = 100,
) -> None:
    """Who exported, published, viewed or purged what, and when, the newest first. Status 1 where the list was changed.

    Examples:

        marsad audit --ledger record.sqlite

        marsad audit --by amal --action export --ledger record.sqlite
    """
    from marsad.ledger import auditing
    from marsad.ledger.store import open_ledger
    from marsad.output import report_problems, screen

    kept = auditing.beside(open_ledger(needed(ledger)))
    found = auditing.entries(kept, by=who, action=action, limit=limit)
    if sys.stdout.isatty():
        screen().print(audit_table(found))
    else:
        for entry in found:
            typer.echo(
                json.dumps({"kind": "deed", "id": entry.id, "at": entry.at, **dataclasses.asdict(entry.deed)}, ensure_ascii=False)
            )
    if not found:
        typer.echo("nobody has taken anything yet", err=True)
    wrong = auditing.broken(kept)
    report_problems(wrong)
    if wrong:
        raise typer.Exit(1)


def audit_table(found: list[Entry]) -> RenderableType:
    """For the screen."""
    from rich.text import Text

    from marsad.exports.table import frame
    from marsad.exports.wording import printable

    grid = frame("Deeds, the newest first", {"when": -16, "who": 12, "what": 12, "of": 40, "records": 0})
    for entry in found:
        deed, when = entry.deed, entry.at[:16].replace("T", " ")
        number = "" if deed.records is None else f"{deed.records:,}"
        grid.add_row(when, Text(printable(deed.by)), Text(printable(deed.action)), Text(printable(deed.what)), number)
    return grid


@corrections.command("list")
def show(
    ledger: Ledger = None,
    all_of_them: Annotated[bool, typer.Option("--all", help="Also those that were answered.")] = False,
) -> None:
    """The requests that wait, the oldest first.

    Example:

        marsad corrections list --ledger record.sqlite
    """
    from marsad.ledger import auditing, requests
    from marsad.ledger.store import open_ledger
    from marsad.output import screen

    found = requests.requests_in(auditing.beside(open_ledger(needed(ledger))), status=None if all_of_them else "open")
    if sys.stdout.isatty():
        screen().print(request_table(found))
    else:
        for each in found:
            typer.echo(json.dumps({"kind": "request", **dataclasses.asdict(each)}, ensure_ascii=False))
    if not found:
        typer.echo("no request waits", err=True)


def request_table(found: list[Request]) -> RenderableType:
    """For the screen."""
    from rich.text import Text

    from marsad.exports.table import frame
    from marsad.exports.wording import printable

    columns = {"no.": 0, "when": -16, "kind": -10, "about": 24, "says": 44, "contact": 16, "status": 0}
    grid = frame("Requests, the oldest first", columns)
    for each in found:
        words = (each.kind, each.subject, each.text, each.contact, each.status)
        grid.add_row(str(each.id), each.at[:16].replace("T", " "), *(Text(printable(w)) for w in words))
    return grid


@corrections.command()
def answer(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Which request: `marsad corrections list` numbers them.")],
    refuse: Annotated[bool, typer.Option("--refuse", help="It was looked at and nothing is changed.")] = False,
    note: Annotated[str, typer.Option(help="What was done, or why nothing.")] = "",
    by: By = None,
    ledger: Ledger = None,
) -> None:
    """Close a request. What it asks for is done with `marsad judge`, a name in the desk's rules, or `marsad purge`.

    Example:

        marsad corrections answer 3 --note "the name is in [people] redact now" --ledger record.sqlite
    """
    from marsad.ledger import auditing, requests
    from marsad.ledger.store import open_ledger

    kept = auditing.beside(open_ledger(needed(ledger)))
    status = "refused" if refuse else "done"
    made = requests.answer_request(kept, number, status=status, by=by or getpass.getuser(), note=note)
    typer.echo(f"request {made.id} is {made.status}")
