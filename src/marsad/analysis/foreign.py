"""Events of other people's sets, read from CSV with a mapping: kept beside our own, read-only, and never mixed with them."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from marsad.analysis.tallies_filter import country_of
from marsad.model import ConfigError, Problem, SourceError, Toll

PRESETS = ("acled", "ged")
FIELDS: tuple[str, ...] = (
    "id",
    "first",
    "last",
    "time_precision",
    "type",
    "sub_type",
    "side_a",
    "side_b",
    "place",
    "admin1",
    "country",
)
FIELDS += ("latitude", "longitude", "geo_precision", "low", "best", "high", "source")
NEEDED = ("id", "first")
LONGEST_CELL = 200_000
LONGEST_LINE = 2_000_000
MOST_ROWS = 5_000_000
MOST_PROBLEMS = 100
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d-%b-%y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f")
PROVIDER = frozenset({"event_id_cnty", "assoc_actor_1", "disorder_type"})
"""Columns by which an ACLED export is known, whatever mapping it is read with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignEvent:
    """An event as another set tells it. Precisions are on our scale: 1 exact, 2 near, 3 wide. `row` is its line in the file."""

    id: str
    first: str
    last: str
    time_precision: int = 1
    type: str | None = None
    sub_type: str | None = None
    side_a: str | None = None
    side_b: str | None = None
    place: str | None = None
    admin1: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    geo_precision: int = 1
    killed: Toll = Toll()
    source: str | None = None
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How a set's columns are read. `columns` gives for each of our fields the names that its column may have."""

    name: str
    columns: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    licence: str = ""
    citation: str = ""
    private: bool = False
    delimiter: str = ","
    encoding: str = "utf-8-sig"
    days: tuple[str, ...] = DAYS


def mapping_of(name: str | Path) -> Reader:
    """A mapping that comes with the program (`ged`, `acled`), or one from a TOML file.

    Raises `ConfigError` where it can't be read or names a field that there is none of.
    """
    if str(name) in PRESETS:
        return read_mapping(files("marsad.analysis").joinpath(f"foreign_{name}.toml").read_text("utf-8"), str(name))
    try:
        text = Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"there is no mapping {name}: give {', '.join(PRESETS)} or a TOML file") from error
    return read_mapping(text, str(name))


def read_mapping(text: str, name: str) -> Reader:
    """A mapping out of TOML (`docs/how-to/import.md`)."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: {error}") from error
    columns = {key: words_of(value) for key, value in table_in(table, "columns", name).items()}
    form = table_in(table, "format", name)
    for key in [*columns, *table_in(table, "values", name)]:
        if key not in FIELDS:
            raise ConfigError(f"{name}: there is no field {key!r}; there are {', '.join(FIELDS)}")
    for key in NEEDED:
        if key not in columns:
            raise ConfigError(f"{name}: [columns] has to say which column is {key}")
    days = words_of(form["date"]) if "date" in form else DAYS
    return Reader(
        name=str(table.get("name") or Path(name).stem),
        columns=columns,
        values={k: {str(a): str(b) for a, b in v.items()} for k, v in table_in(table, "values", name).items()},
        licence=str(table.get("licence", "")),
        citation=str(table.get("citation", "")),
        private=table.get("private") is True,
        delimiter=str(form.get("delimiter", ",")),
        encoding=str(form.get("encoding", "utf-8-sig")),
        days=days,
    )


def table_in(table: Mapping[str, Any], key: str, name: str) -> Mapping[str, Any]:
    found = table.get(key, {})
    if not isinstance(found, Mapping):
        raise ConfigError(f"{name}: [{key}] has to be a table")
    return found


def words_of(value: object) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list) else (str(value),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of a file; `provider` is whether it is an ACLED export by its columns."""

    events: tuple[ForeignEvent, ...]
    problems: tuple[Problem, ...]
    provider: bool


def read_events(where: Path, mapping: Reader) -> Reading:
    """The events of a CSV file (also `.gz`). A row that can't be read is a `Problem`, and the others are read.

    Raises `SourceError` where the file can't be read at all, `ConfigError` where a column that the mapping needs is not there.
    """
    events: dict[str, ForeignEvent] = {}
    problems: list[Problem] = []
    wrong = 0
    with opened(where, mapping) as text:
        try:
            csv.field_size_limit(LONGEST_CELL)
            lines = iter(lambda: text.readline(LONGEST_LINE), "")
            reader = csv.reader(lines, delimiter=mapping.delimiter)
            head = next(reader, [])
            places = columns_in(head, mapping, where.name)
            for number, cells in enumerate(reader, start=2):
                if number > MOST_ROWS:
                    problems.append(problem(where.name, number, f"more than {MOST_ROWS:,} rows: the rest is not read"))
                    break
                made = event_of(cells, places, mapping, number)
                if isinstance(made, ForeignEvent) and made.id not in events:
                    events[made.id] = made
                elif cells:
                    wrong += 1
                    if wrong <= MOST_PROBLEMS:
                        words = made if isinstance(made, str) else f"the id {made.id!r} is there already"
                        problems.append(problem(where.name, number, words))
        except (OSError, UnicodeDecodeError, csv.Error, EOFError) as error:
            raise SourceError(f"can't read {where}: {error}") from error
    if wrong > MOST_PROBLEMS:
        problems.append(problem(where.name, 0, f"{wrong:,} rows in all could not be read"))
    return Reading(events=tuple(events.values()), problems=tuple(problems), provider=len(PROVIDER & set(head)) >= 2)


