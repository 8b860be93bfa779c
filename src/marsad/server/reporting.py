"""Situation reports over HTTP: a file in the format asked for, made one at a time and remembered while nothing changes."""

from __future__ import annotations

import threading
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from marsad.analysis.situation_reading import Question, position
from marsad.model import ConfigError
from marsad.reporting import earlier_of, make
from marsad.server import shapes
from marsad.server.asking import DAY, Asking, code_of
from marsad.server.clock import patience
from marsad.server.desk import Desk, desk_of
from marsad.server.guard import may

routes = APIRouter(prefix="/api/v1", tags=["export"])
Form = Literal["html", "pdf", "docx", "xlsx", "md"]
MEDIA = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown; charset=utf-8",
}
SECONDS = 60.0
"""How long one query of a report may take, and how long a report waits for the one before it."""
TURN = threading.Lock()


class ReportAsking(Asking):
    """Of which country and days a report is, in which language, and what it is compared with."""

    country: str = Field(max_length=100, description="Name or ISO code.", examples=["SDN"])
    since: str = Field(alias="from", pattern=DAY, description="The first day.", examples=["2026-02-01"])
    until: str = Field(alias="to", pattern=DAY, description="The last day.", examples=["2026-02-28"])
    place: str | None = Field(None, max_length=200, description="Part of a place's or region's name.")
    language: Literal["en", "ar"] = "en"
    at: str | None = Field(None, pattern=DAY, description="The day of the access board; the last day where none is given.")
    previous: str | None = Field(
        None, max_length=80, description="A release, a day, a time or a number of the log: what changed since it."
    )
    public: bool = Field(False, description="For anybody: no private persons, places and days as coarse as the policy says.")


@routes.get("/report.{form}", dependencies=may("read"), responses=shapes.giving(str, *dict.fromkeys(MEDIA.values())))
def report_file(request: Request, form: Annotated[Form, Path()], asking: Annotated[ReportAsking, Query()]) -> Response:
    """A situation report as a file: .html, .pdf, .docx, .xlsx or .md."""
    desk = desk_of(request)
    code = code_of(asking.country)
    question = Question(country=code, since=asking.since, until=asking.until, place=asking.place or None, at=asking.at).checked()
    name = f"situation-{code}-{question.since}-{question.until}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(body_of(desk, question, form, asking), 200, headers, MEDIA[form])


def body_of(desk: Desk, question: Question, form: str, asking: ReportAsking) -> bytes:
    """The report's bytes: made now, or those that were made of the same facts before."""
    with patience(SECONDS):
        seq = position(desk.ledger, asking.moment())
        words = (asking.language, asking.previous, asking.public, form)
        key = f"report {seq} {question!r} {words!r}"
        known = desk.answers.get(key)
        if known is not None:
            return known
        if not TURN.acquire(timeout=SECONDS):
            raise ConfigError("another report is being made: ask again in a minute")
        try:
            earlier = earlier_of(desk.ledger, asking.previous) if asking.previous else None
            made = make(
                desk.ledger,
                question,
                form=form,
                language=asking.language,
                as_of=seq,
                earlier=earlier,
                public=asking.public,
            )
            return desk.answers.put(key, made)
        finally:
            TURN.release()
