"""Judgements over HTTP: one or many, against the revision that the judge has seen; the queue of what to look at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from marsad.commands.judging import fitting, readable
from marsad.ledger.bodies import named
from marsad.ledger.history import head, position
from marsad.ledger.judging import Judged, judge
from marsad.ledger.query import beginning_with
from marsad.model import ConfigError, Judgement, stable_id, to_record
from marsad.server import answers, shapes
from marsad.server.asking import Asking
from marsad.server.clock import patience
from marsad.server.desk import Desk, desk_of
from marsad.server.guard import may, who_asks
from marsad.server.policy import Identity, allowed
from marsad.server.problems import Refused, missing
from marsad.server.selecting import snapshot
from marsad.stages import installed_rules

routes = APIRouter(prefix="/api/v1", tags=["judgements"])
WRITING = 120.0
Verb = Literal["merge", "split", "accept", "reject", "correct", "undo"]
REVIEW = ("merge", "split")


class Word(BaseModel):
    """A judgement to be given."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "verb": "correct",
                    "subject": "evt-99894caf42d42a1c",
                    "field": "killed",
                    "value": "14",
                    "reason": "the hospital's list",
                    "expected": 4711,
                }
            ]
        },
    )

    verb: Verb
    subject: str = Field(max_length=80, description="An event, statistic, condition or claim; of an undo, a judgement.")
    object: str | None = Field(None, max_length=80, description="The second of a merge or split.")
    field: str | None = Field(None, max_length=40, description="Of a correction: killed, date, place, who, …")
    value: str | None = Field(None, max_length=2000, description="Of a correction: 14, 10-14, 14+, 2026-01-12; empty: none.")
    reason: str = Field(min_length=1, max_length=2000)
    expected: int | None = Field(None, ge=0, le=2**62, description="The revision that you have seen: 409 where it has changed.")


class Kept(BaseModel):
    """A judgement as it was kept, its number in the log, the folds that it changed and what they are now."""

    judgement: shapes.JudgementShape
    seq: int
    changed: list[str]
    now: list[Any]


@routes.post(
    "/judgements",
    status_code=201,
    dependencies=may("judge"),
    responses={201: {"model": Kept}, **shapes.failing(404, 409)},
)
def give(request: Request, word: Annotated[Word, Body()]) -> Response:
    """Give a judgement. It is kept for good and folded in at once; `undo` takes it back."""
    desk, who = desk_of(request), who_asks(request)
    return answers.given(kept(desk, take(desk, who, word)), status=201)


class Words(BaseModel):
    """Several judgements, given one after the other."""

    model_config = ConfigDict(extra="forbid")

    judgements: list[Word] = Field(min_length=1, max_length=200)


class Outcome(BaseModel):
    """What became of one of several judgements: as it was kept, or why not."""

    kept: Kept | None = None
    status: int = Field(examples=[201])
    detail: str | None = None


@routes.post(
    "/judgements/bulk", dependencies=may("review"), responses={200: {"model": list[Outcome]}, **shapes.failing()}
)
def give_many(request: Request, words: Annotated[Words, Body()]) -> Response:
    """Give up to 200 judgements. Each stands or fails alone; the answers come in the same order."""
    import json

    from marsad.server.problems import answer

    desk, who = desk_of(request), who_asks(request)
    found: list[dict[str, Any]] = []
    for word in words.judgements:
        try:
            found.append({"kept": kept(desk, take(desk, who, word)), "status": 201, "detail": None})
        except Exception as error:
            response = answer(error)
            detail = json.loads(bytes(response.body))["detail"]
            found.append({"kept": None, "status": response.status_code, "detail": detail})
    return answers.given(found)


def take(desk: Desk, who: Identity, word: Word) -> Judged:
    """Give a judgement to the ledger. Raises `Refused`, `ConfigError` or `StaleError`."""
    check(desk, who, word)
    last = head(desk.ledger)
    parts = (word.verb, word.subject, word.object, word.field, word.value, who.name, word.reason, last.seq if last else 0)
    name = stable_id("jdg", *parts)
    said = Judgement(
        id=name,
        verb=word.verb,
        subject=word.subject,
        object=word.object,
        field=word.field,
        value=word.value,
        by=who.name,
        reason=word.reason.strip(),
        at="",
    )
    with patience(WRITING):
        done = judge(desk.ledger, said, expected=word.expected, **installed_rules())
    snapshot(desk, fresh=True)
    return done


