"""The shapes of answers, for the OpenAPI: those of the record are made from its own types, so that they can't differ."""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from marsad.model import Claim, Condition, Event, Judgement, Problem, Report, Statistic
from marsad.server.problems import Details

T = TypeVar("T")


MADE: dict[type[Any], type[BaseModel]] = {}


def shape(cls: type[Any]) -> type[BaseModel]:
    """A type of the record as a pydantic model, made once; `class_` becomes `class`."""
    if cls not in MADE:
        MADE[cls] = made(cls)
    return MADE[cls]


def made(cls: type[Any]) -> type[BaseModel]:
    hints = get_type_hints(cls)
    fields: dict[str, Any] = {}
    for each in dataclasses.fields(cls):
        alias = each.name.rstrip("_")
        needed = each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
        fields[each.name] = (shaped(hints[each.name]), Field(... if needed else default_of(each), alias=alias))
    config = ConfigDict(populate_by_name=True, title=cls.__name__)
    return create_model(cls.__name__, __config__=config, __doc__=cls.__doc__, **fields)


def default_of(each: dataclasses.Field[Any]) -> Any:
    return None if dataclasses.is_dataclass(each.default) else list(each.default) if each.default == () else each.default


def shaped(hint: Any) -> Any:
    origin = get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        inner = [shaped(a) for a in get_args(hint)]
        return typing.Union[tuple(inner)]  # noqa: UP007
    if origin is tuple:
        return list[shaped(get_args(hint)[0])]  # type: ignore[misc]
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return shape(hint)
    return hint


class Revised(BaseModel):
    """A record has its kind, and the number of its revision: judgements are given against it."""

    kind: str
    revision: int = Field(examples=[4711])


def revised(cls: type[Any]) -> type[BaseModel]:
    """The shape of a record as listings have it."""
    return create_model(f"{cls.__name__}Record", __base__=(shape(cls), Revised))


EventRecord: Any = revised(Event)
StatisticRecord: Any = revised(Statistic)
ConditionRecord: Any = revised(Condition)
ClaimRecord: Any = revised(Claim)
ReportRecord: Any = revised(Report)
JudgementShape: Any = shape(Judgement)
ProblemShape: Any = shape(Problem)


class Page(BaseModel, Generic[T]):
    """A page of a listing. `after` is the cursor of the next page, `next` its address; `as_of` the number of the log."""

    data: list[T]
    count: int = Field(examples=[1])
    total: int | None = Field(None, description="How many match, where `total=true` asks for it.")
    after: str | None = None
    next: str | None = None
    as_of: int = Field(examples=[4711])


class Piece(BaseModel):
    """Words of a sentence and the field of the claim that they state."""

    words: str = Field(examples=["Dilling"])
    field: str | None = Field(None, examples=["where"])


class Citation(BaseModel):
    """A claim in its sentence. `start` and `end` are offsets into the report's text, in Unicode code points."""

    claim: str
    report: str
    source: str
    says: str = Field(examples=["said by the governor (official)"])
    states: str
    stance: str
    published: str | None
    start: int
    end: int
    pieces: list[Piece]


class Told(BaseModel):
    """A toll as one source tells it."""

    effect: str = Field(examples=["killed"])
    who: str | None = None
    low: int | None
    high: int | None
    words: str
    speaker: str = Field(examples=["a hospital (medical)"])
    role: str | None = None
    outlet: str | None
    stance: str
    day: str | None
    claim: str
    report: str


class Given(BaseModel):
    """A judgement with its number in the log, and whether it still stands."""

    judgement: JudgementShape
    stands: bool


class FieldChange(BaseModel):
    """What a field held before and after a revision."""

    field: str
    before: Any = None
    after: Any = None


class Step(BaseModel):
    """A revision of an item: when, why, by whom (for a judgement), and what it changed."""

    seq: int
    at: str
    why: str
    by: str | None = None
    reason: str | None = None
    judgement: str | None = None
    gone: bool = False
    changes: list[FieldChange]


class RemarkShape(BaseModel):
    """What somebody says about an item, or one field of it, beside the record."""

    id: int
    subject: str
    field: str | None
    by: str
    text: str
    at: float


class Whole(BaseModel):
    """Everything behind one item."""

    record: Any
    revision: int | None
    heading: str
    facts: list[tuple[str, str]]
    because: list[str]
    claims: list[ClaimRecord]
    reports: list[ReportRecord]
    citations: list[Citation]
    tolls: list[Told]
    judgements: list[Given]
    folds: dict[str, str] = Field(description="The event, statistic or condition that each claim is part of now.")


def failing(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route, for the OpenAPI."""
    described = {"model": Details, "content": {"application/problem+json": {}}}
    return dict.fromkeys((400, 401, 403, 422, 429, 503, 504, *statuses), described)


def giving(model: Any, *forms: str, failing_with: tuple[int, ...] = (), example: Any = None) -> dict[int | str, dict[str, Any]]:
    """What a route answers: JSON of a shape, further media types, and errors."""
    content: dict[str, Any] = {form: {"schema": {"type": "string"}} for form in forms}
    if example is not None:
        content["application/json"] = {"example": example}
    return {200: {"model": model, "content": content}, **failing(*failing_with)}
