"""Lists of stories: RSS and Atom feeds, sitemaps, the ReliefWeb API and the GDELT DOC API → what each lists, in one form."""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import io
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from marsad.intake.clean import clean_text
from marsad.intake.pages import strip_tags
from marsad.model import Capture, Problem

ListKind = Literal["feed", "sitemap", "reliefweb", "gdelt"]
MAX_LISTED = 50_000
MAX_FIELD = 2_000
MAX_TEXT = 1_000_000
WHOLE = 600  # characters from which on a feed's own text is taken for the story and no longer for its summary
FEED_START = re.compile(rb"<(?:rss|feed|rdf:RDF|channel)\b|<[a-zA-Z][a-zA-Z0-9]{0,15}:feed\b|<\w{0,10}:?RDF\b", re.I)
SITEMAP_START = re.compile(rb"<(?:\w{1,20}:)?(?:urlset|sitemapindex)\b", re.I)
HTML_START = re.compile(rb"<(?:!doctype\s+html|html)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One story as a list tells it. `whole` where `text` is the story and not its summary; `lists` where the address is that of a
    further list. `published` and `changed` are ISO 8601 where they could be read."""

    address: str | None = None
    title: str | None = None
    text: str | None = None
    whole: bool = False
    published: str | None = None
    changed: str | None = None
    author: str | None = None
    publisher: str | None = None
    language: str | None = None
    ident: str | None = None
    lists: bool = False


def list_kind(body: bytes) -> ListKind | None:
    """Whether bytes are a feed or a sitemap, by their first tag.

    >>> list_kind(b"<?xml version='1.0'?><rss version='2.0'><channel>")
    'feed'
    """
    head = body[:20_000]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[:4].count(0) >= 2:
        head = head.replace(b"\0", b"")
    kinds = ((FEED_START, "feed"), (SITEMAP_START, "sitemap"), (HTML_START, None))
    found = [(hit.start(), kind) for pattern, kind in kinds if (hit := pattern.search(head))]
    return min(found, key=lambda pair: pair[0])[1] if found else None  # type: ignore[return-value]


def read_list(
    kind: ListKind, body: bytes, origin: str, *, address: str | None = None, media_type: str | None = None
) -> tuple[list[Listed], list[Problem]]:
    """What a list lists, in its order.

    Problems: `ill_formed` (read as far as it goes), `no_list` (it is no such list), `empty` (it lists nothing), `more`.
    """
    readers = {"feed": read_feed, "sitemap": read_sitemap, "reliefweb": read_reliefweb, "gdelt": read_gdelt}
    found, problems = readers[kind](body, origin, address, media_type)
    if not found and not problems:
        problems = [problem("empty", f"the {kind} lists no story", origin)]
    if len(found) > MAX_LISTED:
        problems.append(problem("more", f"lists more than {MAX_LISTED:,} stories: the rest was left out", origin))
    return found[:MAX_LISTED], problems


Reading = tuple[list[Listed], list[Problem]]


def read_feed(body: bytes, origin: str, address: str | None, media_type: str | None) -> Reading:
    """RSS and Atom of any version, ill-formed ones too."""
    import feedparser

    headers = {"content-type": media_type or "application/xml"}
    if address:
        headers["content-location"] = address
    try:
        read = feedparser.parse(io.BytesIO(body), response_headers=headers)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        return [], [problem("no_list", f"the feed can't be read: {type(error).__name__}: {str(error)[:100]}", origin)]
    fault = read.get("bozo_exception") if read.get("bozo") else None
    entries = [entry_of(entry, read.get("feed", {}), address) for entry in read.get("entries", [])]
    found = [item for item in entries if item.address or item.text or item.title]
    if len(found) < len(entries):
        told = f"{len(entries) - len(found)} of {len(entries)} entries hold neither address, title nor words"
        return found, [problem("no_text", told, origin)]
    harmless = type(fault).__name__ in ("CharacterEncodingOverride", "NonXMLContentType", "NoneType")
    if harmless:
        return found, []
    reason = " ".join(str(fault).split())[:100]
    if not found and not read.get("version"):
        return [], [problem("no_list", f"is no feed: {reason}", origin)]
    return found, [problem("ill_formed", f"the feed is ill-formed and was read as far as it goes: {reason}", origin)]


def entry_of(entry: dict[str, Any], feed: Mapping[str, Any], address: str | None) -> Listed:
    """One entry; its longest text is the story where it is long enough."""
    texts = [part.get("value") for part in entry.get("content", []) if isinstance(part, Mapping)] + [entry.get("summary")]
    text = max((plain_words(t) for t in texts if isinstance(t, str)), key=len, default="")
    link = entry.get("link")
    source = entry.get("source")
    named = source.get("title") if isinstance(source, Mapping) else None
    return Listed(
        address=link.strip()[:MAX_FIELD] if isinstance(link, str) and link.strip() else None,
        title=line(strip_tags(entry["title"])) if isinstance(entry.get("title"), str) else None,
        text=text or None,
        whole=len(text) >= WHOLE,
        published=moment(entry.get("published_parsed"))
        or moment(dict.get(entry, "updated_parsed"))
        or line(entry.get("published")),
        changed=moment(dict.get(entry, "updated_parsed")),  # its own `get` would give the day of publication
        author=line(entry.get("author")),
        publisher=line(named) or line(feed.get("title")),
        language=line(entry.get("language")) or line(feed.get("language")),
        ident=line(entry.get("id")),
    )


def plain_words(text: str) -> str:
    return clean_text(strip_tags(text[:MAX_TEXT]))


def line(value: object) -> str | None:
    """A field as one line without tags, control characters or excess."""
    if not isinstance(value, str):
        return None
    return " ".join(clean_text(value[: MAX_FIELD * 2]).split())[:MAX_FIELD] or None


def moment(value: object) -> str | None:
    """A time of `feedparser` (always UTC) as ISO 8601."""
    if not isinstance(value, time.struct_time):
        return None
    try:
        return dt.datetime.fromtimestamp(calendar.timegm(value), dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return None


def read_sitemap(body: bytes, origin: str, address: str | None, media_type: str | None) -> Reading:
    """Sitemaps and their indexes; newest first where they tell when. No entity is resolved and nothing is loaded."""
    from lxml import etree

    parser = etree.XMLPullParser(
        events=("end",), resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    found: list[Listed] = []
    fault = ""
    try:
        for start in range(0, len(body), 65_536):
            parser.feed(body[start : start + 65_536])
            found += sitemap_entries(parser)
        parser.close()  # what ends only here was cut off
    except (etree.XMLSyntaxError, ValueError) as error:
        fault = str(error)
    fault = fault or (str(parser.error_log[0].message) if len(parser.error_log) else "")
    if not fault:
        return newest_first(found), []
    if not found:
        return [], [problem("no_list", f"is no sitemap: {fault[:100]}", origin)]
    return newest_first(found), [problem("ill_formed", f"the sitemap was read as far as it goes: {fault[:100]}", origin)]


def sitemap_entries(parser: Any) -> list[Listed]:
    found = []
    for _, element in parser.read_events():
        name = local(element)
        if name not in ("url", "sitemap"):
            continue
        told = {local(child): line(child.text) for child in element.iter() if isinstance(child.tag, str)}
        if told.get("loc"):
            found.append(
                Listed(
                    address=told["loc"],
                    title=told.get("title"),
                    published=told.get("publication_date"),
                    changed=told.get("lastmod"),
                    publisher=told.get("name"),
                    language=told.get("language"),
                    lists=name == "sitemap",
                )
            )
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return found


def local(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def newest_first(found: Sequence[Listed]) -> list[Listed]:
    return sorted(found, key=lambda item: item.changed or item.published or "", reverse=True)


def loaded(body: bytes) -> object:
    return json.loads(body.decode("utf-8-sig", "replace"), strict=False)


def read_reliefweb(body: bytes, origin: str, address: str | None, media_type: str | None) -> Reading:
    """An answer of the ReliefWeb API, version 2, to a question for reports."""
    try:
        answer = loaded(body)
        rows = answer["data"] if isinstance(answer, dict) else None
    except (ValueError, KeyError, RecursionError) as error:
        return [], [problem("no_list", f"is no answer of the ReliefWeb API: {str(error)[:100]}", origin)]
    found = [reliefweb_item(row["fields"]) for row in each(rows) if isinstance(row.get("fields"), dict)]
    return [item for item in found if item.address or item.text], []


def reliefweb_item(fields: Mapping[str, Any]) -> Listed:
    date = fields.get("date") if isinstance(fields.get("date"), dict) else {}
    sources = [line(s.get("name")) for s in each(fields.get("source"))]
    languages = [line(s.get("code")) for s in each(fields.get("language"))]
    text = fields.get("body") or fields.get("body-html")
    told = plain_words(text) if isinstance(text, str) else ""
    return Listed(
        address=line(fields.get("url_alias")) or line(fields.get("url")),
        title=line(fields.get("title")),
        text=told or None,
        whole=len(told) >= WHOLE,
        published=line((date or {}).get("original")) or line((date or {}).get("created")),
        changed=line((date or {}).get("changed")),
        publisher=next(filter(None, sources), None),
        language=next(filter(None, languages), None),
    )


def each(rows: object) -> Iterator[dict[str, Any]]:
    return (row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else iter(())


def read_gdelt(body: bytes, origin: str, address: str | None, media_type: str | None) -> Reading:
    """An answer of the GDELT DOC API (`mode=artlist&format=json`). What it can't answer it says in plain words."""
    if not body.strip():
        return [], []
    try:
        answer = loaded(body)
    except (ValueError, RecursionError):
        told = " ".join(body[:200].decode("utf-8", "replace").split())
        return [], [problem("no_list", f"is no answer of the GDELT DOC API: {told}", origin)]
    rows = answer.get("articles") if isinstance(answer, dict) else None
    return [
        Listed(
            address=line(row.get("url")),
            title=line(row.get("title")),
            published=seen_day(row.get("seendate")),
            publisher=None,
        )
        for row in each(rows)
        if line(row.get("url"))
    ], []


def seen_day(value: object) -> str | None:
    """When GDELT first saw it: the day that it was published, near enough.

    >>> seen_day("20260218T121500Z")
    '2026-02-18'
    """
    hit = re.match(r"(\d{4})(\d\d)(\d\d)", value) if isinstance(value, str) else None
    return "-".join(hit.groups()) if hit else None


def as_capture(item: Listed, origin: str) -> Capture | None:
    """The story that a list itself tells, as a line of JSON; `None` where it tells no words but the title."""
    if not item.text:
        return None
    fields = {
        "title": item.title,
        "text": item.text,
        "published": item.published,
        "author": item.author,
        "publisher": item.publisher,
        "language": item.language,
        "url": item.address,
    }
    body = json.dumps({k: v for k, v in fields.items() if v}, ensure_ascii=False).encode("utf-8", "replace")
    return Capture(
        id=hashlib.sha256(body).hexdigest(), origin=origin, body=body, url=item.address, media_type="application/x-ndjson"
    )


def problem(code: str, message: str, at: str) -> Problem:
    return Problem(stage="intake", code=code, message=message, at=at)
