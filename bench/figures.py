"""Coded claims against gold claims: who answers whom, which fields agree, and the figures that follow.

The product's own reading of the output contract, for the floors that `make test` holds and for the page of misses. The figures
that are published come from the corpora's scorer (`bench/quality.py`); a test compares the two where the corpora are at hand.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marsad.model import Actor, Claim, Place, When, from_record

Row = dict[str, Any]
SCOPES = ("incident", "statistic", "condition")
TOLD = ("happened", "ongoing")
NEAR_KM, REGION_KM, REGION, EARTH_KM = 30, 300, 3, 12742
LEEWAY = {"week": 6, "month": 15, "year": 183}
YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A gold report and its gold claims: those that happened or are ongoing, in the order of the file."""

    id: str
    title: str
    text: str
    published: str | None
    gold: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A story with what was coded from it. `pairs` are positions in `gold` and `coded`, which hold nothing optional."""

    story: Story
    gold: tuple[Claim, ...]
    coded: tuple[Claim, ...]
    pairs: tuple[tuple[int, int], ...]

    def missed(self) -> list[Claim]:
        """The gold claims that nothing answers."""
        return [g for i, g in enumerate(self.gold) if i not in {a for a, _ in self.pairs}]

    def false_alarms(self) -> list[Claim]:
        """The coded claims that answer nothing."""
        return [c for j, c in enumerate(self.coded) if j not in {b for _, b in self.pairs}]


def lines(path: Path) -> list[Row]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def stories(folder: Path) -> list[Story]:
    """The stories of a gold corpus folder (`reports.jsonl`, `gold.jsonl`)."""
    gold: dict[str, list[Claim]] = defaultdict(list)
    for number, row in enumerate(lines(folder / "gold.jsonl")):
        if row["status"] in TOLD:
            gold[row["report"]].append(gold_claim(row, number))
    return [
        Story(id=r["id"], title=r.get("title") or "", text=r["text"], published=r.get("published"), gold=tuple(gold[r["id"]]))
        for r in lines(folder / "reports.jsonl")
    ]


def gold_claim(row: Mapping[str, Any], number: int = 0) -> Claim:
    """A gold line as a claim. Gold evidence has quotes only: the offsets are 0."""
    cited = [{"field": field, "start": 0, "end": 0, "quote": quote} for field, quote in (row.get("evidence") or {}).items()]
    given = {k: v for k, v in row.items() if v is not None}
    claim = from_record(given | {"kind": "claim", "id": f"gold-{number}", "evidence": cited})
    assert isinstance(claim, Claim)
    return claim


def answers(folder: Path, records: Iterable[Mapping[str, Any]]) -> list[Answer]:
    """The stories of a corpus, each with the claims of `records` (the contract's objects) that were coded from it."""
    records = list(records)
    names = {r["id"]: str(r.get("external_id") or r.get("origin")) for r in records if r.get("kind") == "report"}
    coded: dict[str, list[Claim]] = defaultdict(list)
    for record in records:
        if record.get("kind") == "claim" and record.get("status", "happened") in TOLD:
            coded[names[record["report"]]].append(from_record(record))
    return [compare(story, coded[story.id]) for story in stories(folder)]


def compare(story: Story, coded: Sequence[Claim]) -> Answer:
    """Pairs of gold and coded claims. Background (an incident over a year before its report) may be coded or left out."""
    optional = {i for i, g in enumerate(story.gold) if g.scope == "incident" and (g.background or is_old(g, story.published))}
    pairs = pair(story.gold, coded)
    spare = {j for i, j in pairs if i in optional}
    taken = {j for _, j in pairs}
    for j, c in enumerate(coded):
        if j not in taken and c.background and c.when.last and (story.published is None or is_old(c, story.published)):
            spare.add(j)
    gold = tuple(g for i, g in enumerate(story.gold) if i not in optional)
    rest = tuple(c for j, c in enumerate(coded) if j not in spare)
    return Answer(story=story, gold=gold, coded=rest, pairs=tuple(pair(gold, rest)))


def is_old(claim: Claim, published: str | None) -> bool:
    """Whether it ended over a year before the report."""
    if not claim.when.last or not published:
        return False
    return (dt.date.fromisoformat(published[:10]) - dt.date.fromisoformat(claim.when.last[:10])).days > YEAR


def pair(gold: Sequence[Claim], coded: Sequence[Claim]) -> list[tuple[int, int]]:
    """Each gold claim with at most one coded claim, closest first."""
    options = [(closeness(g, c), i, j) for i, g in enumerate(gold) for j, c in enumerate(coded)]
    ranked = sorted((-score, i, j) for score, i, j in options if score is not None)
    used_gold: set[int] = set()
    used_coded: set[int] = set()
    pairs = []
    for _, i, j in ranked:
        if i not in used_gold and j not in used_coded:
            used_gold.add(i)
            used_coded.add(j)
            pairs.append((i, j))
    return pairs


def closeness(gold: Claim, coded: Claim) -> float | None:
    """How well a coded claim answers a gold one; `None` where it can't, being of another scope or about something else."""
    if gold.scope != coded.scope:
        return None
    words = shared_words(gold, coded)
    special = {"incident": incident_closeness, "statistic": figure_closeness, "condition": state_closeness}[gold.scope]
    extra = special(gold, coded, words)
    if extra is None:
        return None
    agreed = 0.5 * (gold.stance == coded.stance) + 0.5 * same_speaker(gold, coded) + 0.25 * same_actors(gold.who, coded.who)
    return 3 * words + agreed + extra


def incident_closeness(gold: Claim, coded: Claim, words: float) -> float | None:
    """The incident's part: type, place, days and killed."""
    kind, place = gold.event_type == coded.event_type, same_place(gold.where, coded.where)
    if words < 0.5 and not (kind and place):
        return None
    finer = gold.sub_event_type == coded.sub_event_type
    return 2 * kind + finer + 2 * place + days_meet(gold.when, coded.when) + (toll(gold, "killed") == toll(coded, "killed"))


def figure_closeness(gold: Claim, coded: Claim, words: float) -> float | None:
    """The statistic's part: the same figure."""
    same = figure(gold) == figure(coded)
    return 3.0 * same if gold.measure == coded.measure and (same or words >= 0.3) else None


def state_closeness(gold: Claim, coded: Claim, words: float) -> float | None:
    """The condition's part: state and place."""
    place = same_place(gold.where, coded.where)
    subjects = {claim.condition.subject if claim.condition else None for claim in (gold, coded)}
    if len(subjects) > 1 or not (place or words >= 0.4):
        return None
    return 2.0 * (gold.condition == coded.condition) + 2 * place


def field_marks(gold: Claim, coded: Claim) -> dict[str, bool]:
    """For each field that gold states, whether the coded claim has it right. `row`: type, place, days and killed at once."""
    days = same_days(gold.when, coded.when)
    marks = {
        "when": days if gold.when.first else None,
        "where": same_place(gold.where, coded.where) if gold.where else None,
        "who": same_actors(gold.who, coded.who) if gold.who else None,
        "whom": same_actors(gold.whom, coded.whom) if gold.whom else None,
        "according_to": same_speaker(gold, coded) if gold.according_to else None,
        "stance": gold.stance == coded.stance,
    }
    if gold.scope == "incident":
        for effect in ("killed", "injured"):
            marks[effect] = toll(gold, effect) == toll(coded, effect) if toll(gold, effect) else None
        marks["event_type"] = gold.event_type == coded.event_type
        marks["sub_event_type"] = gold.sub_event_type == coded.sub_event_type
        marks["row"] = whole_row(gold, coded)
    elif gold.scope == "statistic":
        marks["value"] = figure(gold) == figure(coded)
    else:
        marks["state"] = gold.condition == coded.condition
    return {name: right for name, right in marks.items() if right is not None}


def whole_row(gold: Claim, coded: Claim) -> bool:
    """An incident that an analyst need not touch."""
    kind, killed = gold.event_type == coded.event_type, toll(gold, "killed") == toll(coded, "killed")
    return kind and killed and same_place(gold.where, coded.where) and same_days(gold.when, coded.when)


def same_place(gold: Sequence[Place], coded: Sequence[Place]) -> bool:
    """Whether one of the first two coded places is the first gold one: within 30 km, 300 km for a region, or by name."""
    if not gold or not coded:
        return not gold and not coded
    wanted = gold[0]
    for place in coded[:2]:
        apart = distance(wanted, place)
        if apart is None:
            if wanted.name.casefold() == (place.name or "").casefold():
                return True
        elif apart <= (REGION_KM if wanted.precision == REGION else NEAR_KM):
            return True
    return False


def distance(one: Place, other: Place) -> float | None:
    """Great-circle kilometres; `None` where a place has no point."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    p, q = math.radians(one.latitude), math.radians(other.latitude)
    step = math.radians(other.longitude - one.longitude)
    half = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(step / 2) ** 2
    return EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def days(when: When) -> tuple[dt.date | None, dt.date | None]:
    """First and last day."""
    first, last = (dt.date.fromisoformat(d[:10]) if d else None for d in (when.first, when.last))
    return first, last


def same_days(gold: When, coded: When) -> bool:
    """Whether the spans begin and end on the same days: give or take one, more where gold is precise to the week or coarser."""
    leeway = max(1, LEEWAY.get(gold.precision, 0))
    return all(a == b or bool(a and b and abs((a - b).days) <= leeway) for a, b in zip(days(gold), days(coded), strict=True))


def days_meet(gold: When, coded: When) -> bool:
    """Whether the spans have a day in common."""
    (a, b), (c, d) = days(gold), days(coded)
    a, b, c, d = a or b, b or a, c or d, d or c
    return bool(a and b and c and d and a <= d and c <= b)


def toll(claim: Claim, effect: str) -> tuple[int | None, int | None] | None:
    """Low and high of the largest count for an effect: the whole, not its "including three children"."""
    counts = [c for c in claim.counts if c.effect == effect]
    largest = max(counts, key=lambda c: c.low or c.high or 0, default=None)
    return None if largest is None else (largest.low, largest.high)


def figure(claim: Claim) -> tuple[int | None, int | None] | None:
    """The figure of a statistic."""
    return None if claim.value is None else (claim.value.low, claim.value.high)


def tidy(words: str | None) -> str:
    """Words without case, leading article and extra white space."""
    return " ".join((words or "").casefold().removeprefix("the ").split())


def same_actor(one: Iterable[str | None], other: Iterable[str | None]) -> bool:
    """Whether a name of the one stands in a name of the other."""
    names = [{tidy(n) for n in given} - {""} for given in (one, other)]
    return any(x in y or y in x for x in names[0] for y in names[1])


def same_actors(gold: Sequence[Actor], coded: Sequence[Actor]) -> bool:
    """Whether every gold actor was coded, and at most one more."""
    if not gold:
        return not coded
    found = all(any(same_actor((g.name, g.words), (c.name, c.words)) for c in coded) for g in gold)
    return found and len(coded) <= len(gold) + 1


def same_speaker(gold: Claim, coded: Claim) -> bool:
    """Whether the nearest speaker is the same; nobody and nobody is the same."""
    if not gold.according_to or not coded.according_to:
        return not gold.according_to and not coded.according_to
    return same_actor(*((c.according_to[0].name, quoted(c, "according_to")) for c in (gold, coded)))


def quoted(claim: Claim, field: str) -> str | None:
    """The first quote for a field."""
    return next((e.quote for e in claim.evidence if e.field == field), None)


def sentence(claim: Claim) -> str:
    """The words that a claim stands on."""
    return " ".join(e.quote for e in claim.evidence if e.field == "claim")


def shared_words(one: Claim, other: Claim) -> float:
    """The share of the shorter quote's different words that stand in the other."""
    a, b = (set(sentence(c).casefold().split()) for c in (one, other))
    return len(a & b) / max(1, min(len(a), len(b)))


def breaches(answer: Answer) -> list[Claim]:
    """Gold statistics and conditions that were coded as an incident, where gold has no incident in those words."""
    incidents = [g for g in answer.gold if g.scope == "incident"]
    alarms = [c for c in answer.false_alarms() if c.scope == "incident"]
    return [
        g
        for g in answer.gold
        if g.scope != "incident"
        and not any(shared_words(i, g) >= 0.5 for i in incidents)
        and any(shared_words(g, c) >= 0.6 for c in alarms)
    ]


def invented(records: Iterable[Mapping[str, Any]]) -> float:
    """The share of cited words that do not stand in the text at their offsets."""
    records = list(records)
    texts = {r["id"]: str(r.get("text") or "") for r in records if r.get("kind") == "report"}
    cited = [(texts[r["report"]], e) for r in records if r.get("kind") == "claim" for e in r.get("evidence") or []]
    wrong = [e for text, e in cited if text[e["start"] : e["end"]] != e["quote"]]
    return len(wrong) / max(1, len(cited))


def figures(given: Sequence[Answer]) -> dict[str, float]:
    """`found.SCOPE.precision|recall|f1`, `row.f1`, `field.SCOPE.NAME` (share right where stated) and `firewall`, 0 to 1."""
    gold: Counter[str] = Counter(g.scope for a in given for g in a.gold)
    coded: Counter[str] = Counter(c.scope for a in given for c in a.coded)
    paired = [(a.gold[i], a.coded[j]) for a in given for i, j in a.pairs]
    hits: Counter[str] = Counter(g.scope for g, _ in paired)
    marks = [(g.scope, name, right) for g, c in paired for name, right in field_marks(g, c).items()]
    stated = Counter((scope, name) for scope, name, _ in marks)
    right = Counter((scope, name) for scope, name, good in marks if good)
    out: dict[str, float] = {}
    for scope in SCOPES:
        out |= {f"found.{scope}.{k}": v for k, v in rates(hits[scope], coded[scope], gold[scope]).items()}
    out["row.f1"] = rates(right["incident", "row"], coded["incident"], gold["incident"])["f1"]
    out |= {f"field.{s}.{n}": right[s, n] / stated[s, n] for s, n in sorted(stated) if n != "row"}
    apart = gold["statistic"] + gold["condition"]
    out["firewall"] = sum(len(breaches(a)) for a in given) / max(1, apart)
    return out


def rates(hit: int, coded: int, gold: int) -> dict[str, float]:
    """Precision, recall and F1; 0 where there is nothing.

    >>> rates(3, 4, 6)
    {'precision': 0.75, 'recall': 0.5, 'f1': 0.6}
    """
    p, r = hit / coded if coded else 0.0, hit / gold if gold else 0.0
    return {"precision": p, "recall": r, "f1": 2 * p * r / (p + r) if p + r else 0.0}
