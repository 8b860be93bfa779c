"""The score of two incident claims: named features, each with its reason in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

from marsad.coding.nearness import kilometres
from marsad.linking.facts import Facts, told_by
from marsad.linking.names import iso
from marsad.linking.nearness import SAME_KM, day_gap, listed, overlap, place_relation, ranges_meet
from marsad.linking.tables import families, kinship, weights

NEVER = -8.0
MAX_GAP = 3
DATELINE = 2
CONSEQUENCE = 0.5


def features(one: Facts, other: Facts) -> dict[str, float]:
    """The features of a pair, 0 where one says nothing, or an empty dict where the two can't be one incident."""
    same_report = one.claim.report == other.claim.report
    gap = day_gap(one, other)
    kin = kinship(one.claim.sub_event_type, other.claim.sub_event_type)
    if same_report and (_consequence(one) or _consequence(other)):
        kin = max(kin, CONSEQUENCE)
    if kin == 0.0 or (gap is not None and gap > MAX_GAP) or not (same_report or _stands_alone(one, other)):
        return {}
    place = place_relation(one, other)
    if place == "far" and not same_report:
        return {}
    found = {"bias": 1.0, "kin": kin, f"place_{place}": 1.0}
    if place in ("near", "unknown") and _both_exact(one, other):
        found["other_spot"] = 1.0
    found.update(_days(one, other, gap))
    found.update(_people(one, other))
    found.update(_tolls(one, other))
    found.update(_things(one, other))
    if place == "same" and kin == 1.0 and _revised(one, other):
        found["revises"] = 1.0
    found["words"] = overlap(one.words, other.words)
    if kin == 1.0:
        found["type_same"] = 1.0
    elif "territory" in families(one.claim.sub_event_type) and "territory" in families(other.claim.sub_event_type):
        found["takeover"] = 1.0
    found.update(_within(one, other) if same_report else _across(one, other))
    if not same_report and one.family == other.family:
        found["copy"] = found["words"]
    return _without_statement_day(found) if "revises" in found else found


def _without_statement_day(found: dict[str, float]) -> dict[str, float]:
    """Who revises a toll speaks again, on another day: that the words and days of the two differ says nothing."""
    return {k: v for k, v in found.items() if k not in ("dated_apart", "when_apart", "same_voice", "toll_differs")}


def _both_exact(one: Facts, other: Facts) -> bool:
    """Two different exact places, more than a walk apart as far as is known."""
    if not one.places or not other.places or not one.places[0].precision == other.places[0].precision == 1:
        return False
    km = kilometres(one.places[0], other.places[0])
    return km is None or km > SAME_KM


def _stands_alone(one: Facts, other: Facts) -> bool:
    """Across reports both need a place, and a day or reports of about the same time."""
    if not one.places or not other.places:
        return False
    if one.first is not None and other.first is not None:
        return True
    days = [x for x in (one.first or one.seen, other.first or other.seen) if x is not None]
    return len(days) == 2 and abs(days[0] - days[1]) <= 7


def _days(one: Facts, other: Facts, gap: int | None) -> dict[str, float]:
    if gap is None:
        return {"day_unknown": 1.0}
    if gap:
        return {"day_gap": gap / MAX_GAP}
    if (one.first, one.last) == (other.first, other.last) and _short(one):
        return {"day_same": 1.0}
    if (one.first, one.last) == (other.first, other.last):
        return {"day_same_span": 1.0}
    return {"day_overlap": 1.0} if _short(one) and _short(other) else {"day_coarse": 1.0}


def _short(one: Facts) -> bool:
    return one.first is not None and one.last is not None and one.last - one.first <= 2


def _people(one: Facts, other: Facts) -> dict[str, float]:
    found: dict[str, float] = {}
    if one.named_who and other.named_who:
        found["who_same" if one.named_who & other.named_who else "who_differs"] = 1.0
    if one.whom and other.whom:
        found["whom_same" if one.whom & other.whom else "whom_differs"] = 1.0
    if one.named_who & other.whom or other.named_who & one.whom:
        found["sides_swapped"] = 1.0
    return found


def _tolls(one: Facts, other: Facts) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, a, b in (("killed", one.killed, other.killed), ("injured", one.injured, other.injured)):
        if a is None or b is None:
            continue
        if a == b:
            found["toll_same"] = 1.0
        elif not ranges_meet(a, b) and name == "killed":
            found["toll_differs"] = min(1.0, _ratio(a, b))
    return found


def _revised(one: Facts, other: Facts) -> bool:
    """True where one says that its toll takes the place of an earlier one, and the other gives a toll."""
    told = all(f.killed is not None or f.injured is not None for f in (one, other))
    return told and (one.revises is None) != (other.revises is None)


def _things(one: Facts, other: Facts) -> dict[str, float]:
    """Classes of weapons and of targets, where both state one."""
    found: dict[str, float] = {}
    for name, a, b in (("weapon", one.weapons, other.weapons), ("target", one.targets, other.targets)):
        if a and b:
            found[f"{name}_same" if a & b else f"{name}_differs"] = 1.0
    return found


