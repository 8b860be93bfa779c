"""What a reviewer sets on a claim or a fold: which fields there are, and how their values are written.

A correction changes what the record says, and never what is joined: for that there are merge and split.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from marsad.codebook.words import CONDITIONS, EVENT_TYPE_OF
from marsad.linking.facts import Facts, read
from marsad.linking.names import fold
from marsad.linking.rulings import Rulings, corrections, verdict
from marsad.model import Actor, Claim, Condition, Count, Event, Place, Report, State, Statistic, Toll, Value, When

Range = tuple[int | None, int | None, int | None]
Changes = dict[str, Any]
T = TypeVar("T", Event, Statistic, Condition)
FIGURE = re.compile(r"(\d{1,9})(?:(\+)|[-–](\d{1,9})(?:[-–](\d{1,9}))?)?$")
DATES = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?$")
PLACE = re.compile(r"([^,()]{1,120})(?:, ?([A-Z]{3}))?(?: ?\((-?\d{1,2}(?:\.\d{1,8})?), ?(-?\d{1,3}(?:\.\d{1,8})?)\))?$")
COMMON = ("date", "place", "who")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "incident": (*COMMON, "whom", "killed", "injured", "sub_event_type"),
    "statistic": (*COMMON, "whom", "value", "sub_event_type"),
    "condition": (*COMMON, "state", "until"),
}


def check_correction(scope: str, field: str, value: str, *, subject: str | None = None) -> None:
    """Raise `ValueError`, with words for the person who typed it, where a correction can't be read.

    `scope` is incident, statistic or condition, of a claim or of its fold. An empty value means "not stated". Otherwise
    `killed`, `injured`, `value`: 14, 14+ (at least), 10-14 (low, high) or 10-12-14 (low, best, high); `date`: 2026-01-12 or
    2026-01-10..2026-01-12 (of a condition: since when); `until`: a date; `place`: a name, with a country's code and coordinates
    where known; `who`, `whom`: names between semicolons; `sub_event_type`, `state`: a word of the codebook.

    >>> check_correction("incident", "killed", "10-12-14")
    >>> check_correction("incident", "place", "Sinja, SDN (13.15, 33.93)")
    >>> check_correction("condition", "colour", "red")
    Traceback (most recent call last):
    ValueError: no field 'colour' of a condition can be corrected; it may be date, place, who, state, until
    """
    if field not in FIELDS[scope]:
        a = "an" if scope == "incident" else "a"
        raise ValueError(f"no field {field!r} of {a} {scope} can be corrected; it may be {', '.join(FIELDS[scope])}")
    READERS[field](value.strip())
    if field == "state" and subject is not None and value.strip() not in CONDITIONS[subject]:
        raise ValueError(f"{value!r} is no state of a {subject}: {', '.join(CONDITIONS[subject])}")


def read_figure(value: str) -> Range:
    """Low, best, high. Raises `ValueError` where it is no figure."""
    if not value:
        return None, None, None
    found = FIGURE.match(value)
    if not found:
        raise ValueError(f"{value!r} is no figure: write 14, 14+, 10-14 or 10-12-14")
    one, more, two, three = found.groups()
    low = int(one)
    best = int(two) if three else low
    high = None if more else int(three or two or one)
    if high is not None and not low <= best <= high:
        raise ValueError(f"the figures of {value!r} are not in order")
    return low, best, high


def read_dates(value: str) -> tuple[str | None, str | None]:
    """First and last day. Raises `ValueError` where there is no such day or they are in the wrong order."""
    if not value:
        return None, None
    found = DATES.match(value)
    if not found:
        raise ValueError(f"{value!r} is no date: write 2026-01-12 or 2026-01-10..2026-01-12")
    first, last = found[1], found[2] or found[1]
    if dt.date.fromisoformat(first) > dt.date.fromisoformat(last):
        raise ValueError(f"{value!r} ends before it begins")
    return first, last


def read_place(value: str) -> Place | None:
    """The place. Raises `ValueError` where it can't be read."""
    if not value:
        return None
    found = PLACE.match(value)
    if not found or not found[1].strip() or abs(float(found[3] or 0)) > 90 or abs(float(found[4] or 0)) > 180:
        raise ValueError(f"{value!r} is no place: write Sinja, or Sinja, SDN (13.15, 33.93)")
    at = (float(found[3]), float(found[4])) if found[3] else (None, None)
    name = found[1].strip()
    return Place(name=name, words=name, country=found[2], latitude=at[0], longitude=at[1], precision=1 if found[3] else None)


def _actors(value: str) -> tuple[Actor, ...]:
    names = dict.fromkeys(n.strip() for n in value.split(";") if n.strip())
    return tuple(Actor(name=n, words=n) for n in names)


def _type(value: str) -> str | None:
    if value and value not in EVENT_TYPE_OF:
        raise ValueError(f"{value!r} is no sub-event type of the codebook")
    return value or None


def _state(value: str) -> str:
    if not any(value in states for states in CONDITIONS.values()):
        raise ValueError(f"{value!r} is no state of a condition")
    return value


READERS: Mapping[str, Callable[[str], Any]] = {
    "killed": read_figure,
    "injured": read_figure,
    "value": read_figure,
    "date": read_dates,
    "until": read_dates,
    "place": read_place,
    "who": _actors,
    "whom": _actors,
    "sub_event_type": _type,
    "state": _state,
}


