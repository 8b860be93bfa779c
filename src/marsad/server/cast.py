"""ACLED's forecasts in its dialect (`/api/cast/read`): events of three kinds by region and month, by this program's baseline.

The numbers are not ACLED's: they are the means of `marsad forecast`, which looks up what followed in the region-months most like
the last ones. The last month that is told is the one before that of the record's newest day, which may not be over.
"""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from fastapi import APIRouter, Request, Response

from marsad.analysis.forecast import FEWEST_MONTHS, Panel, forecast, named
from marsad.exports.countries import countries
from marsad.exports.rows import Row
from marsad.ledger.facets import EPOCH
from marsad.ledger.snapshots import Snapshot
from marsad.ledger.tallying_columns import Numbers
from marsad.server import shapes
from marsad.server.acled import Common, Described, Envelope, Number, Several, answered, passes
from marsad.server.desk import Desk, desk_of
from marsad.server.guard import may
from marsad.server.selecting import snapshot

routes = APIRouter(tags=["ACLED's dialect"])
KINDS = {"battles": "Battles", "erv": "Explosions/Remote violence", "vac": "Violence against civilians"}
COLUMNS: tuple[str, ...] = ("country", "admin1", "month", "year")
COLUMNS += ("total_forecast", "battles_forecast", "erv_forecast", "vac_forecast")
COLUMNS += ("total_observed", "battles_observed", "erv_observed", "vac_observed", "timestamp")
AHEAD = 6
BEHIND = 12
"""Months before the first forecast that are told as they were."""
MOST_REGIONS = 400
FRESH = 3600.0
"""Seconds for which forecasts are good: they are of whole months."""
Where = tuple[str, str]


@routes.get("/api/cast/read", dependencies=may("read", cost=20), responses=shapes.giving(Envelope, "text/csv"))
def forecasts(
    request: Request,
    _format: Described = None,
    country: Several = None,
    admin1: Several = None,
    year: Several = None,
    month: Several = None,
    fields: Several = None,
    limit: Number = None,
    page: Number = None,
) -> Response:
    """Events of the next six months by region, forecast by this program's own baseline; the twelve months before as told."""
    desk = desk_of(request)
    asked = Common(request, COLUMNS)
    return answered(desk, asked, asked.window(row for row in kept_rows(desk) if passes(asked.tests, row)))


def kept_rows(desk: Desk) -> Sequence[Row]:
    """The rows, worked out once an hour at most."""
    held = snapshot(desk)
    known: tuple[float, list[Row]] | None = desk.worked.get("cast")
    if known is None or time.monotonic() - known[0] > FRESH:
        known = (time.monotonic(), list(rows_of(held)))
        desk.worked.put("cast", known)
    return known[1]


def rows_of(held: Snapshot) -> Iterator[Row]:
    """A row for each region and month: what was told of months that are over, what may come in the next ones."""
    regions, months, sums = counted(held)
    if not regions:
        return
    at = int(time.time())
    for name, first in (("observed", max(0, len(months) - BEHIND)), ("forecast", len(months))):
        values = {kind: sums[kind][:, first:] if name == "observed" else ahead(sums[kind], months) for kind in KINDS}
        if any(v is None for v in values.values()):
            return
        for row, (country, admin1) in enumerate(regions):
            for column in range(values["vac"].shape[1]):
                month = months[0] + first + column
                found = {f"{kind}_{name}": round(float(v[row, column]), 1) for kind, v in values.items()}
                total = round(sum(found.values()), 1)
                when: Row = {"month": calendar.month_name[month % 12 + 1], "year": month // 12}
                blank: Row = dict.fromkeys(COLUMNS)
                yield {**blank, "country": country, "admin1": admin1, **when, **found, f"total_{name}": total, "timestamp": at}


def counted(held: Snapshot) -> tuple[list[Where], range, dict[str, Numbers]]:
    """Regions with the most events, the months that are over (since the year 0), and events of each kind by both."""
    found: dict[tuple[Where, int, str], int] = {}
    names = {main: kind for kind, main in KINDS.items()}
    for part in held.parts:
        columns = part.columns
        country, admin1, kinds = (columns.coded[n] for n in ("country", "admin1", "event_type"))
        days = columns.ints["day"]
        good = part.standing() & (days > 0) & (country.codes >= 0) & (admin1.codes >= 0)
        good &= np.isin(kinds.codes, [n for n, main in enumerate(kinds.names) if main in names])
        rows = np.flatnonzero(good)
        month = (days[rows].astype(np.int64) - EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
        keys = np.stack([country.codes[rows], admin1.codes[rows], month, kinds.codes[rows]]).astype(np.int64)
        unique, counts = np.unique(keys, axis=1, return_counts=True)
        for (c, a, m, k), n in zip(unique.T.tolist(), counts.tolist(), strict=True):
            key = ((country.names[c], admin1.names[a]), m, names[kinds.names[k]])
            found[key] = found.get(key, 0) + n
    if not found:
        return [], range(0), {}
    months = range(min(m for _, m, _ in found), max(m for _, m, _ in found))
    totals: dict[Where, int] = {}
    for (where, _, _), n in found.items():
        totals[where] = totals.get(where, 0) + n
    known = countries()
    first = sorted(sorted(totals), key=lambda w: -totals[w])[:MOST_REGIONS]
    regions = sorted(first, key=lambda w: (known[w[0]].name if w[0] in known else w[0], w[1]))
    place = {where: n for n, where in enumerate(regions)}
    sums: dict[str, Numbers] = {kind: np.zeros((len(regions), len(months))) for kind in KINDS}
    for (where, m, kind), n in found.items():
        if where in place and m in months:
            sums[kind][place[where], m - months[0]] += n
    return [(known[c].name if c in known else c, a) for c, a in regions], months, sums


def ahead(values: Numbers, months: range) -> Any:
    """The means of the next months, or `None` where too few months are over."""
    if len(months) < FEWEST_MONTHS:
        return None
    labels = tuple(f"{n:06}" for n in range(len(values)))
    panel = Panel(regions=labels, months=tuple(named(m) for m in months), values=values, measure="events")
    made = forecast(panel, horizons=AHEAD)
    return np.array([f.mean for f in made]).reshape(len(values), AHEAD)