def _ratio(one: tuple[int | None, int | None], other: tuple[int | None, int | None]) -> float:
    x, y = ((r[0] if r[0] is not None else r[1]) or 0 for r in (one, other))
    return abs(math.log((x + 1) / (y + 1))) / 2


def _within(one: Facts, other: Facts) -> dict[str, float]:
    """Features of two claims of one report: its coder kept them apart, so that they are one incident or two by their speakers."""
    found: dict[str, float] = {}
    same_voice = one.voice == other.voice
    if one.claim.stance != other.claim.stance:
        found["answer"] = 1.0
    elif same_voice:
        found["same_voice"] = 1.0
    else:
        found["other_voice"] = 1.0
    if one.claim.sub_event_type != other.claim.sub_event_type:
        found["typed_apart"] = 1.0
    if (day_gap(one, other) or 0) > 0:
        found["dated_apart"] = 1.0
    for field in ("where", "when"):
        a, b = one.quotes.get(field), other.quotes.get(field)
        if a and b:
            found[f"{field}_words" if a == b else f"{field}_apart"] = 1.0
    if place_relation(one, other) == "far" and (_borrowed(one, "where") or _borrowed(other, "where")):
        found["far_dateline" if _from_dateline(one) or _from_dateline(other) else "far_borrowed"] = 1.0
    if (day_gap(one, other) or 0) > 0 and (_borrowed(one, "when") or _borrowed(other, "when")):
        found["gap_borrowed"] = 1.0
    between = max(0, max(one.begin, other.begin) - min(one.end, other.end))
    found["distance"] = min(1.0, between / 800)
    return found


def _across(one: Facts, other: Facts) -> dict[str, float]:
    """Features of two claims of two reports."""
    answers = one.claim.stance != other.claim.stance
    return {"across": 1.0, "answer_across": 1.0} if answers else {"across": 1.0}


def _consequence(facts: Facts) -> bool:
    """True where a claim of no type of its own tells only who fled: the incident that they fled from is told beside it."""
    effects = {c.effect for c in facts.claim.counts}
    return facts.claim.sub_event_type == "Other" and effects == {"displaced"}


def _borrowed(facts: Facts, field: str) -> bool:
    """True where a claim's own sentence doesn't state its place or day: it was taken over from another one."""
    quote = facts.quotes.get(field)
    return quote is None or quote[1] <= facts.begin or quote[0] >= facts.end


def _from_dateline(facts: Facts) -> bool:
    """True where the place stands at the head of the report, outside the claim's sentence: it may be where the reporter is."""
    quote = facts.quotes.get("where")
    return quote is not None and quote[0] <= DATELINE and quote[1] <= facts.begin


def score(one: Facts, other: Facts) -> float:
    """Log-odds that two claims tell one incident; `NEVER` where they can't."""
    found = features(one, other)
    if not found:
        return NEVER
    table = weights()
    return round(sum([table[k] * v for k, v in found.items() if k in table]), 9)


def explain(one: Facts, other: Facts) -> str:
    """Why two joined claims are taken for one incident, as a sentence."""
    return f"{told_by(other)}: {listed(list(_reasons(one, other)))}."


PLACE_WORDS = {"same": "same place", "near": "places near each other", "inside": "one place inside the other"}


def _reasons(one: Facts, other: Facts) -> Iterator[str]:
    found = features(one, other)
    relation = place_relation(one, other)
    if relation in PLACE_WORDS:
        yield f"{PLACE_WORDS[relation]} ({one.places[0].name})"
    if "day_same" in found or "day_same_span" in found:
        yield f"same day ({iso(other.first)})" if one.first == one.last else f"same days ({iso(one.first)} to {iso(one.last)})"
    elif "day_overlap" in found or "day_coarse" in found:
        yield "overlapping days"
    elif "day_gap" in found:
        yield f"{day_gap(one, other)} day(s) apart"
    if found.get("type_same"):
        yield f"both {one.claim.sub_event_type}"
    elif found:
        yield f"{one.claim.sub_event_type} and {other.claim.sub_event_type} fit"
    yield from _more_reasons(one, other, found)


def _more_reasons(one: Facts, other: Facts, found: dict[str, float]) -> Iterator[str]:
    if "who_same" in found:
        yield "same perpetrator"
    if "whom_same" in found:
        yield "same victims"
    if "sides_swapped" in found:
        yield "the two sides of one fight"
    if "revises" in found:
        yield "its toll takes the place of an earlier one"
    if "toll_same" in found:
        yield "same toll"
    if "weapon_same" in found:
        yield f"same weapon ({', '.join(sorted(one.weapons & other.weapons)[:2])})"
    if "target_same" in found:
        yield f"same target ({', '.join(sorted(one.targets & other.targets)[:2])})"
    if "takeover" in found:
        yield "both tell who took the place"
    if "where_words" in found or "when_words" in found:
        yield "told with the same words of place or time"
    if "answer" in found:
        yield "one answers the other"
    elif "other_voice" in found:
        yield "another speaker in the same report"
    if found.get("copy"):
        yield "a copy of the same story"
    if found.get("words", 0.0) >= 0.4:
        yield f"shared words ({', '.join(sorted(one.words & other.words)[:4])})"
    if not found:
        yield "joined through the other claims or by a reviewer"
