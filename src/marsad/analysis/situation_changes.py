"""What became of the record since the last report, field by field."""

from __future__ import annotations

from dataclasses import dataclass

from marsad.analysis.situation_reading import Held
from marsad.ledger.findings import Findings
from marsad.linking.folds import Fold, Folds, Kind, compare
from marsad.model import Actor, Condition, Event, Place, Statistic, Toll

ORDER: tuple[Kind, ...] = ("new", "changed", "merged", "split", "withdrawn")
FIELDS = {
    Event: ("sub_event_type", "date", "place", "who", "whom", "killed", "injured", "disputed", "review"),
    Statistic: ("measure", "figure", "period", "place", "who", "whom", "review"),
    Condition: ("state", "since", "until", "place", "who", "disputed", "review"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that says something else now. Values are those of the record: a toll, days, names."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What became of an item: `item` as it is now; as it was, where it was withdrawn.

    `fresh`: how many claims came in; `moved`: it is still in the ledger, outside of the scope of the report; `late`: it is new
    and of days before the report's.
    """

    kind: Kind
    item: Fold
    others: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    fresh: int = 0
    moved: bool = False
    late: bool = False


def changes(held: Held) -> tuple[Changed, ...]:
    """What is new, changed, merged, split and withdrawn since the last report, in this order; nothing where there is none."""
    if held.earlier is None:
        return ()
    old, new = by_id(held.was), by_id(held.now)
    found = []
    for change in compare(folds_of(held.was), folds_of(held.now)):
        item = new.get(change.fold) or old[change.fold]
        former = old.get(change.others[0] if change.kind == "changed" and change.others else change.fold)
        told = differences(former, item) if change.kind == "changed" and former else ()
        fresh = len(set(item.claims) - set(former.claims)) if former else 0
        if change.kind == "changed" and not told and not fresh:
            continue
        found.append(
            Changed(
                kind=change.kind,
                item=item,
                others=change.others,
                differences=told,
                fresh=fresh,
                moved=change.kind == "withdrawn" and change.fold in held.moved,
                late=change.kind == "new" and (day_of(item) or "9") < held.question.since,
            )
        )
    return tuple(sorted(found, key=lambda c: (ORDER.index(c.kind), day_of(c.item) or "9", c.item.id)))


def differences(one: Fold, other: Fold) -> tuple[Difference, ...]:
    """The fields in which two states of an item differ."""
    names = FIELDS[type(one)]
    pairs = ((name, value_of(one, name), value_of(other, name)) for name in names)
    return tuple(Difference(field=n, before=a, after=b) for n, a, b in pairs if a != b)


def value_of(item: Fold, name: str) -> object:
    """A field as it is compared: names and days, not how they were spelled."""
    if name == "date":
        return (getattr(item, "date_first", None), getattr(item, "date_last", None))
    if name == "period":
        return (getattr(item, "first", None), getattr(item, "last", None))
    if name == "figure":
        return Toll(low=getattr(item, "low", None), high=getattr(item, "high", None))
    value = getattr(item, name)
    if isinstance(value, Place):
        return (value.name, value.admin1)
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(v.name if isinstance(v, Actor) else str(v) for v in value))
    return value


def day_of(item: Fold) -> str | None:
    """The day that an item begins on."""
    if isinstance(item, Event):
        return item.date_first
    return item.first if isinstance(item, Statistic) else item.since or item.told_first


def folds_of(found: Findings) -> Folds:
    return Folds(events=found.events, statistics=found.statistics, conditions=found.conditions)


def by_id(found: Findings) -> dict[str, Fold]:
    return {item.id: item for group in (found.events, found.statistics, found.conditions) for item in group}
