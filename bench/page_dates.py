"""The days on which a page says that it was published, from its parsed tree: `bench/pages.py` holds the answer to it.

Not the product's own reading, which goes over the source with patterns: elements of the tree, JSON-LD as JSON, and the address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from lxml import html

NAMES = frozenset(
    [
        *("article:published_time", "og:article:published_time", "article:published", "article.published", "published_time"),
        *("datepublished", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "date"),
        *("dc.date", "dc.date.issued", "dcterms.created"),
    ]
)
DAY = re.compile(r"\b((?:19|20)\d\d)-?([01]\d)-?([0-3]\d)")
IN_ADDRESS = re.compile(r"/(20\d\d)[/-](\d\d)[/-](\d\d)")


def stated_days(body: bytes, address: str | None) -> frozenset[str]:
    """Every day that the page states; empty where it states none."""
    found = {day for words in statements(html.fromstring(body)) if (day := day_in(words))}
    hit = IN_ADDRESS.search(address or "")
    return frozenset(found | ({"-".join(hit.groups())} if hit else set()))


def day_in(words: str | None) -> str | None:
    """The first day of a date that begins with its year."""
    hit = DAY.search(words or "")
    return "-".join(hit.groups()) if hit else None


def statements(tree: html.HtmlElement) -> Iterator[str | None]:
    for element in tree.iter("meta"):
        if (element.get("property") or element.get("name") or element.get("itemprop") or "").lower() in NAMES:
            yield element.get("content")
    for element in tree.iter("script"):
        if "ld+json" in (element.get("type") or ""):
            try:
                yield from published_in(json.loads(element.text or "", strict=False))
            except ValueError:
                continue
    for element in tree.iter("time"):
        marks = (element.get("class") or "").lower()
        if element.get("pubdate") is not None or "publish" in marks or "entry-date" in marks:
            yield element.get("datetime")
    for element in tree.xpath('//*[@itemprop="datePublished"]'):
        yield element.get("content") or element.get("datetime") or element.text_content()


def published_in(value: object) -> Iterator[str]:
    """Every `datePublished` in JSON-LD."""
    if isinstance(value, dict):
        own = value.get("datePublished")
        if isinstance(own, str):
            yield own
        for inner in value.values():
            yield from published_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from published_in(inner)
