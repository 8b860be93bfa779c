"""Adding reports over HTTP: a text or files in, the coded record out, with what was wrong; kept where the caller asks for it."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Body, File, Form, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field, model_validator

from marsad.api import iso_date, story
from marsad.ledger.findings import Findings
from marsad.model import Capture, Problem, to_record
from marsad.server import answers, shapes
from marsad.server.asking import DAY
from marsad.server.desk import Desk, desk_of
from marsad.server.guard import may
from marsad.server.problems import Refused

routes = APIRouter(prefix="/api/v1", tags=["adding"])
LONGEST = 200_000
MOST_FILES = 20


class Text(BaseModel):
    """A text to be coded, or the address of a page."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "title": "Drone strike in Dilling",
                    "text": "A drone strike on a market in Dilling on Monday killed at least 18 people, a hospital said.",
                    "published": "2026-02-18",
                },
                {"address": "https://news.example/2026/dilling.html"},
            ]
        },
    )

    text: str | None = Field(None, min_length=1, max_length=LONGEST)
    title: str | None = Field(None, max_length=1000)
    address: str | None = Field(None, min_length=1, max_length=2000, description="Of a page to be fetched, instead of a text.")
    published: str | None = Field(None, pattern=DAY, description="The day to read relative dates against.")
    keep: bool = Field(False, description="Keep it in the ledger, and join it with what is there.")

    @model_validator(mode="after")
    def one_of_both(self) -> Text:
        if (self.text is None) == (self.address is None):
            raise ValueError("give either a text or an address")
        if self.address is not None and self.title is not None:
            raise ValueError("a page has its own title: leave it out with an address")
        return self


class Coded(BaseModel):
    """What was found, in the order in which every export has it, and what was wrong with the input."""

    kept: bool
    records: list[Any] = Field(description="Reports, each with its claims behind it, then events, statistics and conditions.")
    problems: list[shapes.ProblemShape]
    address: str | None = Field(None, description="Where a page came from in the end.")


@routes.post("/code", dependencies=may("code"), responses={200: {"model": Coded}, **shapes.failing(413)})
def code_text(request: Request, given: Annotated[Text, Body()]) -> Response:
    """Code a text in hand, or the page at an address. Nothing is kept unless `keep` says so.

    A page is fetched where the server may (`fetch` of /api/v1/me): robots.txt is obeyed, addresses inside a network are refused.
    One that can't be had is a problem, and there are no records.
    """
    desk = desk_of(request)
    if given.address is None:
        return answers.given(coded(desk, [story(given.text or "", given.title)], iso_date(given.published), given.keep))
    if not desk.settings.fetch:
        raise Refused(403, "no_fetching", "this server fetches no pages: paste the text, or start it with --fetch")
    published = iso_date(given.published)
    found = desk.pages.fetch(given.address)
    if isinstance(found, Problem):
        return answers.given({"kept": False, "records": [], "problems": [to_record(found)], "address": None})
    return answers.given({**coded(desk, [found], published, given.keep), "address": found.url})


@routes.post("/code/files", dependencies=may("code"), responses={200: {"model": Coded}, **shapes.failing(413)})
def code_files(
    request: Request,
    files: Annotated[list[UploadFile], File(description="Text, saved pages, PDF, DOCX, JSON Lines, feeds.")],
    published: Annotated[str | None, Form(pattern=DAY)] = None,
    keep: Annotated[bool, Form()] = False,
) -> Response:
    """Code files, up to 20 at once."""
    desk = desk_of(request)
    if len(files) > MOST_FILES:
        raise Refused(413, "too_many", f"at most {MOST_FILES} files at once")
    captures = [capture_of(upload) for upload in files]
    return answers.given(coded(desk, captures, iso_date(published), keep))


def capture_of(upload: UploadFile) -> Capture:
    """A file that was sent, as bytes with a name."""
    body = upload.file.read()
    name = (upload.filename or "file").replace("\\", "/").rsplit("/", 1)[-1][:200] or "file"
    clean = "".join(c if c.isprintable() else "\ufffd" for c in name)
    return Capture(id=hashlib.sha256(body).hexdigest(), origin=clean, body=body, media_type=upload.content_type)


def coded(desk: Desk, captures: list[Capture], published: str | None, keep: bool) -> dict[str, Any]:
    """The record of some captures."""
    found: Findings = desk.bench.code(captures, published=published, ledger=desk.ledger if keep else None)
    records = [to_record(r) for r in found.records()]
    return {
        "kept": keep,
        "records": [r for r in records if r["kind"] != "problem"],
        "problems": [r for r in records if r["kind"] == "problem"],
        "address": None,
    }
