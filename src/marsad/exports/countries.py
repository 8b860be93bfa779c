"""Countries by their codes: ISO numbers, names and the regions that conflict data use."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """`iso3` and `iso2` letters, ISO number, short name, region of the world."""

    iso3: str
    iso2: str
    number: int
    name: str
    region: str


def table(name: str) -> list[dict[str, str]]:
    """The rows of one of this package's TSV files."""
    with resources.files("marsad.exports").joinpath(name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def countries() -> Mapping[str, Country]:
    """All countries by their ISO 3166-1 alpha-3 code."""
    return {
        row["iso3"]: Country(
            iso3=row["iso3"], iso2=row["iso2"], number=int(row["iso_numeric"]), name=row["name"], region=row["region"]
        )
        for row in table("acled_countries.tsv")
    }


def country_code(words: str) -> str | None:
    """The alpha-3 code of a country given by code or name; `None` where there is no such country.

    >>> country_code("Sudan"), country_code("sd"), country_code("SDN"), country_code("Atlantis")
    ('SDN', 'SDN', 'SDN', None)
    """
    wanted = words.strip().casefold()
    for country in countries().values():
        if wanted in (country.iso3.casefold(), country.iso2.casefold(), country.name.casefold()):
            return country.iso3
    return None
