"""`marsad report`: the situation of a country in some days, to be sent on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from marsad.commands.asking import DATE_HELP, AsOf, Ledger, PlaceName, needed, stop, then, usage

SUFFIXES = {".html": "html", ".htm": "html", ".pdf": "pdf", ".docx": "docx", ".xlsx": "xlsx", ".md": "md"}


def add(app: typer.Typer) -> None:
    """Put the command into the application."""
    app.command()(report)


def report(
    ledger: Ledger = None,
    country: Annotated[str | None, typer.Option(help="Code or name: SDN, Sudan.", show_default=False)] = None,
    since: Annotated[str | None, typer.Option("--from", help=f"The first day, {DATE_HELP}.", show_default=False)] = None,
    until: Annotated[str | None, typer.Option("--to", help=f"The last day, {DATE_HELP}.", show_default=False)] = None,
    place: PlaceName = None,
    form: Annotated[
        str | None, typer.Option("--format", "-f", help="html, pdf, docx, xlsx or md.", show_default="by the ending of --out")
    ] = None,
    language: Annotated[str, typer.Option("--language", "-l", help="en or ar (from right to left).")] = "en",
    since_report: Annotated[
        Path | None, typer.Option(help="The last report's file, of any format: what changed since it.", show_default=False)
    ] = None,
    previous: Annotated[
        str | None, typer.Option(help="The same since a release, a day or a number of the log.", show_default=False)
    ] = None,
    template: Annotated[Path | None, typer.Option(help="A folder with your own templates and words.", show_default=False)] = None,
    at: Annotated[
        str | None, typer.Option(help=f"The day of the access board, {DATE_HELP}.", show_default="the last day")
    ] = None,
    as_of: AsOf = None,
    public: Annotated[
        bool, typer.Option("--public", help="For anybody: no private persons, places and days as coarse as the policy says.")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The file to write.", show_default=False)] = None,
    write_templates: Annotated[
        Path | None, typer.Option(help="Copy the templates into this folder, to be changed, and leave.", show_default=False)
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar on standard error.")] = False,
) -> None:
    """A situation report: key events, tolls with ranges, figures of others, access, what changed, coverage, method.

    Every figure leads to the events that it is made of, and every event to the sentences that tell it. The same ledger, moment
    and template give the same bytes. PDF, DOCX and XLSX need `pip install 'marsad[report]'`.

    Examples:

        marsad report --ledger record.sqlite --country SDN --from 2026-02-01 --to 2026-02-28 --out sudan-february.html

        marsad report --ledger record.sqlite --country SDN --from 2026-02-01 --to 2026-02-28 --language ar --out sudan.pdf

        marsad report --ledger record.sqlite --country SDN --from 2026-03-01 --to 2026-03-31 --since-report sudan.pdf --out m.docx

        marsad report --ledger record.sqlite --country SYR --place Aleppo --from 2026-01-01 --to 2026-03-31 --out aleppo.xlsx

        marsad report --write-templates our-templates
    """
    if write_templates is not None:
        copy_templates(write_templates)
        return
    if country is None or since is None or until is None:
        stop("a report is of a country and some days: marsad report --country SDN --from 2026-02-01 --to 2026-02-28", status=2)
    if since_report is not None and previous is not None:
        stop("--since-report and --previous both say what the report is compared with: leave one out", status=2)
    from marsad.api import report as make
    from marsad.exports.countries import country_code

    with usage():
        chosen = form_of(form, out)
        moment = then(as_of)
    if country_code(country) is None:
        stop(f"{country!r} is no country that we know: give a name or an ISO code, as Sudan or SDN", status=2)
    with stages(quiet) as watch:
        made = make(
            needed(ledger),
            country=country,
            since=since,
            until=until,
            place=place,
            form=chosen,
            language=language,
            since_report=since_report,
            previous=previous,
            templates=template,
            at=at,
            as_of=moment,
            public=public,
            watch=watch,
        )
    deliver(made, out)


def form_of(form: str | None, out: Path | None) -> str:
    """The format that was asked for, or that the file's ending means. Raises `ConfigError` where it is none."""
    from marsad.model import ConfigError
    from marsad.output import one_of
    from marsad.reporting import FORMS

    if form is not None:
        chosen = one_of(form, FORMS)
    elif out is None:
        raise ConfigError("where to? Name a file with --out report.html (or .pdf, .docx, .xlsx, .md)")
    elif out.suffix.lower() not in SUFFIXES:
        raise ConfigError(f"which format is {out.name} to have? Name it with --format ({', '.join(FORMS)})")
    else:
        chosen = SUFFIXES[out.suffix.lower()]
    if out is None and chosen not in ("html", "md") and sys.stdout.isatty():
        raise ConfigError(f"a {chosen} can't be shown here: write it with --out report.{chosen}")
    return chosen


def deliver(made: bytes, out: Path | None) -> None:
    """To the pipe, or into a file that is whole or not there at all."""
    from marsad.exports.files import write_whole

    if out is None:
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
    else:
        write_whole(out, made)


def copy_templates(folder: Path) -> None:
    from marsad.reporting import write_templates

    for path in write_templates(folder):
        typer.echo(f"wrote {path}")
    typer.echo(f"change them, and use them with: marsad report … --template {folder}")


@contextmanager
def stages(quiet: bool) -> Iterator[Callable[[str], None]]:
    """What is being done, on standard error, where that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console

    with Console(stderr=True).status("report") as status:
        yield lambda step: status.update(f"report: {step}")