def check(desk: Desk, who: Identity, word: Word) -> None:
    """Refuse a judgement that makes no sense, or that the caller may not give."""
    if not word.reason.strip():
        raise ConfigError("a judgement needs a reason")
    if word.verb in REVIEW and not allowed(who, "review"):
        raise Refused(403, "not_allowed", f"{who.name} may not {word.verb}: a reviewer may")
    if word.verb == "undo":
        earlier = next((j for j in desk.words.all() if j.id == word.subject), None)
        if earlier is None:
            raise missing(f"there is no judgement {word.subject}")
        if earlier.by != who.name and not allowed(who, "review"):
            raise Refused(403, "not_allowed", f"{earlier.by} gave that judgement: a reviewer may undo it")
        return
    for name in (word.subject, word.object):
        if name is not None and (name not in beginning_with(desk.ledger, name, limit=1) or name.startswith("rep-")):
            raise missing(f"there is no claim, event, statistic or condition {name}")
    if word.verb in REVIEW and word.object is None:
        raise ConfigError(f"{word.verb} what with {word.subject}? Name a second one in `object`")
    fitting(desk.ledger, word.subject, word.object)
    if word.verb == "correct":
        if not word.field or word.value is None:
            raise ConfigError("a correction names the `field` and gives the `value`")
        readable(desk.ledger, word.subject, word.field, word.value)


def kept(desk: Desk, done: Judged) -> dict[str, Any]:
    now = named(desk.ledger, done.changed)
    return {
        "judgement": to_record(done.judgement),
        "seq": done.seq,
        "changed": done.changed,
        "now": [answers.loaded(body) for body in now],
    }


class JudgementListing(Asking):
    """Which judgements."""

    subject: str | None = Field(None, max_length=80, description="Those that name this item on either side.")
    by: str | None = Field(None, max_length=80)
    limit: int = Field(100, ge=1, le=1000)
    after: str | None = Field(None, max_length=40, description="The cursor of the page before.")


@routes.get("/judgements", dependencies=may("read"), responses=shapes.giving(shapes.Page[shapes.Given]))
def listed(request: Request, asking: Annotated[JudgementListing, Query()]) -> Response:
    """Judgements, the newest first, with whether each still stands."""
    desk = desk_of(request)
    seq = position(desk.ledger, asking.moment())
    given, standing = desk.words.all(as_of=seq), desk.words.stand(as_of=seq)
    wanted = [j for j in reversed(given) if asking.subject in (None, j.subject, j.object) and asking.by in (None, j.by)]
    start = place(asking.after, len(wanted))
    shown = wanted[start : start + asking.limit]
    after = str(start + asking.limit) if start + asking.limit < len(wanted) else None
    data = [{"judgement": to_record(j), "stands": j.id in standing} for j in shown]
    return answers.given(
        {"data": data, "count": len(data), "total": len(wanted), "after": after, "next": None, "as_of": seq}
    )


def place(after: str | None, most: int) -> int:
    """Where a page begins. Raises `ConfigError` for a cursor that no page gave."""
    if after is None:
        return 0
    if not (after.isascii() and after.isdecimal()):
        raise ConfigError(f"{after!r} is no cursor of a page")
    return min(int(after), most)


@routes.get("/judgements/agreement", dependencies=may("read"), responses=shapes.giving(dict[str, Any]))
def agreement(
    request: Request,
    one: Annotated[str, Query(max_length=80, description="A coder.")],
    other: Annotated[str, Query(max_length=80, description="Another coder.")],
) -> Response:
    """Cohen's kappa of two coders over the items that both accepted or rejected, by the last word of each."""
    words = desk_of(request).words
    standing = words.stand()
    given = [j for j in words.all() if j.id in standing]
    return answers.given(kappa(last_words(given, one), last_words(given, other)))


def last_words(given: Sequence[Judgement], by: str) -> dict[str, str]:
    """What somebody last said of each item: accept or reject."""
    return OrderedDict((j.subject, j.verb) for j in given if j.by == by and j.verb in ("accept", "reject"))


def kappa(one: dict[str, str], other: dict[str, str]) -> dict[str, Any]:
    """Agreement beyond chance; `kappa` is null where both say one and the same of everything, or share nothing.

    >>> kappa({"a": "accept", "b": "reject"}, {"a": "accept", "b": "reject"})["kappa"]
    1.0
    """
    both = sorted(one.keys() & other.keys())
    table = {f"{x}/{y}": sum(one[i] == x and other[i] == y for i in both) for x in VERDICTS for y in VERDICTS}
    if not both:
        return {"items": 0, "agree": None, "kappa": None, "table": table, "differ": []}
    agree = sum(one[i] == other[i] for i in both) / len(both)
    chance = sum(sum(one[i] == v for i in both) * sum(other[i] == v for i in both) for v in VERDICTS) / len(both) ** 2
    value = None if chance == 1 else round((agree - chance) / (1 - chance), 4)
    differ = [i for i in both if one[i] != other[i]]
    return {"items": len(both), "agree": round(agree, 4), "kappa": value, "table": table, "differ": differ}


VERDICTS = ("accept", "reject")


@routes.get("/judgements/{name}", dependencies=may("read"), responses=shapes.giving(shapes.Given, failing_with=(404,)))
def one_judgement(request: Request, name: Annotated[str, Path(max_length=80)]) -> Response:
    """One judgement."""
    words = desk_of(request).words
    found = next((j for j in words.all() if j.id == name), None)
    if found is None:
        raise missing(f"there is no judgement {name}")
    return answers.given({"judgement": to_record(found), "stands": found.id in words.stand()})
