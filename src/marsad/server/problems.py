"""Errors of one shape on every route: problem details as RFC 9457 has them."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from marsad.ledger.accounts import WaitError
from marsad.ledger.store import StaleError
from marsad.model import ConfigError, MarsadError, StoreError

LOG = logging.getLogger("marsad.server")
MEDIA_TYPE = "application/problem+json"
LANGUAGE: ContextVar[str] = ContextVar("language", default="en")
"""The language of whoever asks, for what is told to people."""


class Wrong(BaseModel):
    """One thing that is wrong with a request: where it stands, by name, and what is wrong."""

    within: str = Field(examples=["query"])
    name: str = Field(examples=["since"])
    message: str = Field(examples=["'yesterday' is not a date: write it as 2026-02-18"])


class Details(BaseModel):
    """An error, on every route. `code` is for programs, `detail` for people."""

    type: str = Field("about:blank", examples=["about:blank"])
    title: str = Field(examples=["Bad Request"])
    status: int = Field(examples=[400])
    detail: str = Field(examples=["'yesterday' is not a date: write it as 2026-02-18"])
    code: str = Field(examples=["bad_request"])
    errors: list[Wrong] = Field(default_factory=list)


class Refused(Exception):
    """A request that is answered with an error. `code` is a word for programs."""

    def __init__(self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers = status, code, detail, dict(headers or {})


def missing(what: str) -> Refused:
    """Nothing is there under that name."""
    return Refused(404, "not_found", what)


def problem(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, errors: Sequence[Mapping[str, str]] = ()
) -> Response:
    """An error as a response: the fields of RFC 9457; `success` and `error` are for clients of ACLED's dialect.

    `title` and `detail` are in the reader's language, Arabic where it goes before English; `code` and `error` never change.
    """
    told = arabic().get(code) if LANGUAGE.get() == "ar" else None
    body = {
        "type": "about:blank",
        "title": told[0] if told else HTTPStatus(status).phrase,
        "status": status,
        "detail": told[1] if told else detail,
        "code": code,
        "errors": list(errors),
        "success": False,
        "error": detail,
    }
    spoken = {"Content-Language": "ar"} if told else {}
    return Response(orjson.dumps(body), status, {**(headers or {}), **spoken}, MEDIA_TYPE)


@cache
def arabic() -> Mapping[str, tuple[str, str]]:
    """Title and detail of each code in Arabic."""
    lines = (Path(__file__).parent / "problems_ar.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return {code: (title, detail) for code, title, detail, _ in (line.split("\t") for line in lines)}


def language_of(accepted: str) -> str:
    """`ar` where somebody would rather read Arabic than English, else `en`.

    >>> language_of("ar-SD,ar;q=0.9,en;q=0.8"), language_of("en-GB,en;q=0.9,ar;q=0.5"), language_of("")
    ('ar', 'en', 'en')
    """
    weights = {"ar": 0.0, "en": 0.0}
    for part in accepted[:500].split(","):
        name, _, rest = part.strip().lower().partition(";")
        main = name.partition("-")[0]
        if main in weights:
            weight = re.fullmatch(r"\s*q=([01](?:\.\d{1,3})?)\s*", rest)
            weights[main] = max(weights[main], float(weight[1]) if weight else 1.0)
    return "ar" if weights["ar"] > weights["en"] else "en"


def answer(error: Exception) -> Response:
    """What an exception means to the caller; one that nobody expected says nothing of the inside, and is logged."""
    if isinstance(error, Refused):
        return problem(error.status, error.code, error.detail, headers=error.headers)
    if isinstance(error, RequestValidationError):
        return invalid(error)
    if isinstance(error, WaitError):
        return problem(429, "too_many_tries", str(error), headers={"Retry-After": str(max(1, round(error.seconds)))})
    if isinstance(error, StaleError):
        return problem(409, "stale", str(error))
    if isinstance(error, ConfigError):
        return problem(400, "bad_request", str(error))
    if isinstance(error, StoreError):
        return of_store(error)
    if isinstance(error, MarsadError):
        return problem(422, "unreadable", str(error))
    number = secrets.token_hex(4)
    LOG.error("fault %s: %s", number, type(error).__name__, exc_info=error)
    return problem(500, "fault", f"a fault in the program, logged as {number}")


def of_store(error: StoreError) -> Response:
    """A query that took too long, an item that is not there, or a ledger that can't be read just now."""
    message = str(error)
    if "interrupted" in message or "statement timeout" in message:
        return problem(504, "too_slow", "that takes too long: ask for less, as with a country, dates or a smaller limit")
    if message.startswith("there is no "):
        return problem(404, "not_found", message)
    if error.__cause__ is None:
        return problem(400, "refused", message)
    LOG.error("the ledger: %s", message)
    return problem(503, "unavailable", "the ledger can't be read or written just now", headers={"Retry-After": "5"})


def invalid(error: RequestValidationError) -> Response:
    """Parameters or a body that do not fit: each named."""
    errors = []
    for one in error.errors():
        where = [str(part) for part in one.get("loc", ())]
        errors.append({"within": where[0] if where else "", "name": ".".join(where[1:]), "message": worded(one)})
    first = errors[0] if errors else {"name": "", "message": "it does not fit"}
    return problem(422, "invalid", f"{first['name']}: {first['message']}" if first["name"] else first["message"], errors=errors)


def worded(error: Mapping[str, Any]) -> str:
    if error.get("type") == "extra_forbidden":
        return "there is no such parameter"
    return str(error.get("msg", "it does not fit")).removeprefix("Value error, ")


def install(app: FastAPI) -> None:
    """Have every error of an application answered so."""

    async def refused(request: Request, error: Exception) -> Response:
        return answer(error)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = HTTPStatus(error.status_code).name.lower()
        detail = error.detail if error.detail != HTTPStatus(error.status_code).phrase else explained(error.status_code)
        return problem(error.status_code, code, str(detail), headers=error.headers)

    async def unfit(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return invalid(error)

    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, unfit)
    for kind in (Refused, MarsadError, Exception):
        app.add_exception_handler(kind, refused)


def explained(status: int) -> str:
    words = {404: "there is nothing at this address: /openapi.json lists all", 405: "this address does not take that method"}
    return words.get(status, HTTPStatus(status).description)
