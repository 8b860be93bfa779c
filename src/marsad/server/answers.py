"""Answers: JSON put together from the ledger's own text, pages with their cursors, and the formats that may be asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import Request, Response

from marsad.ledger.bodies import Bodies, Body

JSON = "application/json"
MEDIA: Mapping[str, str] = {
    "json": JSON,
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "acled-csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
    "gpkg": "application/geopackage+sqlite3",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "atom": "application/atom+xml; charset=utf-8",
}
ACCEPTED: Mapping[str, str] = {
    JSON: "json",
    "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
    "application/jsonlines": "jsonl",
    "text/csv": "csv",
    "application/geo+json": "geojson",
    "application/vnd.apache.parquet": "parquet",
    "application/geopackage+sqlite3": "gpkg",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/atom+xml": "atom",
}


def given(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A value as JSON."""
    return Response(orjson.dumps(value, default=str), status, dict(headers or {}), JSON)


def with_revision(body: Body) -> str:
    """A record with the number of its revision, which judgements are given against."""
    return f'{body.text[:-1]},"revision":{body.seq}}}'


def page(request: Request, found: Bodies, *, total: int | None = None, query: Mapping[str, Any] | None = None) -> Response:
    """A page of records: `data`, `count`, `total` where asked for, `after` and `next` for the page behind it, `as_of`."""
    link = None
    if found.after is not None:
        asked = dict(query if query is not None else request.query_params)
        link = f"{request.url.path}?{urlencode({**asked, 'after': found.after})}"
    tail = {"count": len(found.items), "total": total, "after": found.after, "next": link, "as_of": found.seq}
    data = ",".join([with_revision(body) for body in found.items])
    body = b'{"data":[' + data.encode() + b"]," + orjson.dumps(tail)[1:]
    headers = {"Link": f'<{link}>; rel="next"'} if link else {}
    return Response(body, 200, headers, JSON)


def wanted_form(request: Request, forms: Sequence[str]) -> str:
    """The format that a request's `Accept` asks for: the first that we have, by weight; JSON where it names none of ours."""
    best, weight = "json", 0.0
    for part in request.headers.get("accept", "").split(",")[:20]:
        kind, *rest = (p.strip().lower() for p in part.split(";"))
        form = ACCEPTED.get(kind)
        q = next((number(p[2:]) for p in rest if p.startswith("q=")), 1.0)
        if form in forms and form is not None and q > weight:
            best, weight = form, q
    return best


def number(words: str) -> float:
    try:
        return float(words)
    except ValueError:
        return 0.0


def loaded(body: Body) -> dict[str, Any]:
    """A record as an object, with the number of its revision."""
    record: dict[str, Any] = orjson.loads(body.text)
    return {**record, "revision": body.seq}