def problem(name: str, number: int, message: str) -> Problem:
    return Problem(stage="analysis", code="foreign_row", message=message, at=f"{name}:{number}" if number else name)


def opened(where: Path, mapping: Reader) -> io.TextIOWrapper:
    try:
        raw = gzip.open(where, "rb") if where.suffix == ".gz" else where.open("rb")  # noqa: SIM115
        return io.TextIOWrapper(raw, encoding=mapping.encoding, newline="")
    except (OSError, LookupError) as error:
        raise SourceError(f"can't read {where}: {error}") from error


def columns_in(head: Sequence[str], mapping: Reader, name: str) -> dict[str, int]:
    """Where each field stands. Raises `ConfigError` where one that is needed stands nowhere."""
    known = {title.strip(): n for n, title in enumerate(head)}
    found = {}
    for key, titles in mapping.columns.items():
        at = next((known[t] for t in titles if t in known), None)
        if at is not None:
            found[key] = at
        elif key in NEEDED:
            raise ConfigError(f"{name} has no column {' or '.join(titles)}, which the mapping {mapping.name!r} reads {key} from")
    return found


def event_of(cells: Sequence[str], places: Mapping[str, int], mapping: Reader, number: int) -> ForeignEvent | str:
    """A row as an event, or what is wrong with it."""
    row = {key: mapped(cells[at].strip(), key, mapping) for key, at in places.items() if at < len(cells)}
    first = day_of(row.get("first"), mapping.days)
    last = day_of(row.get("last"), mapping.days) or first
    if not row.get("id") or first is None or last is None:
        return "no id" if not row.get("id") else f"{row.get('first')!r} is no date"
    try:
        return ForeignEvent(
            id=whole(row["id"]),
            first=first,
            last=max(first, last),
            time_precision=code_of(row.get("time_precision")),
            type=row.get("type") or None,
            sub_type=row.get("sub_type") or None,
            side_a=row.get("side_a") or None,
            side_b=row.get("side_b") or None,
            place=row.get("place") or None,
            admin1=row.get("admin1") or None,
            country=(country_of(row.get("country", "")) or row.get("country")) or None,
            latitude=degrees(row.get("latitude"), 90),
            longitude=degrees(row.get("longitude"), 180),
            geo_precision=code_of(row.get("geo_precision")),
            killed=toll_of(row),
            source=(row.get("source") or "")[:500] or None,
            row=number,
        )
    except ValueError as error:
        return str(error)


def mapped(cell: str, key: str, mapping: Reader) -> str:
    values = mapping.values.get(key)
    return values.get(whole(cell), values.get(cell, cell)) if values else cell


def whole(cell: str) -> str:
    """A number that a table program wrote as a fraction.

    >>> whole("214797.0"), whole("SDN12")
    ('214797', 'SDN12')
    """
    return cell[:-2] if cell.endswith(".0") and cell[:-2].isdigit() else cell


def day_of(cell: str | None, forms: Sequence[str]) -> str | None:
    """An ISO day, or `None` for what is none."""
    for form in forms:
        try:
            return dt.datetime.strptime((cell or "").strip(), form).date().isoformat()
        except ValueError:
            continue
    return None


def code_of(cell: str | None) -> int:
    code = int(whole(cell)) if cell else 1
    if code not in (1, 2, 3):
        raise ValueError(f"{cell!r} is no precision: 1, 2 or 3 (see [values.time_precision])")
    return code


def degrees(cell: str | None, most: int) -> float | None:
    if not cell:
        return None
    value = float(cell)
    if not abs(value) <= most:
        raise ValueError(f"{cell!r} is no coordinate")
    return value


def toll_of(row: Mapping[str, str]) -> Toll:
    """The dead; where only a best figure is given, that alone."""
    low, best, high = (number(row.get(name)) for name in ("low", "best", "high"))
    return Toll(low=best if low is None else low, best=best, high=best if high is None else high)


def number(cell: str | None) -> int | None:
    if not cell:
        return None
    value = float(cell)
    if not 0 <= value < 10**8:
        raise ValueError(f"{cell!r} is no number of dead")
    return round(value)
