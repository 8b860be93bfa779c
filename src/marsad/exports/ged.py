"""Events in the 49 columns of the UCDP Georeferenced Event Dataset (GED), so that scripts written for it read ours.

GED holds organised violence in which somebody died: what tells of no dead is left out. Numbers of conflicts, dyads and sides are
ours, made of their names: the same names give the same number, and none is UCDP's.
"""

from __future__ import annotations

import datetime as dt
import math
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from marsad.exports.countries import countries, table
from marsad.exports.rows import Row, columns, joined, quoted, sentence
from marsad.ledger.findings import Findings
from marsad.model import Actor, Event, Place, Report

COLUMNS = columns(
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name"
    " dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b"
    " number_of_sources source_article source_office source_date source_headline source_original"
    " where_prec where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid"
    " country country_id region event_clarity date_prec date_start date_end"
    " deaths_a deaths_b deaths_civilians deaths_unknown best high low gwnoa gwnob"
)
STATE, NON_STATE, ONE_SIDED = 1, 2, 3
CIVILIANS = "Civilians"
GOVERNMENT = "State Forces"


class State(NamedTuple):
    """A country's number in the list of Gleditsch and Ward, and its region as GED has them."""

    number: int
    region: str


def ged_rows(found: Findings) -> list[Row]:
    """One row an event in which somebody died."""
    quotes = {claim.id: sentence(claim) for claim in found.claims}
    reports = {r.id: r for r in found.reports}
    return [ged_row(e, quotes, [reports[r] for r in e.reports if r in reports]) for e in found.events if deadly(e)]


def deadly(event: Event) -> bool:
    """Whether an event belongs into GED."""
    return (event.killed.best if event.killed.best is not None else event.killed.low or 0) >= 1


def ged_row(event: Event, quotes: Mapping[str, str], reports: Sequence[Report]) -> Row:
    kind = type_of_violence(event)
    one, other = sides(event, kind)
    state = states().get((event.place.country if event.place else None) or "")
    return {
        "id": number(event.id),
        "relid": event.id,
        "year": int(event.date_first[:4]) if event.date_first else None,
        "active_year": True,
        "code_status": "Clear",
        "type_of_violence": kind,
        **dyad(one, other, event.place),
        **sources(reports, quoted(event.claims, quotes)),
        "number_of_sources": event.voices or len(reports),
        "source_original": joined(event.sources),
        **where(event.place, state),
        "event_clarity": 1 if event.time_precision == 1 else 2,
        "date_prec": date_precision(event.date_first, event.date_last),
        "date_start": event.date_first,
        "date_end": event.date_last or event.date_first,
        **deaths(event, kind),
        "gwnoa": gwno(event.who, state),
        "gwnob": None if kind == ONE_SIDED else gwno(event.whom, state),
    }


def type_of_violence(event: Event) -> int:
    """1 where a state takes part, 2 where none does, 3 where it is done to civilians."""
    if event.civilian_targeting:
        return ONE_SIDED
    return STATE if any(a.kind == GOVERNMENT for a in (*event.who, *event.whom)) else NON_STATE


def sides(event: Event, kind: int) -> tuple[str, str]:
    """Who is against whom; in state-based conflict the state comes first."""
    one = event.who[0].name if event.who else "Unknown actor"
    other = CIVILIANS if kind == ONE_SIDED else event.whom[0].name if event.whom else "Unknown actor"
    first, second = (group[0].kind if group else None for group in (event.who, event.whom))
    turned = kind == STATE and second == GOVERNMENT and first != GOVERNMENT
    return (other, one) if turned else (one, other)


def dyad(one: str, other: str, place: Place | None) -> Row:
    country = countries().get((place.country if place else None) or "")
    conflict = f"{country.name if country else 'Unknown'}: {one} - {other}"
    cells: Row = {"conflict_name": conflict, "dyad_name": f"{one} - {other}", "side_a": one, "side_b": other}
    for name, words in (("conflict", conflict), ("dyad", f"{one} - {other}"), ("side_a", one), ("side_b", other)):
        cells |= {f"{name}_dset_id": number(words), f"{name}_new_id": number(words)}
    return cells


