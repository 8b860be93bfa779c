"""What commands share: their common options, how a filter is asked for, and how a wrong option ends one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from marsad.model import ConfigError

if TYPE_CHECKING:
    from marsad.ledger.query import Filter
    from marsad.pipeline import Watch

DATE_HELP = "as 2026-02-18"

Ledger = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        envvar="MARSAD_LEDGER",
        help="The ledger: a file, or postgresql://user@host/name (or set MARSAD_LEDGER).",
        show_default=False,
    ),
]
Form = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        help="table, jsonl, csv, acled-csv, geojson, gpkg (GeoPackage), parquet (GeoParquet) or xlsx.",
        show_default="table; jsonl when piped",
    ),
]
RowForm = Annotated[
    str | None, typer.Option("--format", "-f", help="table, jsonl, csv or geojson.", show_default="table; jsonl when piped")
]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", help="Write to this file; its ending chooses the format.", show_default=False)
]
Country = Annotated[str | None, typer.Option(help="Code or name: SDN, Sudan.", show_default=False)]
PlaceName = Annotated[str | None, typer.Option("--place", help="Part of a place's or region's name.", show_default=False)]
ActorName = Annotated[str | None, typer.Option("--actor", help="Part of an actor's name, on either side.", show_default=False)]
Since = Annotated[str | None, typer.Option(help=f"Nothing that ended before this day, {DATE_HELP}.", show_default=False)]
Until = Annotated[str | None, typer.Option(help=f"Nothing that began after this day, {DATE_HELP}.", show_default=False)]
At = Annotated[str | None, typer.Option(help=f"What held on this day, {DATE_HELP}.", show_default=False)]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="What the ledger knew then: a day (its end), a time as 2026-02-18T12:00, or a number of its log.",
        show_default=False,
    ),
]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many.", show_default=False)]


def asked(**values: str | int | None) -> Filter:
    """The options of a listing as a filter. Raises `ConfigError` for a country, a day or a moment that is none."""
    from marsad.api import iso_date
    from marsad.exports.countries import country_code
    from marsad.ledger.query import Filter

    country = values.get("country")
    if country:
        values["country"] = country_code(str(country))
        if values["country"] is None:
            raise ConfigError(f"{country!r} is no country that we know: give a name or an ISO code, as Sudan or SDN")
    for name in ("since", "until", "at"):
        iso_date(None if values.get(name) is None else str(values[name]))
    moment = values.pop("as_of", None)
    values["as_of"] = then(None if moment is None else str(moment))
    return Filter(**values)  # type: ignore[arg-type]


def then(moment: str | None) -> str | None:
    """A moment of the ledger: a number of its log, or a day or time. Raises `ConfigError` for anything else."""
    from marsad.ledger.history import microseconds

    if moment is not None and not moment.isdecimal():
        microseconds(moment)
    return moment


def needed(ledger: str | None) -> str:
    """The ledger that was named, or a lesson."""
    if ledger is None:
        stop(
            "which ledger? Name it with --ledger FILE or in MARSAD_LEDGER; `marsad code FILE --ledger record.sqlite` makes one",
            status=2,
        )
    return ledger


def choose_format(form: str | None, out: Path | None) -> str:
    """The format that was asked for, the one that a file's ending means, or what suits where the output goes."""
    from marsad.exports import BINARY
    from marsad.output import FORMATS, format_of, one_of

    if form is not None:
        with usage():
            if form in BINARY and out is None and sys.stdout.isatty():
                raise ConfigError(f"{form} is not for the screen: name a file with --out")
            return one_of(form, FORMATS)
    if out is not None:
        with usage():
            return format_of(out)
    return "table" if sys.stdout.isatty() else "jsonl"


@contextmanager
def watching(quiet: bool) -> Iterator[Watch]:
    """A progress bar on standard error, where that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda step: None
        return
    from marsad.progress import bar

    with bar() as watch:
        yield watch


@contextmanager
def usage() -> Iterator[None]:
    """A wrong option ends the command with status 2."""
    try:
        yield
    except ConfigError as error:
        stop(str(error), status=2)


def stop(message: str, *, status: int) -> NoReturn:
    """One line on standard error, and out."""
    typer.echo(f"marsad: {message}", err=True)
    raise typer.Exit(status)
