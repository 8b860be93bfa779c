"""Findings as flat rows with typed cells: what CSV, data frames and spreadsheets are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from marsad.exports import wording
from marsad.ledger.findings import Findings
from marsad.model import Actor, Claim, Condition, Event, Place, Report, Speaker, Statistic

Cell = str | int | float | bool | None
Row = dict[str, Cell]
Kind = Literal["events", "statistics", "conditions", "claims", "reports", "problems"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def columns(words: str) -> tuple[str, ...]:
    """Column names from a line of them."""
    return tuple(words.split())


PLACE = "place admin1 country latitude longitude geo_precision place_id"
COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    "events": columns(
        "id event_type sub_event_type date_first date_last time_precision who who_kind whom whom_kind"
        f" {PLACE} killed_low killed_best killed_high injured_low injured_best injured_high"
        " civilian_targeting disputed background confidence sources reports claims sentence"
    ),
    "statistics": columns(
        f"id measure low high first last event_type sub_event_type who whom {PLACE} according_to claims sentence"
    ),
    "conditions": columns(f"id subject state since until precision who {PLACE} according_to disputed_by claims sentence"),
    "claims": columns(
        "id report scope event_type sub_event_type subject state measure low high first last until precision"
        f" who whom {PLACE} killed_low killed_high injured_low injured_high according_to stance status background"
        " confidence start end sentence"
    ),
    "reports": columns(
        "id external_id origin title publisher agency author published anchor anchor_basis language url copy_of characters"
    ),
    "problems": columns("stage code message at"),
}


def rows(found: Findings, kind: Kind) -> list[Row]:
    """One row an item of that kind, every column of `COLUMNS[kind]` present and in order.

    Raises `KeyError` for an unknown kind.
    """
    quotes = {c.id: sentence(c) for c in found.claims}
    made: Iterable[Row]
    if kind == "events":
        made = (event_row(e, quotes) for e in found.events)
    elif kind == "statistics":
        made = (statistic_row(s, quotes) for s in found.statistics)
    elif kind == "conditions":
        made = (condition_row(c, quotes) for c in found.conditions)
    elif kind == "claims":
        made = (claim_row(c) for c in found.claims)
    elif kind == "reports":
        made = (report_row(r) for r in found.reports)
    else:
        made = ({"stage": p.stage, "code": p.code, "message": p.message, "at": p.at} for p in found.problems)
    return [{column: row.get(column) for column in COLUMNS[kind]} for row in made]


def sentence(claim: Claim) -> str:
    """The claim's own sentence or clause, on one line."""
    return " ".join(" ".join(e.quote.split()) for e in claim.evidence if e.field == "claim")


def quoted(claims: Iterable[str], quotes: Mapping[str, str]) -> str:
    """The sentences of those claims, each once."""
    return " | ".join(dict.fromkeys(quotes[c] for c in claims if quotes.get(c)))


def event_row(event: Event, quotes: Mapping[str, str]) -> Row:
    return {
        "id": event.id,
        "event_type": event.event_type,
        "sub_event_type": event.sub_event_type,
        "date_first": event.date_first,
        "date_last": event.date_last,
        "time_precision": event.time_precision,
        "who": names(event.who),
        "who_kind": kinds(event.who),
        "whom": names(event.whom),
        "whom_kind": kinds(event.whom),
        **place_cells(event.place),
        "killed_low": event.killed.low,
        "killed_best": event.killed.best,
        "killed_high": event.killed.high,
        "injured_low": event.injured.low,
        "injured_best": event.injured.best,
        "injured_high": event.injured.high,
        "civilian_targeting": event.civilian_targeting,
        "disputed": joined(event.disputed),
        "background": event.background,
        "confidence": event.confidence,
        "sources": joined(event.sources),
        "reports": joined(event.reports),
        "claims": joined(event.claims),
        "sentence": quoted(event.claims, quotes),
    }


def statistic_row(item: Statistic, quotes: Mapping[str, str]) -> Row:
    return {
        "id": item.id,
        "measure": item.measure,
        "low": item.low,
        "high": item.high,
        "first": item.first,
        "last": item.last,
        "event_type": item.event_type,
        "sub_event_type": item.sub_event_type,
        "who": names(item.who),
        "whom": names(item.whom),
        **place_cells(item.place),
        "according_to": said_by(item.according_to),
        "claims": joined(item.claims),
        "sentence": quoted(item.claims, quotes),
    }


def condition_row(item: Condition, quotes: Mapping[str, str]) -> Row:
    return {
        "id": item.id,
        "subject": item.subject,
        "state": item.state,
        "since": item.since,
        "until": item.until,
        "precision": item.precision,
        "who": names(item.who),
        **place_cells(item.place),
        "according_to": said_by(item.according_to),
        "disputed_by": said_by(item.disputed_by),
        "claims": joined(item.claims),
        "sentence": quoted(item.claims, quotes),
    }


def claim_row(claim: Claim) -> Row:
    tolls = {effect: next((c for c in claim.counts if c.effect == effect), None) for effect in ("killed", "injured")}
    cited = [e for e in claim.evidence if e.field == "claim"]
    row: Row = {
        "id": claim.id,
        "report": claim.report,
        "scope": claim.scope,
        "event_type": claim.event_type,
        "sub_event_type": claim.sub_event_type,
        "subject": claim.condition.subject if claim.condition else None,
        "state": claim.condition.state if claim.condition else None,
        "measure": claim.measure,
        "low": claim.value.low if claim.value else None,
        "high": claim.value.high if claim.value else None,
        "first": claim.when.first,
        "last": claim.when.last,
        "until": claim.when.until,
        "precision": claim.when.precision,
        "who": names(claim.who),
        "whom": names(claim.whom),
        **place_cells(claim.where[0] if claim.where else None),
        "according_to": said_by(claim.according_to),
        "stance": claim.stance,
        "status": claim.status,
        "background": claim.background,
        "confidence": claim.confidence,
        "start": cited[0].start if cited else None,
        "end": cited[0].end if cited else None,
        "sentence": sentence(claim),
    }
    for effect, figure in tolls.items():
        row[f"{effect}_low"], row[f"{effect}_high"] = (figure.low, figure.high) if figure else (None, None)
    return row


def report_row(report: Report) -> Row:
    return {
        "id": report.id,
        "external_id": report.external_id,
        "origin": report.origin,
        "title": report.title,
        "publisher": report.publisher,
        "agency": report.agency,
        "author": report.author,
        "published": report.published,
        "anchor": report.anchor.date,
        "anchor_basis": report.anchor.basis,
        "language": report.language,
        "url": report.url,
        "copy_of": report.copy_of,
        "characters": len(report.text),
    }


def place_cells(where: Place | None) -> Row:
    """Seven columns of a place; empty where none is known."""
    if where is None:
        return {}
    return {
        "place": where.name,
        "admin1": where.admin1,
        "country": where.country,
        "latitude": where.latitude,
        "longitude": where.longitude,
        "geo_precision": where.precision,
        "place_id": where.id,
    }


def names(group: Iterable[Actor]) -> str | None:
    return joined(a.name for a in group)


def kinds(group: Iterable[Actor]) -> str | None:
    return joined(a.kind for a in group if a.kind)


def said_by(group: Iterable[Speaker]) -> str | None:
    return joined(wording.speakers([s]) for s in group)


def joined(words: Iterable[str]) -> str | None:
    """Words in one cell, each once, `; ` between them; `None` where there are none."""
    return "; ".join(dict.fromkeys(words)) or None
