"""Whether the report bears out what a server says of it: the trigger table, the grammar and the local reader have a veto."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marsad.coding.asked.answer import SaidClaim
from marsad.coding.incidents import spread_out, vetoed
from marsad.coding.notes import Note
from marsad.coding.plans import STATUSES
from marsad.coding.reading import SentenceReading
from marsad.coding.scene import Scene

Told = Sequence[tuple[Note, SentenceReading]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why a claim or a value was dropped: `code` is a problem's."""

    code: str
    message: str


def missing(words: str) -> Doubt:
    """The doubt about words that do not stand where they should."""
    return Doubt(code="quote_not_found", message=f"dropped {words[:60]!r}: the claim's sentence does not hold these words")


def odd(words: str, why: str) -> Doubt:
    """The doubt about words that the text does not use so."""
    return Doubt(code="not_supported", message=f"dropped {words[:60]!r} {why}")


LEAST_SCOPE = 0.2
LEAST_UNNAMED = 0.4
LEAST_TYPE = 0.05
LEAST_STATE = 0.05
LEAST_STANCE = 0.2
LEAST_UNREAL = 0.15
SURE_FIGURE = 0.8
TYPE_STRENGTH = 2
MEASURED = {"people_reached": "reached", "people_in_need": "in_need"}


def told_in(scene: Scene, start: int, end: int) -> Told:
    """The sentences that a stretch of the report touches, each with what the local reader says of it."""
    pairs = zip(scene.notes.sentences, scene.reading.sentences, strict=True)
    return [(n, s) for n, s in pairs if n.sentence.start < end and start < n.sentence.end]


def unsupported(claim: SaidClaim, told: Told) -> str | None:
    """Why the sentences of a claim don't bear out its scope, type or state; `None` where they do."""
    if claim.scope == "incident":
        return _incident(claim, told)
    if claim.scope == "statistic":
        return _statistic(claim, told)
    return _condition(claim, told)


def _incident(claim: SaidClaim, told: Told) -> str | None:
    kind = claim.sub_event_type
    if kind is None:
        return "an incident without a type"
    if all(vetoed(n) for n, _ in told):
        return "the sentence tells of a drill, an accident, a disaster or sport"
    if any(spread_out(n) for n, _ in told):
        return "the sentence tells of attacks in several places, which is a statistic"
    if all(s.tells["statistic"] >= SURE_FIGURE and s.tells["incident"] < LEAST_SCOPE for _, s in told):
        return "the sentence gives a figure over many incidents"
    if max(_telling(s, claim) for _, s in told) < (LEAST_SCOPE if _named(told, kind, least=1) else LEAST_UNNAMED):
        return "the sentence tells of nothing that happened"
    likely = max(s.sub_event[kind] for _, s in told)
    return None if _named(told, kind) or likely >= LEAST_TYPE else f"no word of the sentence tells of {kind}"


def _telling(said: SentenceReading, claim: SaidClaim) -> float:
    """How sure the local reader is that the sentence tells of something that happened, or is planned, or is denied."""
    names = [
        "incident",
        *(["unreal"] if claim.status in STATUSES else []),
        *(["denies", "doubts"] if claim.stance != "asserts" else []),
    ]
    return max(said.tells[name] for name in names)


def _statistic(claim: SaidClaim, told: Told) -> str | None:
    if claim.measure is None:
        return "a statistic without a measure"
    if claim.value is None and claim.measure != "incidents":
        return "a statistic without a figure"
    effect = MEASURED.get(claim.measure, claim.measure)
    counted = any(c.effect == effect for n, _ in told for c in n.counts)
    if not counted and max(s.tells["statistic"] for _, s in told) < LEAST_SCOPE:
        return f"the sentence gives no figure for {claim.measure}"
    kind = claim.sub_event_type
    if kind is not None and not _named(told, kind, least=1) and max(s.sub_event[kind] for _, s in told) < LEAST_TYPE:
        return f"no word of the sentence tells of {kind}"
    return None


def _condition(claim: SaidClaim, told: Told) -> str | None:
    state = claim.condition
    if state is None:
        return "a condition without a state"
    likely = max(s.states[state] for _, s in told)
    return None if _named(told, state) or likely >= LEAST_STATE else f"no word of the sentence tells of {state}"


def _named(told: Told, label: str, *, least: int = TYPE_STRENGTH) -> bool:
    """Whether a word of the trigger table in the sentences speaks for the label."""
    return any(h.label == label and h.strength >= least for n, _ in told for h in n.hits)


def may_be_denied(stance: str, told: Told) -> bool:
    """Whether the local reader sees any sign of a denial or a doubt."""
    return any(max(s.tells["denies"], s.tells["doubts"]) >= LEAST_STANCE for _, s in told)


def may_be_unreal(told: Told) -> bool:
    """Whether any word or the local reader speaks for a plan, a threat or a supposition."""
    return any(s.tells["unreal"] >= LEAST_UNREAL or any(h.label in STATUSES for h in n.hits) for n, s in told)


def is_unreal(told: Told, scope: str) -> bool:
    """Whether the local reader is sure that nothing of it has happened."""
    return all(s.tells["unreal"] >= 0.7 and s.tells[scope] < 0.4 for _, s in told)
