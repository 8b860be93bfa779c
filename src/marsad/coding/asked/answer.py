"""What a server may answer: the JSON schema, made of the codebook's closed lists, and the reading of an answer by it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, GetCoreSchemaHandler, TypeAdapter, ValidationError

from marsad.codebook.words import CONDITIONS, EFFECTS, MEASURES, SCOPES, SPEAKER_ROLES, STANCES, STATUSES, SUB_EVENT_TYPES

MOST_CLAIMS = 200
THOUGHT = re.compile(r"\A\s*<think>.{0,400000}?</think>", re.DOTALL)
STRICT = ConfigDict(extra="forbid", strict=True)


class AnswerError(Exception):
    """An answer that can't be read as a whole."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Says that a text is one of a closed list."""

    words: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> Any:
        allowed: Any = Literal
        return handler.generate_schema(allowed[self.words])


STATES = tuple(f"{subject}:{state}" for subject, states in CONDITIONS.items() for state in states)
Words = Annotated[str, Field(min_length=1, max_length=300)]
Quote = Annotated[str, Field(min_length=1, max_length=2500)]
Number = Annotated[int, Field(ge=0, le=10**12)]
Few = Field(max_length=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidCount:
    """A number of people or things, as the server gives it."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    effect: Annotated[str, OneOf(EFFECTS)]
    words: Words
    low: Number | None = None
    high: Number | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidSpeaker:
    """Who says so, as the server gives it."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    words: Words
    role: Annotated[str, OneOf(SPEAKER_ROLES)] = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidValue:
    """The figure of a statistic, as the server gives it."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    words: Words
    low: Number | None = None
    high: Number | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidClaim:
    """One claim as the server gives it. Everything in it but the closed words is a quotation of the report."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    quote: Quote
    scope: Annotated[str, OneOf(SCOPES)]
    sub_event_type: Annotated[str, OneOf(SUB_EVENT_TYPES)] | None = None
    condition: Annotated[str, OneOf(STATES)] | None = None
    measure: Annotated[str, OneOf(MEASURES)] | None = None
    value: SaidValue | None = None
    who: Annotated[tuple[Words, ...], Few] = ()
    whom: Annotated[tuple[Words, ...], Few] = ()
    where: Annotated[tuple[Words, ...], Few] = ()
    when: Annotated[tuple[Words, ...], Few] = ()
    counts: Annotated[tuple[SaidCount, ...], Few] = ()
    according_to: Annotated[tuple[SaidSpeaker, ...], Few] = ()
    stance: Annotated[str, OneOf(STANCES)] = "asserts"
    status: Annotated[str, OneOf(STATUSES)] = "happened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The claims that fit the schema, and for each of the others why it doesn't."""

    claims: tuple[SaidClaim, ...]
    refused: tuple[str, ...] = ()


@cache
def _reader() -> TypeAdapter[SaidClaim]:
    return TypeAdapter(SaidClaim)


@cache
def schema() -> dict[str, Any]:
    """The JSON schema of an answer, as servers with strict schemas want it: every property required, no other allowed.

    >>> schema()["required"]
    ['claims']
    """
    claim = _reader().json_schema()
    defined = claim.pop("$defs")
    whole = {
        "type": "object",
        "properties": {"claims": {"type": "array", "items": {"$ref": "#/$defs/SaidClaim"}, "maxItems": MOST_CLAIMS}},
        "$defs": {**defined, "SaidClaim": claim},
    }
    _tighten(whole)
    return whole


def _tighten(part: Any) -> None:
    """Make every property of every object required and without a default, in place."""
    if isinstance(part, list):
        for item in part:
            _tighten(item)
    if not isinstance(part, dict):
        return
    for name in ("default", "title", "description"):
        if not isinstance(part.get(name), dict):
            part.pop(name, None)
    if part.get("type") == "object" and "properties" in part:
        part["required"] = list(part["properties"])
        part["additionalProperties"] = False
    for item in part.values():
        _tighten(item)


def read_answer(content: str) -> Answer:
    """The claims of an answer, each read by itself: one that doesn't fit spoils no other.

    Words around the JSON (a fence, thoughts) are left out. Raises `AnswerError` where there is no object with a list `claims`.

    >>> read_answer('{"claims": [{"quote": "Two died.", "scope": "incident", "sub_event_type": "Attack"}]}').claims[0].quote
    'Two died.'
    """
    content = THOUGHT.sub("", content)
    first, last = content.find("{"), content.rfind("}")
    if first < 0:
        raise AnswerError("the answer holds no JSON object")
    try:
        whole = json.loads(content[first : last + 1] if last > first else content[first:])
    except (ValueError, RecursionError) as error:
        raise AnswerError("the answer is no JSON, or only half of it") from error
    items = whole.get("claims") if isinstance(whole, dict) else None
    if not isinstance(items, list):
        raise AnswerError("the answer has no list of claims")
    return _read_items(items)


def _read_items(items: Sequence[object]) -> Answer:
    claims: list[SaidClaim] = []
    refused: list[str] = []
    for item in items[:MOST_CLAIMS]:
        try:
            claims.append(_reader().validate_json(json.dumps(item)))
        except (ValidationError, ValueError, RecursionError) as error:
            refused.append(_why(error))
    if len(items) > MOST_CLAIMS:
        refused.append(f"{len(items) - MOST_CLAIMS} claims more than the {MOST_CLAIMS} that are read")
    return Answer(claims=tuple(claims), refused=tuple(refused))


def _why(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return "it can't be read"
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"][:4])[:60]
    return f"{where or 'it'}: {first['type']}"