def sources(reports: Sequence[Report], words: str) -> Row:
    """The reports behind an event; the text of their claims stands where GED has the article."""
    ordered = sorted(reports, key=lambda r: (r.published or "9999", r.id))
    return {
        "source_article": words or None,
        "source_office": joined(r.publisher or r.agency or "" for r in ordered if r.publisher or r.agency),
        "source_date": joined(r.published[:10] for r in ordered if r.published),
        "source_headline": joined(r.title for r in ordered if r.title),
    }


def where(place: Place | None, state: State | None) -> Row:
    country = countries().get((place.country if place else None) or "")
    latitude, longitude = (place.latitude, place.longitude) if place else (None, None)
    known = latitude is not None and longitude is not None
    return {
        "where_prec": place_precision(place),
        "where_coordinates": place.name if place else None,
        "where_description": joined(p for p in (place.words, place.admin1) if p) if place else None,
        "adm_1": place.admin1 if place else None,
        "latitude": latitude,
        "longitude": longitude,
        "geom_wkt": f"POINT ({longitude} {latitude})" if known else None,
        "priogrid_gid": grid_cell(latitude, longitude) if latitude is not None and longitude is not None else None,
        "country": country.name if country else None,
        "country_id": state.number if state else None,
        "region": (state.region if state else None) or (regions().get(country.region) if country else None),
    }


def place_precision(place: Place | None) -> int | None:
    """As GED: 1 the spot, 2 near it, 4 a first-level region, 6 a country."""
    if place is None or place.precision is None:
        return None
    return place.precision if place.precision < 3 else 4 if place.admin1 else 6


def grid_cell(latitude: float, longitude: float) -> int:
    """The number of the half-degree cell of PRIO-GRID.

    >>> grid_cell(12.91, 31.22)
    148023
    """
    row, column = min(math.floor((latitude + 90) * 2), 359), min(math.floor((longitude + 180) * 2), 719)
    return row * 720 + column + 1


def date_precision(first: str | None, last: str | None) -> int | None:
    """As GED: 1 the day, 2 two to six days, 3 a week, 4 a month, 5 more.

    >>> date_precision("2026-02-18", "2026-02-18"), date_precision("2026-02-01", "2026-02-28")
    (1, 4)
    """
    if first is None:
        return None
    days = (dt.date.fromisoformat((last or first)[:10]) - dt.date.fromisoformat(first[:10])).days
    return 1 if days <= 0 else 2 if days < 6 else 3 if days < 14 else 4 if days < 31 else 5


def deaths(event: Event, kind: int) -> Row:
    """Best, high and low; whom the dead belonged to is not told apart, except where all are civilians."""
    low = event.killed.low
    best = event.killed.best if event.killed.best is not None else low or 0
    civilians = best if kind == ONE_SIDED else 0
    return {
        "deaths_a": 0,
        "deaths_b": 0,
        "deaths_civilians": civilians,
        "deaths_unknown": best - civilians,
        "best": best,
        "high": event.killed.high if event.killed.high is not None else best,
        "low": low if low is not None else best,
    }


def gwno(group: Sequence[Actor], state: State | None) -> int | None:
    """The number of the state whose forces act, where that is the country of the event."""
    return state.number if state and group and group[0].kind == GOVERNMENT else None


def number(words: str) -> int:
    """A number for a name: the same for the same, below 2**31.

    >>> number("evt-99894caf42d42a1c")
    694875507
    """
    return zlib.crc32(words.encode("utf-8", "replace")) & 0x7FFFFFFF


@cache
def states() -> Mapping[str, State]:
    """Countries by ISO code."""
    return {row["iso3"]: State(int(row["number"]), row["region"]) for row in table("ged_states.tsv")}


@cache
def regions() -> Mapping[str, str]:
    """GED's region of each of ACLED's."""
    return {row["name"]: row["ged_region"] for row in table("acled_regions.tsv")}
