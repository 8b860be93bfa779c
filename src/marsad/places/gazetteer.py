"""Looking names up: the index, the countries and the curated places as one."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from marsad.model import ConfigError, Place
from marsad.places import index, sources
from marsad.places.names import fold, loose, skeleton, squeezed

BATCH = 400
CACHED = 8_000
MOST = 400
COLUMNS = "p.id, p.ref, p.name, p.kind, p.country, p.admin1, p.latitude, p.longitude, p.precision, p.population, p.partner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A place of the gazetteer under one of its names. `match`: exact, loose (article or spacing differs) or fuzzy (spelling
    differs)."""

    id: str
    name: str
    kind: str
    country: str | None
    admin1: str | None
    latitude: float | None
    longitude: float | None
    precision: int
    population: int
    partner: str | None
    spelling: str
    match: str = "exact"

    @property
    def other_name(self) -> bool:
        """Whether the text's words are not the name that the gazetteer lists the place under."""
        return squeezed(self.name) != self.spelling

    @property
    def curated(self) -> bool:
        """Whether it is from the reviewed table."""
        return self.id.startswith("marsad:")

    def place(self, words: str, *, name: str | None = None, precision: int | None = None) -> Place:
        """This entry as a coded place."""
        return Place(
            name=name or self.name,
            words=words,
            country=self.country,
            admin1=self.admin1 if self.kind != "country" else None,
            latitude=self.latitude,
            longitude=self.longitude,
            precision=precision or self.precision,
            id=self.id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """A country: its usual name, its capital and its neighbours' codes are looked up by ISO3."""

    iso3: str
    name: str
    entry: Entry


class Gazetteer:
    """Names in, entries out. Opens in a few milliseconds; pickles as the path of its index."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self.store = index.opened(file)
        self.kept: OrderedDict[str, tuple[Entry, ...]] = OrderedDict()
        self.lands: dict[str, Land] = {}
        self.small: dict[str, list[Entry]] = defaultdict(list)
        self.bones: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        chosen = sources.curated()
        for row in (*sources.countries(), *chosen):
            self._keep(row)
        self.lowered = frozenset(
            word
            for row in chosen
            for name in row.names
            for word in name.split()
            if word.isascii() and word.isalpha() and word.islower()
        )
        self.demonyms: Mapping[str, tuple[str, str]] = {
            fold(r["word"]): (r["iso3"], r["kind"]) for r in sources.table("marsad.codebook", "demonyms.tsv")
        }
        self.short: Mapping[str, tuple[str, str]] = {
            squeezed(r["abbreviation"]).upper(): (r["name"], r["country"])
            for r in sources.table("marsad.places", "abbreviations.tsv")
        }
        self.capital_ids: Mapping[str, int] = dict(self.store.execute("select country, place from capital"))
        self.capital_refs = frozenset(
            ref for (ref,) in self.store.execute("select p.ref from capital c join place p on p.id = c.place")
        )

    def __reduce__(self) -> tuple[type[Gazetteer], tuple[Path | None]]:
        return (Gazetteer, (self.file,))

    def _keep(self, row: sources.Row) -> None:
        seen = set()
        for spelling in row.names:
            plain = squeezed(spelling)
            if plain in seen:
                continue
            seen.add(plain)
            entry = _entry(row, plain)
            self.small[loose(spelling)].append(entry)
            if row.kind == "country" and row.country and plain == squeezed(row.name):
                self.lands[row.country] = Land(iso3=row.country, name=row.name, entry=entry)
            elif row.kind != "country" and row.country and skeleton(spelling):
                self.bones[skeleton(spelling), row.country].append(entry)

    def find(self, names: Iterable[str]) -> dict[str, tuple[Entry, ...]]:
        """Each name that the gazetteer knows, exactly or but for an article, a hyphen or a space, with its entries."""
        wanted = {name: loose(name) for name in names}
        missing = sorted({key for key in wanted.values() if key and key not in self.kept})
        for begin in range(0, len(missing), BATCH):
            self._fetch(missing[begin : begin + BATCH])
        found = {}
        for name, key in wanted.items():
            entries = self.kept.get(key, ())
            if entries:
                plain = squeezed(name)
                found[name] = tuple(e if e.spelling == plain else _marked(e, "loose") for e in entries)
        while len(self.kept) > CACHED:
            self.kept.popitem(last=False)
        return found

    def _fetch(self, keys: Sequence[str]) -> None:
        marks = ",".join("?" * len(keys))
        rows = self.store.execute(
            f"select n.loose, coalesce(n.folded, n.loose), {COLUMNS} from name n join place p on p.id = n.place"
            f" where n.loose in ({marks})",
            keys,
        ).fetchall()
        grouped: dict[str, list[Entry]] = {key: list(self.small.get(key, ())) for key in keys}
        for row in sorted(rows, key=lambda r: (r[0], -r[11], r[2])):
            if len(grouped[row[0]]) < MOST:
                grouped[row[0]].append(_from_row(row[1], row[2:], "exact"))
        for key, entries in grouped.items():
            self.kept[key] = tuple(entries)

    def abbreviated(self, letters: str) -> tuple[Entry, ...]:
        """The first-level units that an abbreviation stands for ("N.Y.", "Calif."), by `abbreviations.tsv`."""
        name, country = self.short.get(squeezed(letters).upper(), ("", ""))
        found = self.find([name]).get(name, ()) if name else ()
        return tuple(e for e in found if e.kind == "adm1" and e.country == country and e.match == "exact")

    def similar(self, name: str, country: str) -> tuple[Entry, ...]:
        """Entries of `country` whose name is another spelling of `name`: the same consonants, few letters apart; the nearest
        first."""
        bones = skeleton(name)
        if not bones:
            return ()
        rows = self.store.execute(
            f"select n.loose, coalesce(n.folded, n.loose), {COLUMNS} from name n join place p on p.id = n.place"
            " where n.skeleton = ? and n.country = ? limit 200",
            (bones, country),
        ).fetchall()
        entries = [*self.bones.get((bones, country), ()), *(_from_row(r[1], r[2:], "fuzzy") for r in rows)]
        key = loose(name)
        limit = 1 if len(key) < 7 else 2
        ranked = sorted(
            ((Levenshtein.distance(key, loose(e.spelling)), -e.population, e.id, e) for e in entries), key=lambda r: r[:3]
        )
        nearest: dict[str, Entry] = {}
        for distance, _, _, entry in ranked:
            if distance <= limit:
                nearest.setdefault(entry.id, _marked(entry, "fuzzy"))
        return tuple(nearest.values())

    def capital(self, country: str) -> Entry | None:
        """The capital of a country by ISO3, where the index knows it."""
        ident = self.capital_ids.get(country)
        if ident is None:
            return None
        row = self.store.execute(f"select {COLUMNS} from place p where p.id = ?", (ident,)).fetchone()
        return _from_row(squeezed(row[2]), row, "exact") if row else None

    def kind(self, entry: Entry) -> str:
        """The kind of an entry, `capital` for the capital of a country."""
        return "capital" if entry.id in self.capital_refs else entry.kind

    def close(self) -> None:
        self.store.close()


def _entry(row: sources.Row, spelling: str) -> Entry:
    return Entry(
        id=row.ref,
        name=row.name,
        kind=row.kind,
        country=row.country,
        admin1=row.admin1,
        latitude=row.latitude,
        longitude=row.longitude,
        precision=row.precision,
        population=row.population,
        partner=row.partner,
        spelling=spelling,
    )


def _from_row(spelling: str, row: Sequence[Any], match: str) -> Entry:
    _, ref, name, kind, country, admin1, latitude, longitude, precision, population, partner = row
    return Entry(
        id=ref,
        name=name,
        kind=kind,
        country=country,
        admin1=admin1,
        latitude=latitude,
        longitude=longitude,
        precision=precision,
        population=population,
        partner=partner,
        spelling=spelling,
        match=match,
    )


def _marked(entry: Entry, match: str) -> Entry:
    return replace(entry, match=match)


@cache
def load_gazetteer(file: Path | None = None) -> Gazetteer:
    """The gazetteer of this installation, opened once a process; its index is built first where it is missing (a message
    says so).

    Raises `ConfigError` (and `sqlite3.Error` never): a damaged index, a missing source, a bad row in a table.
    """
    try:
        return Gazetteer(file)
    except sqlite3.Error as error:
        raise ConfigError(f"the place index is damaged: {error}; run `python -m marsad.places.index`") from error
