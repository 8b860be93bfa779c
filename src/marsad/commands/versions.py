"""`marsad versions` and `marsad copies`: a page as it was edited, and the stories that several outlets carry."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.commands.asking import Ledger, Limit, needed, usage
from marsad.model import ConfigError

if TYPE_CHECKING:
    from marsad.analysis.edits import Edit
    from marsad.ledger.captures import Version
    from marsad.model import Report

Form = Annotated[str | None, typer.Option("--format", "-f", help="text or jsonl.", show_default="text; jsonl when piped")]


def add(app: typer.Typer) -> None:
    """Put the commands into the application."""
    app.command()(versions)
    app.command()(copies)


def versions(
    address: Annotated[str, typer.Argument(metavar="URL", help="The page's address.")], ledger: Ledger = None, form: Form = None
) -> None:
    """Each version of a page that was read, and what changed in its claims: tolls raised or lowered, statements added or dropped.

    Example:

        marsad versions https://news.example/sinja --ledger record.sqlite
    """
    from marsad.intake.addresses import canonical
    from marsad.ledger.captures import versions_of
    from marsad.ledger.store import open_ledger

    chosen = form_of(form)
    store = open_ledger(needed(ledger))
    found = versions_of(store, address) or versions_of(store, canonical(address))
    if not found:
        raise ConfigError(f"the ledger has no page at {address}")
    for line in version_records(found) if chosen == "jsonl" else version_lines(found):
        typer.echo(line)


def copies(
    report: Annotated[
        str | None, typer.Argument(metavar="REPORT", help="Only the family of this report, by its id.", show_default=False)
    ] = None,
    ledger: Ledger = None,
    sources: Annotated[
        Path | None, typer.Option(help="A list of sources that says who carries which wire service.", show_default=False)
    ] = None,
    limit: Limit = None,
    form: Form = None,
) -> None:
    """Stories that several outlets carry: the original, its copies, and the wire service where it can be known.

    Examples:

        marsad copies --ledger record.sqlite

        marsad copies rep-1a2b --ledger record.sqlite --sources sources.toml
    """
    from marsad.intake.sources import load_sources
    from marsad.ledger.captures import families
    from marsad.ledger.query import beginning_with
    from marsad.ledger.store import open_ledger

    chosen = form_of(form)
    with usage():
        carried = {s.name: s.syndicates for s in load_sources(sources).sources if s.name} if sources else {}
    store = open_ledger(needed(ledger))
    if report is not None:
        found = [name for name in beginning_with(store, report) if name.startswith("rep-")]
        if len(found) != 1:
            raise ConfigError(f"{report!r} begins {'the ids of several reports' if found else 'no report'} in {store.name}")
        report = found[0]
    for family in families(store, report=report)[:limit]:
        for line in family_records(family, carried) if chosen == "jsonl" else family_lines(family, carried):
            typer.echo(line)


def form_of(form: str | None) -> str:
    from marsad.output import one_of

    with usage():
        return one_of(form or ("text" if sys.stdout.isatty() else "jsonl"), ("text", "jsonl"))


def version_lines(found: Sequence[Version]) -> Iterator[str]:
    """Versions for people: when, which report, and the changes since the one before."""
    from marsad.analysis.edits import compare
    from marsad.exports.wording import printable

    for number, version in enumerate(found, 1):
        moment = version.fetched or version.report.published or "undated"
        yield f"{number}. {moment}  {version.report.id}  {printable(version.report.title, limit=70)}"
        if number == 1:
            yield f"   {len(version.claims)} claims"
            continue
        edits = compare(found[number - 2].claims, version.claims)
        if not edits:
            yield "   no claim changed"
        for edit in edits:
            yield f"   {edit_words(edit)}"


def edit_words(edit: Edit) -> str:
    """A change as a line.

    >>> from marsad.analysis.edits import Edit
    >>> edit_words(Edit(verb="raised", field="killed", before="12", after="at least 14", quote="At least 14 died."))
    'raised killed: 12 → at least 14 | At least 14 died.'
    """
    from marsad.exports.wording import printable

    what = f"{edit.verb}: {edit.after or edit.before}"
    if edit.field:
        what = f"{edit.verb} {edit.field}: {edit.before} → {edit.after}"
    return f"{printable(what)} | {printable(edit.quote, limit=110)}"


def version_records(found: Sequence[Version]) -> Iterator[str]:
    """Versions as JSON Lines."""
    from marsad.analysis.edits import compare
    from marsad.model import plain

    for number, version in enumerate(found, 1):
        edits = compare(found[number - 2].claims, version.claims) if number > 1 else ()
        yield spelled(
            {
                "kind": "version",
                "number": number,
                "report": version.report.id,
                "url": version.report.url,
                "fetched": version.fetched,
                "published": version.report.published,
                "title": version.report.title,
                "claims": len(version.claims),
                "edits": plain(edits),
            }
        )


def family_lines(family: Sequence[Report], carried: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A family for people: the service behind it, the original, its copies."""
    from marsad.analysis.families import origin_of
    from marsad.exports.wording import printable

    origin = origin_of(family, carried)
    yield f"{len(family)} reports; {f'{origin.agency} ({origin.basis})' if origin else 'no wire service known'}"
    for report in family:
        role = "copy" if report.copy_of else "original"
        by = report.publisher or report.origin
        told = f"{role}  {report.id}  {(report.published or 'undated')[:10]}  {by}: {report.title or ''}"
        yield f"   {printable(told, limit=150)}"


def family_records(family: Sequence[Report], carried: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A family as a line of JSON."""
    from marsad.analysis.families import origin_of
    from marsad.model import plain

    members = [
        {"report": r.id, "publisher": r.publisher, "published": r.published, "url": r.url, "agency": r.agency, "title": r.title}
        for r in family
    ]
    yield spelled({"kind": "family", "original": family[0].id, "origin": plain(origin_of(family, carried)), "reports": members})


def spelled(record: Mapping[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))
