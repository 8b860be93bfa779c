"""A form for anybody who finds something wrong or is named where they should not be, and the list in which a desk sees it."""

from __future__ import annotations

import dataclasses
import html
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from marsad.ledger import requests
from marsad.ledger.requests import add_request, answer_request, requests_in
from marsad.model import ConfigError
from marsad.server import answers, shapes
from marsad.server.desk import Desk, desk_of
from marsad.server.guard import may, who_asks
from marsad.server.limits import Limiter
from marsad.server.problems import Refused

routes = APIRouter(tags=["corrections"])
KINDS = {
    "correction": "Something is wrong",
    "removal": "Somebody is named or can be recognised who should not be",
    "other": "Something else",
}
HEADERS = {"Referrer-Policy": "same-origin"}
"""So that a browser says of the form that it is ours: without, it sends `Origin: null`."""
LIMITER = Limiter(rate=1 / 60, burst=5, at_once=4)
"""Five requests at once from one address, then one a minute."""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Ask for a correction</title></head><body><main>
<h1>Ask for a correction</h1>{said}
<p>Say what is wrong in the record, or who should not be named in it. The people who keep it read every request. Nothing that you
write here is published.</p>
<form method="post" action="/corrections">
<p><label for="kind">What is it about?</label><br><select id="kind" name="kind">{kinds}</select></p>
<p><label for="subject">Which record? Its id or address</label><br>
<input id="subject" name="subject" maxlength="300" value="{subject}" size="60"></p>
<p><label for="text">What is wrong, and what is right?</label><br>
<textarea id="text" name="text" maxlength="4000" rows="8" cols="60" required></textarea></p>
<p><label for="contact">How can we reach you? (may be left empty)</label><br>
<input id="contact" name="contact" maxlength="300" size="60"></p>
<p hidden><label for="website">Leave this empty</label><input id="website" name="website" tabindex="-1" autocomplete="off"></p>
<p><button type="submit">Send</button></p>
</form></main></body></html>
"""


class Asked(BaseModel):
    """A request to the desk."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["correction", "removal", "other"] = "correction"
    subject: str = Field("", max_length=requests.LONGEST_LINE, examples=["evt-99894caf42d42a1c"])
    text: str = Field(min_length=1, max_length=requests.LONGEST)
    contact: str = Field("", max_length=requests.LONGEST_LINE)


class Answered(BaseModel):
    """What became of a request."""

    model_config = ConfigDict(extra="forbid")
    status: Literal["done", "refused"]
    note: str = Field("", max_length=requests.LONGEST)


class RequestShape(BaseModel):
    """A request as reviewers see it."""

    id: int
    at: str
    kind: str
    subject: str
    text: str
    contact: str
    status: str
    by: str
    note: str
    answered: str | None


def page(said: str = "", subject: str = "", status: int = 200) -> HTMLResponse:
    kinds = "".join(f'<option value="{name}">{html.escape(words)}</option>' for name, words in KINDS.items())
    told = f'<p role="status"><strong>{html.escape(said)}</strong></p>' if said else ""
    return HTMLResponse(PAGE.format(said=told, kinds=kinds, subject=html.escape(subject[:300], quote=True)), status, HEADERS)


def keep(desk: Desk, request: Request, asked: dict[str, Any]) -> int:
    """Keep a request of an address that has not sent too many. Raises `Refused`, or `ConfigError` for one that is wrong."""
    LIMITER.take(f"corrections from {request.client.host if request.client else ''}", 1.0)
    return add_request(desk.kept(), **asked).id


@routes.get("/corrections", dependencies=may("enter"), include_in_schema=False)
def form(request: Request, subject: Annotated[str, Query(max_length=300)] = "") -> Response:
    """The form."""
    return page(subject=subject)


@routes.post("/corrections", dependencies=may("enter"), include_in_schema=False)
async def sent(request: Request) -> Response:
    """The form, filled in. What a program fills into the field that nobody sees is thanked for and not kept."""
    try:
        given = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=10)
    except ValueError:
        return page("that form can't be read", status=400)
    words = {name: given.get(name, [""])[0] for name in ("kind", "subject", "text", "contact")}
    if not given.get("website"):
        try:
            await run_in_threadpool(keep, desk_of(request), request, words)
        except (ConfigError, Refused) as error:
            status = error.status if isinstance(error, Refused) else 400
            return page(str(error), words["subject"], status)
    return page("Thank you: your request has been kept, and the desk will read it.")


@routes.post("/api/v1/corrections", dependencies=may("enter"), responses=shapes.giving(dict[str, int]), status_code=201)
def ask_for_correction(request: Request, asked: Asked) -> Response:
    """Ask for a correction or a removal; anybody may."""
    return answers.given({"id": keep(desk_of(request), request, asked.model_dump())}, status=201)


@routes.get("/api/v1/corrections", dependencies=may("review"), responses=shapes.giving(list[RequestShape]))
def corrections(request: Request, status: Literal["open", "done", "refused", "all"] = "open") -> Response:
    """What was asked for, the oldest first."""
    found = requests_in(desk_of(request).kept(), status=None if status == "all" else status)
    return answers.given([dataclasses.asdict(r) for r in found])


@routes.post("/api/v1/corrections/{name}", dependencies=may("review"), responses=shapes.giving(RequestShape, failing_with=(404,)))
def answer_correction(request: Request, name: Annotated[str, Path(pattern=r"^[0-9]{1,9}$")], told: Answered) -> Response:
    """Close a request, with what was done."""
    who = who_asks(request).name
    made = answer_request(desk_of(request).kept(), int(name), status=told.status, by=who, note=told.note)
    return answers.given(dataclasses.asdict(made))
