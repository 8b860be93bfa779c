"""An Atom feed of a listing: what is new, for a feed reader."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit
from xml.etree import ElementTree as Tree

from fastapi import Request, Response

from marsad.exports.explanation import heading_of
from marsad.exports.wording import printable
from marsad.ledger.bodies import Bodies, Body
from marsad.ledger.history import moment
from marsad.ledger.records import decode
from marsad.model import Event
from marsad.server import answers

NS = "http://www.w3.org/2005/Atom"
EMPTY = "1970-01-01T00:00:00+00:00"
Tree.register_namespace("", NS)


def feed(request: Request, found: Bodies, kind: str, *, title: str | None = None) -> Response:
    """A page of items as a feed, `updated` by the revision of each."""
    root = Tree.Element(f"{{{NS}}}feed")
    add(root, "title", title or f"Marsad: {kind}")
    add(root, "id", f"urn:marsad:{kind}:{clean(request.url.query)}")
    add(root, "updated", max((stamp(b) for b in found.items), default=EMPTY))
    Tree.SubElement(root, f"{{{NS}}}link", rel="self", href=clean(str(request.url)))
    author = Tree.SubElement(root, f"{{{NS}}}author")
    add(author, "name", "Marsad")
    base = "{0.scheme}://{0.netloc}".format(urlsplit(str(request.base_url)))
    for body in found.items:
        entry(root, body, kind, base)
    return Response(b"<?xml version='1.0' encoding='utf-8'?>\n" + Tree.tostring(root), 200, {}, answers.MEDIA["atom"])


def entry(root: Tree.Element, body: Body, kind: str, base: str) -> None:
    item = decode(body.text)
    node = Tree.SubElement(root, f"{{{NS}}}entry")
    add(node, "title", heading_of(item).removesuffix(f" · {item.id}"))
    add(node, "id", f"urn:marsad:{item.id}")
    add(node, "updated", stamp(body))
    Tree.SubElement(node, f"{{{NS}}}link", rel="alternate", href=f"{base}/#/{kind}/{item.id}")
    Tree.SubElement(node, f"{{{NS}}}link", rel="related", type=answers.JSON, href=f"{base}/api/v1/{kind}/{item.id}")
    if isinstance(item, Event):
        killed = item.killed.best if item.killed.best is not None else item.killed.low
        told = [f"killed: {killed}" if killed is not None else "", f"sources: {', '.join(item.sources)}" if item.sources else ""]
        add(node, "summary", "; ".join(t for t in told if t))


def add(node: Tree.Element, name: str, words: str) -> None:
    Tree.SubElement(node, f"{{{NS}}}{name}").text = clean(words)


def clean(words: str) -> str:
    """Text that XML can hold."""
    return printable(words).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def stamp(body: Body) -> str:
    """When an item was revised last, as Atom writes it."""
    return dt.datetime.fromisoformat(moment(body.at)).isoformat(timespec="seconds")
