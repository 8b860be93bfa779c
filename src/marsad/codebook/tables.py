"""Reading the codebook's tables: tab-separated text with a header line, shipped inside the package."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

from marsad.model import ConfigError

PACKAGE = "marsad.codebook"


def text_of(name: str) -> str:
    """The text of one file of the codebook. Raises `ConfigError` where the installation lacks it."""
    try:
        return resources.files(PACKAGE).joinpath(name).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"the codebook file {name} can't be read: {error}") from error


def rows_of(name: str, columns: Sequence[str], *, text: str | None = None) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its line number. Raises `ConfigError` where the header or the number of cells is wrong.

    `text` stands for the file's own text (a table of the user's, or a test's).

    >>> list(rows_of("x.tsv", ("a", "b"), text="a\\tb\\n1\\t2\\n"))
    [(2, {'a': '1', 'b': '2'})]
    """
    lines = (text_of(name) if text is None else text).splitlines()
    reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    header = next(reader, [])
    if header != list(columns):
        raise ConfigError(f"{name} line 1: the columns are {header}, not {list(columns)}")
    for number, cells in enumerate(reader, start=2):
        if not cells:
            continue
        if len(cells) != len(columns):
            raise ConfigError(f"{name} line {number}: {len(cells)} cells, not {len(columns)}")
        yield number, dict(zip(columns, (c.strip() for c in cells), strict=True))


def need(condition: object, name: str, number: int, message: str) -> None:
    """Raise `ConfigError` with the table's name and the line number where `condition` does not hold."""
    if not condition:
        raise ConfigError(f"{name} line {number}: {message}")


def split_cell(cell: str) -> tuple[str, ...]:
    """The parts of a cell that holds a list: `a|b` gives `("a", "b")`, an empty cell gives `()`."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def toml_of(name: str) -> Mapping[str, Any]:
    """A TOML file of the codebook. Raises `ConfigError` where it is malformed."""
    try:
        return tomllib.loads(text_of(name))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: {error}") from error
