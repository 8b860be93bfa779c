"""What a browser sees: the built web app where it is there, else a page that says how to use the API."""

from __future__ import annotations

import html
import mimetypes
from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from marsad.server import answers, ogc
from marsad.server.guard import may
from marsad.server.problems import missing

HERE = Path(__file__).parent / "static"
KINDS = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json"}
KINDS |= {".html": "text/html", ".svg": "image/svg+xml", ".geojson": "application/geo+json", ".woff2": "font/woff2"}
KINDS |= {".png": "image/png", ".ico": "image/x-icon", ".webmanifest": "application/manifest+json", ".wasm": "application/wasm"}
DATA = ("/api", "/oauth", "/ogc", "/collections", "/conformance", "/openapi.json", "/feeds", "/signed")


def files_in(folder: Path | None) -> dict[str, Path]:
    """The files of a built web app by their path from it; nothing where there is no `index.html`."""
    where = folder or HERE
    if not (where / "index.html").is_file():
        return {}
    return {p.relative_to(where).as_posix(): p for p in sorted(where.rglob("*")) if p.is_file() and not p.is_symlink()}


def kind_of(path: Path) -> str:
    """The media type of a file of the app."""
    return KINDS.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def front(folder: Path | None, name: str) -> APIRouter:
    """The routes of the app's files. What is no file is the app itself, which finds its way by the address; data never is."""
    routes = APIRouter(include_in_schema=False)
    files = files_in(folder)

    @routes.get("/{path:path}", dependencies=may("enter"))
    def page(request: Request, path: str) -> Response:
        if path == "" and answers.JSON in request.headers.get("accept", ""):
            return ogc.landing(request)
        if not files and path in ("", "index.html"):
            return HTMLResponse(welcome(request.app.openapi(), name))
        found = files.get(path or "index.html")
        if found is None and not request.url.path.startswith(DATA) and "text/html" in request.headers.get("accept", ""):
            found = files.get("index.html")
        if found is None:
            raise missing("there is nothing at this address: /openapi.json lists all")
        lasting = path.startswith("assets/")
        headers = {"Cache-Control": "public, max-age=31536000, immutable" if lasting else "no-cache"}
        return FileResponse(found, headers=headers, media_type=kind_of(found))

    return routes


def welcome(schema: Mapping[str, dict[str, dict[str, dict[str, str]]]], name: str) -> str:
    """A page without scripts: what can be asked for."""
    lines = []
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            words = told.get("description", "").split("\n")[0]
            lines.append(
                f"<tr><td>{html.escape(method.upper())}</td><td><code>{html.escape(path)}</code></td><td>{html.escape(words)}</td></tr>"
            )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Marsad</title></head><body>'
        f"<h1>Marsad</h1><p>The record in {html.escape(name)} is served here. The web app is not built in; the interface is:</p>"
        '<p><a href="/openapi.json">/openapi.json</a> describes all of it. Try '
        '<a href="/api/v1/events?limit=5">/api/v1/events?limit=5</a>, <a href="/api/v1/board">/api/v1/board</a>, '
        '<a href="/api/v1/events.csv">/api/v1/events.csv</a>.</p>'
        f"<table><tbody>{''.join(lines)}</tbody></table></body></html>"
    )
