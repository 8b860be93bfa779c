"""Events in ACLED's 31 columns, in ACLED's order, so that scripts and dashboards written for them read ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache

from marsad.exports.countries import countries, table
from marsad.exports.delimited import lines
from marsad.exports.rows import Row, columns, joined, quoted, sentence
from marsad.ledger.findings import Findings
from marsad.model import Actor, Event

COLUMNS = columns(
    "event_id_cnty event_date year time_precision disorder_type event_type sub_event_type"
    " actor1 assoc_actor_1 inter1 actor2 assoc_actor_2 inter2 interaction civilian_targeting"
    " iso region country admin1 admin2 admin3 location latitude longitude geo_precision"
    " source source_scale notes fatalities tags timestamp"
)
INTER = {
    "State Forces": 1,
    "Rebel Groups": 2,
    "Political Militias": 3,
    "Identity Militias": 4,
    "Rioters": 5,
    "Protesters": 6,
    "Civilians": 7,
    "External/Other Forces": 8,
}
NOTES_LIMIT = 4000


def write(found: Findings) -> str:
    """CSV text. `fatalities` is the best figure (0 where no toll is stated, as ACLED has it; the range stands in `tags`)."""
    return lines(COLUMNS, acled_rows(found))


def acled_rows(found: Findings) -> list[Row]:
    """One row an event. Events that nothing dates have an empty date; places without a point have empty coordinates."""
    quotes = {claim.id: sentence(claim) for claim in found.claims}
    published = {r.id: r.published or (r.anchor.date if r.anchor.precision == "day" else None) for r in found.reports}
    return [acled_row(event, quotes, published) for event in found.events]


def acled_row(event: Event, quotes: Mapping[str, str], published: Mapping[str, str | None]) -> Row:
    place = event.place
    country = countries().get(place.country or "") if place else None
    first, second = side(event.who), side(event.whom)
    return {
        "event_id_cnty": event_number(event),
        "event_date": event.date_first,
        "year": int(event.date_first[:4]) if event.date_first else None,
        "time_precision": event.time_precision,
        "disorder_type": disorder_types().get(event.sub_event_type),
        "event_type": event.event_type,
        "sub_event_type": event.sub_event_type,
        "actor1": first[0],
        "assoc_actor_1": first[1],
        "inter1": first[2],
        "actor2": second[0],
        "assoc_actor_2": second[1],
        "inter2": second[2],
        "interaction": interaction(first[2], second[2]),
        "civilian_targeting": "Civilian targeting" if event.civilian_targeting else None,
        "iso": country.number if country else None,
        "region": country.region if country else None,
        "country": country.name if country else None,
        "admin1": place.admin1 if place else None,
        "location": place.name if place else None,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "geo_precision": place.precision if place else None,
        "source": joined(event.sources),
        "notes": quoted(event.claims, quotes)[:NOTES_LIMIT],
        "fatalities": event.killed.best if event.killed.best is not None else event.killed.low or 0,
        "tags": tags(event),
        "timestamp": max((moment(published.get(r)) for r in event.reports), default=0) or None,
    }


def event_number(event: Event) -> str:
    """A stable id of ACLED's form: country letters and digits, both from the event alone (`SDN482913004417`)."""
    digits = "".join(c for c in event.id.rsplit("-", 1)[-1] if c in "0123456789abcdef") or "0"
    return f"{(event.place.country if event.place else None) or 'XXX'}{int(digits, 16) % 10**12}"


def side(group: Sequence[Actor]) -> tuple[str | None, str | None, int]:
    """The first actor, those with it, and the first one's number in ACLED's list of kinds (0: nobody named)."""
    if not group:
        return None, None, 0
    return group[0].name, joined(a.name for a in group[1:]), INTER.get(group[0].kind or "", 0)


def interaction(one: int, other: int) -> int:
    """Both numbers in one, the smaller first: 1 and 7 give 17; one side alone gives 10."""
    if not one or not other:
        return max(one, other) * 10
    return min(one, other) * 10 + max(one, other)


def tags(event: Event) -> str:
    """The event's own id, the range of deaths where one is stated, and what is disputed."""
    parts = [f"marsad={event.id}"]
    if event.killed.low is not None or event.killed.high is not None:
        low, high = ("" if v is None else str(v) for v in (event.killed.low, event.killed.high))
        parts.append(f"fatalities range={low}..{high}")
    if event.disputed:
        parts.append(f"disputed={','.join(event.disputed)}")
    return "; ".join(parts)


def moment(day: str | None) -> int:
    """Seconds since 1970 at the start of that day (UTC): the last report's date stands for ACLED's time of upload."""
    try:
        when = dt.date.fromisoformat((day or "")[:10])
    except ValueError:
        return 0
    return int(dt.datetime(when.year, when.month, when.day, tzinfo=dt.UTC).timestamp())


@cache
def disorder_types() -> Mapping[str, str]:
    """The disorder type of each sub-event type."""
    return {row["sub_event_type"]: row["disorder_type"] for row in table("acled_disorder.tsv")}