def corrected_claim(claim: Claim, rulings: Rulings) -> Claim:
    """The claim with what a reviewer set on it; what can't be read changes nothing."""
    for c in rulings.of_claims.get(claim.id, ()):
        try:
            check_correction(claim.scope, c.field, c.value, subject=claim.condition.subject if claim.condition else None)
        except ValueError:
            continue
        claim = dataclasses.replace(claim, **_on_claim(claim, c.field, c.value.strip()))
    return claim


def _on_claim(claim: Claim, field: str, value: str) -> Changes:
    found = READERS[field](value)
    if field in ("killed", "injured"):
        others = tuple(c for c in claim.counts if c.effect != field)
        given = (Count(effect=field, low=found[0], high=found[2], words=value),) if value else ()
        return {"counts": given + others, "evidence": tuple(e for e in claim.evidence if not e.field.startswith("counts."))}
    if field == "value":
        return {"value": Value(low=found[0], high=found[2], words=value) if value else None}
    if field == "date":
        kind = _precision(*found)
        return {"when": When(first=found[0], last=found[1], precision=kind, until=claim.when.until)}
    if field == "until":
        return {"when": dataclasses.replace(claim.when, until=found[1])}
    if field == "place":
        return {"where": _placed(found, claim.where)}
    if field in ("who", "whom"):
        return {field: _known(found, (*claim.who, *claim.whom))}
    if field == "state":
        return {"condition": State(subject=claim.condition.subject, state=found)} if claim.condition else {}
    return _typed(found)


def _precision(first: str | None, last: str | None) -> Any:
    if first is None or last is None:
        return "unknown"
    days = (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days
    return "day" if days <= 2 else "week" if days <= 7 else "month" if days <= 31 else "year"


def _placed(place: Place | None, known: Sequence[Place]) -> tuple[Place, ...]:
    """The place, as the record knows it where it does."""
    if place is None:
        return ()
    if place.latitude is not None:
        return (place,)
    same = (p for p in known if fold(p.name) == fold(place.name) and place.country in (None, p.country))
    return (next(same, place),)


def _known(actors: Iterable[Actor], known: Iterable[Actor]) -> tuple[Actor, ...]:
    by_name: dict[str, Actor] = {}
    for a in known:
        by_name.setdefault(fold(a.name), a)
    return tuple(by_name.get(fold(a.name), a) for a in actors)


def _typed(sub_event_type: str | None) -> Changes:
    return {"sub_event_type": sub_event_type, "event_type": EVENT_TYPE_OF[sub_event_type] if sub_event_type else None}


def revised(facts: Sequence[Facts], rulings: Rulings, reports: Mapping[str, Report]) -> list[Facts]:
    """The facts of a group, those of corrected claims read anew."""
    if not rulings.of_claims:
        return list(facts)
    return [read(corrected_claim(f.claim, rulings), reports) if f.id in rulings.of_claims else f for f in facts]


def corrected_fold(item: T, rulings: Rulings) -> T:
    """The fold with what a reviewer set on it or on its claims told in `because`, and `review` where it was accepted."""
    if not (rulings.folds or rulings.of_folds or rulings.of_claims):
        return item
    changes: Changes = {}
    notes: list[str] = []
    for claim in item.claims:
        for c in rulings.of_claims.get(claim, ()):
            notes.append(f"Claim {claim} corrected by a reviewer: {c.field} set to {c.value or 'not stated'} ({c.judgement}).")
    scope = {Event: "incident", Statistic: "statistic", Condition: "condition"}[type(item)]
    for c in corrections(rulings, item.claims):
        try:
            check_correction(scope, c.field, c.value, subject=getattr(item, "subject", None))
        except ValueError:
            continue
        changes |= _on_fold(item, c.field, c.value.strip())
        notes.append(f"Corrected by a reviewer: {c.field} set to {c.value or 'not stated'} ({c.judgement}).")
    if verdict(rulings, item.claims) == "accept":
        changes["review"] = "accepted"
    if notes:
        changes["because"] = (*item.because, *notes)
    return dataclasses.replace(item, **changes) if changes else item


def _on_fold(item: Event | Statistic | Condition, field: str, value: str) -> Changes:
    found = READERS[field](value)
    if field in ("killed", "injured"):
        return {field: Toll(low=found[0], best=found[1], high=found[2])}
    if field == "value":
        return {"low": found[0], "high": found[2]}
    if field == "place":
        return {"place": next(iter(_placed(found, [item.place] if item.place else [])), None)}
    if field in ("who", "whom"):
        return {field: _known(found, (*item.who, *getattr(item, "whom", ())))}
    if field == "until":
        return {"until": found[1]}
    if field == "state":
        return {"state": found}
    return _dated(item, found) if field == "date" else _fold_type(item, found)


def _dated(item: Event | Statistic | Condition, dates: tuple[str | None, str | None]) -> Changes:
    kind = _precision(*dates)
    if isinstance(item, Event):
        return {"date_first": dates[0], "date_last": dates[1], "time_precision": {"day": 1, "week": 2}.get(kind, 3)}
    if isinstance(item, Statistic):
        return {"first": dates[0], "last": dates[1]}
    return {"since": dates[0], "precision": kind}


def _fold_type(item: Event | Statistic | Condition, sub_event_type: str | None) -> Changes:
    typed = _typed(sub_event_type)
    return {} if isinstance(item, Event) and sub_event_type is None else typed
