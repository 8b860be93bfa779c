"""The data types of Marsad, their ids and their invariants.

Standard library only. Every stage of the pipeline takes and gives these types; `None` means "not stated" and never
"error". The field names and their meaning are those of the output contract (`docs/reference/contract.md`).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin, get_type_hints

Scope = Literal["incident", "statistic", "condition"]
Stance = Literal["asserts", "denies", "doubts"]
Status = Literal["happened", "ongoing", "planned", "threatened", "hypothetical"]
TimePrecision = Literal["day", "week", "month", "year", "unknown"]
AnchorBasis = Literal["published", "caller", "inferred", "none"]
AnchorPrecision = Literal["day", "month", "year"]


class MarsadError(Exception):
    """Any failure that Marsad reports to its caller."""


class ConfigError(MarsadError):
    """The installation or a setting is wrong: a missing model, an unknown option, a bad table."""


class SourceError(MarsadError):
    """An input can't be read."""


class StoreError(MarsadError):
    """The ledger can't be read or written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Bad data, kept as data: nothing is dropped in silence.

    `stage` is the package that met it, `code` a word from `docs/reference/problems.md`, `at` the origin (file, address,
    `file#2`), with `:offset` where there is one.
    """

    stage: str
    code: str
    message: str
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of a report's text: `text[start:end] == quote`, in Unicode code points."""

    report: str
    start: int
    end: int
    quote: str

    def check(self, text: str) -> None:
        """Raise `ValueError` where the quote does not stand in `text` at its offsets."""
        if text[self.start : self.end] != self.quote:
            raise ValueError(f"{self.report}[{self.start}:{self.end}] is not {self.quote!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words that state one field of a claim (`claim`, `who`, `where`, `counts.0`, …)."""

    field: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Bytes as they came. `id` is the SHA-256 of the body."""

    id: str
    origin: str
    body: bytes
    url: str | None = None
    fetched: str | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The date that relative dates were read against, and how it was had.

    An inferred date may be known to the month or year only (`precision`; the date is then its last day); `because` are the words
    that it was worked out from.
    """

    date: str | None
    basis: AnchorBasis
    precision: AnchorPrecision = field(default="day", repr=False)
    because: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One story: what the contract calls `report`. `capture` is the id of the bytes it was cut from."""

    id: str
    origin: str
    text: str
    external_id: str | None = None
    capture: str | None = None
    title: str | None = None
    publisher: str | None = None
    agency: str | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None
    published: str | None = None
    anchor: Anchor = Anchor(date=None, basis="none")
    copy_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it or to whom: canonical `name`, the `words` of the text, an ACLED-style `kind`, a stable `id`."""

    name: str
    words: str
    kind: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place as coded. `precision` as ACLED: 1 the very place, 2 near it or part of a larger area, 3 region or country."""

    name: str
    words: str
    country: str | None = None
    admin1: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    precision: int | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The span of days (ISO dates) in which it happened; for a condition when it began, and `until` when it ended."""

    first: str | None = None
    last: str | None = None
    precision: TimePrecision = "unknown"
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number of people or things and what befell them. `low`/`high` are inclusive bounds, `None` where open."""

    effect: str
    who: str | None = None
    low: int | None = None
    high: int | None = None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The figure of a statistic."""

    low: int | None = None
    high: int | None = None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A weapon or a target: the text's `words` and a codebook `class` (`class_` in Python)."""

    words: str
    class_: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who says so."""

    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a condition says: `subject` (siege, border_crossing, …) and `state` (besieged, open, …)."""

    subject: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that one report says: the unit of evidence. Fields as in the contract.

    `uncertain` marks a claim that the coder is not sure enough of to publish: it is kept for a reviewer and is in no fold.
    """

    id: str
    report: str
    scope: Scope
    event_type: str | None = None
    sub_event_type: str | None = None
    condition: State | None = None
    measure: str | None = None
    value: Value | None = None
    who: tuple[Actor, ...] = ()
    whom: tuple[Actor, ...] = ()
    where: tuple[Place, ...] = ()
    when: When = When()
    counts: tuple[Count, ...] = ()
    weapons: tuple[Thing, ...] = ()
    targets: tuple[Thing, ...] = ()
    according_to: tuple[Speaker, ...] = ()
    stance: Stance = "asserts"
    status: Status = "happened"
    background: bool = False
    evidence: tuple[Evidence, ...] = ()
    confidence: float = 0.5
    uncertain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """A range with a best figure; each `None` where nothing states it."""

    low: int | None = None
    best: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An incident as all reports together tell it. `because` says in words why its claims were joined.

    `voices` is how many sources that don't depend on each other assert it, copies of one story counting once; `review` is
    `accepted` where a reviewer accepted it.
    """

    id: str
    event_type: str
    sub_event_type: str
    date_first: str | None = None
    date_last: str | None = None
    time_precision: int = 3
    who: tuple[Actor, ...] = ()
    whom: tuple[Actor, ...] = ()
    place: Place | None = None
    civilian_targeting: bool = False
    killed: Toll = Toll()
    injured: Toll = Toll()
    disputed: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    confidence: float = 0.5
    background: bool = False
    because: tuple[str, ...] = ()
    voices: int = 0
    review: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """A figure over many incidents or a period. Never added to events, and no event is counted into it."""

    id: str
    measure: str
    low: int | None = None
    high: int | None = None
    first: str | None = None
    last: str | None = None
    who: tuple[Actor, ...] = ()
    whom: tuple[Actor, ...] = ()
    place: Place | None = None
    event_type: str | None = None
    sub_event_type: str | None = None
    according_to: tuple[Speaker, ...] = ()
    claims: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    confidence: float = 0.5
    voices: int = 0
    review: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How things stand at a place from some day on, who says so and who disputes it.

    `until` is the day that it ended, `ended_by` the id of the condition that took its place on that day. `told_first` and
    `told_last` are the days of the first and last report that asserts it. `disputed` names what sources that don't depend on each
    other contradict: `state`, `who`, `since` or `until`; `rivals` are the contrary states that were told of the same time.
    """

    id: str
    subject: str
    state: str
    place: Place | None = None
    who: tuple[Actor, ...] = ()
    since: str | None = None
    until: str | None = None
    precision: TimePrecision = "unknown"
    according_to: tuple[Speaker, ...] = ()
    disputed_by: tuple[Speaker, ...] = ()
    claims: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    ended_by: str | None = None
    told_first: str | None = None
    told_last: str | None = None
    disputed: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    confidence: float = 0.5
    voices: int = 0
    review: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A person's word on the record; append-only. `verb` is one of merge, split, accept, reject, correct, undo."""

    id: str
    verb: str
    subject: str
    by: str
    reason: str
    at: str
    object: str | None = None
    field: str | None = None
    value: str | None = None


Record = Report | Claim | Event | Statistic | Condition | Judgement | Problem
KINDS: Mapping[str, type[Any]] = {
    "report": Report,
    "claim": Claim,
    "event": Event,
    "statistic": Statistic,
    "condition": Condition,
    "judgement": Judgement,
    "problem": Problem,
}


def stable_id(kind: str, *parts: object) -> str:
    """A short id that depends on content alone: `kind` and the first 16 hex digits of a SHA-256 over `parts`.

    >>> stable_id("evt", "Sinja", "2026-01-12")
    'evt-99894caf42d42a1c'
    """
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def to_record(item: Any) -> dict[str, Any]:
    """An item as the contract's JSON object, `kind` first. Tuples become lists, `class_` becomes `class`."""
    kind = next((name for name, cls in KINDS.items() if type(item) is cls), None)
    fields = plain(item)
    return {"kind": kind, **fields} if kind else dict(fields)


def plain(value: Any) -> Any:
    """Dataclasses, tuples and mappings as plain JSON values."""
    if value is None or isinstance(value, str):
        return value
    names = _field_names(type(value))
    if names is not None:
        return {written: plain(getattr(value, name)) for name, written in names}
    if isinstance(value, (tuple, list)):
        return [plain(v) for v in value]
    if isinstance(value, Mapping):
        return {k: plain(v) for k, v in value.items()}
    return value


_NAMES: dict[type[Any], tuple[tuple[str, str], ...] | None] = {}


def _field_names(kind: type[Any]) -> tuple[tuple[str, str], ...] | None:
    """A dataclass's fields with the names under which they are written; `None` where it is none."""
    if kind not in _NAMES:
        made = dataclasses.is_dataclass(kind)
        _NAMES[kind] = tuple((f.name, f.name.rstrip("_")) for f in dataclasses.fields(kind)) if made else None
    return _NAMES[kind]


def from_record(record: Mapping[str, Any]) -> Any:
    """The item that `to_record` wrote. Unknown fields are ignored; a missing one takes its default.

    Raises `ValueError` where `kind` is unknown or a field without default is missing.
    """
    cls = KINDS.get(str(record.get("kind")))
    if cls is None:
        raise ValueError(f"unknown kind {record.get('kind')!r}")
    return _build(cls, record)


def _build(cls: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = get_origin(cls)
    if origin in (types.UnionType, typing.Union):
        inner = [a for a in get_args(cls) if a is not type(None)]
        return _build(inner[0], value)
    if origin is tuple:
        return tuple(_build(get_args(cls)[0], v) for v in value)
    if dataclasses.is_dataclass(cls) and isinstance(cls, type):
        hints = _hints(cls)
        given = {f.name: value[f.name.rstrip("_")] for f in dataclasses.fields(cls) if f.name.rstrip("_") in value}
        try:
            return cls(**{k: _build(hints[k], v) for k, v in given.items()})
        except TypeError as error:
            raise ValueError(f"{cls.__name__}: {error}") from error
    return value


_HINTS: dict[type[Any], dict[str, Any]] = {}


def _hints(cls: type[Any]) -> dict[str, Any]:
    if cls not in _HINTS:
        _HINTS[cls] = get_type_hints(cls)
    return _HINTS[cls]


def dump(item: Any) -> str:
    """One line of JSON: the same item gives the same bytes."""
    return json.dumps(to_record(item), ensure_ascii=False, separators=(",", ":"))
