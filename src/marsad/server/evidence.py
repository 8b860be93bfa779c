"""Everything behind one item: its claims in their sentences, tolls by source, reports and judgements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from marsad.exports.explanation import Citation, explain
from marsad.exports.wording import speakers
from marsad.ledger.findings import Findings, position
from marsad.ledger.history import revision_of
from marsad.ledger.query import sort_out
from marsad.ledger.records import decode
from marsad.ledger.texts import behind_fold
from marsad.linking.rulings import fold_id
from marsad.model import Claim, Condition, Event, Judgement, Report, Statistic, to_record
from marsad.server.desk import Desk
from marsad.server.problems import missing

Fold = Event | Statistic | Condition
TOLLS = ("killed", "injured", "displaced", "abducted", "detained", "reached", "trucks")
WIDEST = 100_000
"""Characters of a report's text that go with an item; the whole text is at the report's own address."""


def whole(desk: Desk, name: str, kind: str, as_of: int | None) -> dict[str, Any]:
    """An item with everything behind it; records go out as the ledger has them. Raises `Refused` where there is none."""
    behind = behind_fold(desk.ledger, name, as_of=as_of)
    if behind is None or f"{behind.kind}s" != kind:
        raise missing(f"there is no {kind.removesuffix('s')} {name}")
    item = decode(behind.body)
    claims = [(decode(body), body, fold) for body, fold in behind.claims]
    reports = [(marked(decode(body), copy_of), body) for body, copy_of in behind.reports]
    found = sort_out([item], [claim for claim, _, _ in claims], [report for report, _ in reports])
    told = explain(found, name)
    texts = {claim.id: orjson.Fragment(body) for claim, body, _ in claims}
    bodies = {report.id: body for report, body in reports}
    by_id = {r.id: r for r in found.reports}
    return {
        "record": orjson.Fragment(behind.body),
        "revision": behind.seq if as_of is None else revision_of(desk.ledger, name),
        "heading": told.heading,
        "facts": told.facts,
        "because": list(item.because),
        "claims": [texts[c.id] for c in found.claims],
        "reports": [shortened(r, bodies[r.id]) for r in found.reports],
        "citations": list(citations(found.claims, by_id, told.citations)),
        "tolls": list(tolls(found.claims, by_id)),
        "judgements": judged(desk, found, as_of),
        "folds": {claim.id: fold for claim, _, fold in claims if fold},
    }


def marked(report: Report, copy_of: str | None) -> Report:
    return report if report.copy_of == copy_of else replace(report, copy_of=copy_of)


def shortened(report: Report, body: str) -> dict[str, Any]:
    """A report as it is kept, no longer than a page may be, with the number of its characters."""
    record: dict[str, Any] = orjson.loads(body)
    return {**record, "copy_of": report.copy_of, "text": report.text[:WIDEST], "characters": len(report.text)}


def citations(
    claims: Sequence[Claim], reports: Mapping[str, Report], cited: Sequence[Citation]
) -> Iterator[dict[str, Any]]:
    """Each claim in its sentence, the words of each field marked."""
    by_id = {c.id: c for c in claims}
    for one in cited:
        claim = by_id.get(one.claim)
        if claim is None:
            continue
        report = reports[claim.report]
        own = [e for e in claim.evidence if e.field == "claim"]
        yield {
            "claim": claim.id,
            "report": claim.report,
            "source": one.source,
            "says": one.says,
            "states": one.states,
            "stance": claim.stance,
            "published": report.published,
            "start": position(claim),
            "end": max((e.end for e in own), default=0),
            "pieces": [{"words": p.words, "field": p.field} for p in one.pieces],
        }


def tolls(claims: Sequence[Claim], reports: Mapping[str, Report]) -> Iterator[dict[str, Any]]:
    """What each source says of the dead, hurt and displaced, in the order in which it was published."""

    def day(claim: Claim) -> str:
        report = reports.get(claim.report)
        return (report.published or report.anchor.date or "9999") if report else "9999"

    for claim in sorted(claims, key=lambda c: (day(c), c.id)):
        report = reports.get(claim.report)
        for count in claim.counts:
            if count.effect in TOLLS:
                yield {
                    "effect": count.effect,
                    "who": count.who,
                    "low": count.low,
                    "high": count.high,
                    "words": count.words,
                    "speaker": speakers(claim.according_to) or "the report itself",
                    "role": claim.according_to[0].role if claim.according_to else None,
                    "outlet": (report.publisher or report.agency) if report else None,
                    "stance": claim.stance,
                    "day": (report.published or report.anchor.date) if report else None,
                    "claim": claim.id,
                    "report": claim.report,
                }


def judged(desk: Desk, found: Findings, as_of: int | None) -> list[dict[str, Any]]:
    """The judgements on the items at hand and their claims, and which of them still stand."""
    given = desk.words.all(as_of=as_of)
    if not given:
        return []
    items: list[Fold] = [*found.events, *found.statistics, *found.conditions]
    names = {i.id for i in items} | {c.id for c in found.claims} | {fold_id(c) for c in found.claims}
    own = {j.id for j in given if {j.subject, j.object} & names}
    standing = desk.words.stand(as_of=as_of)
    return [{"judgement": to_record(j), "stands": j.id in standing} for j in given if j.id in own or undoes(j, own)]


def undoes(word: Judgement, own: set[str]) -> bool:
    return word.verb == "undo" and word.subject in own
