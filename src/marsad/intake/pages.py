"""HTML → the article's text and what the page's metadata says of it. Nothing is fetched and no entity is expanded."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

import trafilatura

from marsad.intake.clean import clean_page, fold
from marsad.intake.dates import parse_published
from marsad.intake.headers import footer_publisher, footer_year
from marsad.intake.names import find_outlet, find_outlet_at

MAX_TAGS = 60_000
MAX_CHARACTERS = 6_000_000
MAX_DEPTH = 400
PROLOG = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>", re.I)
HTML_START = re.compile(
    r"\A\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[^>]{0,2000}-->\s*){0,5}"
    r"<(?:!doctype|html|head|body|meta|title|article|div|p|h1|section|main|script)\b",
    re.I,
)
TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,20})[^<>]*>|<![^<>-][^<>]*>|<!--|-->")
HIDDEN = frozenset({"script", "style", "noscript", "template", "svg", "head"})
BLOCKS = frozenset(
    {"p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "ul", "ol", "table", "blockquote"}
    | {"section", "article", "header", "footer"}
)
TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,400})<", re.I)
META = re.compile(r"<meta\b[^<>]{1,2000}>", re.I)
PUBLISHED_NAME = re.compile(
    r"(?:property|name|itemprop)\s*=\s*[\"'](?:(?:og:)?article[:.]published(?:_time)?|datepublished|date|dc\.date(?:\.issued)?"
    r"|dcterms\.created|parsely-pub-date|sailthru\.date|pubdate|publish-?date)[\"']",
    re.I,
)
CONTENT = re.compile(r"""content\s*=\s*["']([^"']{4,60})["']""", re.I)
LINKED_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,60})"')
COPYRIGHT = re.compile(r"(?:©|&copy;|&#169;|\(c\)\s|copyright\s)[^<>]{2,160}", re.I)
COPYRIGHT_MARKS = ("©", "&copy;", "&#169;", "(c)", "copyright")
NESTING = re.compile(r"<(/?)(?:div|span|b|i|a|p|ul|li|table|td|tr|font|section|blockquote|em|strong|center)\b", re.I)
LANG = re.compile(r"""<html\b[^<>]{0,500}?\blang\s*=\s*["']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)""", re.I)
CLOSED = re.compile(r"</(?:html|body)\s*>", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an HTML page holds. `text` has one paragraph a line; `truncated` where the page breaks off."""

    text: str
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    footer: str | None = None
    truncated: bool = False
    simplified: bool = False

    @property
    def footer_year(self) -> int | None:
        return footer_year(self.footer) if self.footer else None


def looks_like_html(text: str) -> bool:
    """Whether a text is a page's source."""
    head = text[:5000]
    return bool(HTML_START.match(head)) or (head.lstrip().startswith("<") and len(TAG.findall(head)) > 10)


def read_page(source: str, url: str | None = None) -> Page:
    """The article of a page. A page with more tags than any article has is only stripped of them (`simplified`).

    Time is bounded by caps on size, tags and depth: the worst page takes a few seconds.
    """
    source = PROLOG.sub("", source)
    simple = len(source) > MAX_CHARACTERS or source.count("<") > MAX_TAGS or _depth(source) > MAX_DEPTH
    found = None if simple else _extract(source, url)
    text = clean_page(found.text or "") if found else ""
    if not text:
        text = strip_tags(source[:MAX_CHARACTERS])
        simple = simple or bool(text)
    footer = _footer(source)
    title = _text(found.title if found else None) or _html_title(source)
    return Page(
        text=_below_title(text, title),
        title=title,
        publisher=_publisher(_text(found.sitename) if found else None, footer, url or (found.url if found else None)),
        author=_author(_text(found.author)) if found else None,
        published=_published(source, found.date if found else None),
        url=url or (found.url if found else None),
        language=hit.group(1) if (hit := LANG.search(source[:20_000])) else None,
        footer=footer,
        truncated=is_truncated(source),
        simplified=simple,
    )


def _extract(source: str, url: str | None) -> trafilatura.settings.Document | None:
    try:
        found = trafilatura.bare_extraction(
            source,
            url=url,
            include_comments=False,
            include_tables=True,
            fast=True,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, AssertionError):
        return None  # the library fails on this page; the caller strips the tags instead
    return found if isinstance(found, trafilatura.settings.Document) else None


def strip_tags(source: str) -> str:
    """The page's words without its tags, scripts and styles: the last resort. One pass, whatever the page.

    >>> strip_tags("<p>One <b>two</b><script>if (a < b) {}</script><p>three")
    'One two\\nthree'
    """
    kept: list[str] = []
    position, hidden = 0, ""
    for tag in TAG.finditer(source):
        name, closing = (tag["name"] or tag.group()).lower(), bool(tag["close"])
        if hidden:
            if name == "-->" if hidden == "<!--" else closing and name == hidden:
                hidden, position = "", tag.end()
            continue
        kept += (source[position : tag.start()], "\n" if name in BLOCKS else " ")
        position = tag.end()
        if name == "<!--" or (name in HIDDEN and not closing):
            hidden = name
    if not hidden:
        kept.append(source[position:])
    lines = clean_page(html.unescape("".join(kept))).split("\n")
    return "\n".join(line for line in lines if line)


def _depth(source: str) -> int:
    """How deep tags nest at most, taking tags that close themselves for open ones up to a point."""
    return max(accumulate(NESTING.findall(source), _deeper, initial=0))


def _deeper(depth: int, closing: str) -> int:
    return max(0, depth - 1) if closing else depth + 1


def is_truncated(source: str) -> bool:
    """Whether a page breaks off: never closed, and its end stands inside a tag, a script or a sentence.

    >>> is_truncated("<html><body><p>Two people died in the tow"), is_truncated("<html><p>Two people died.</p>")
    (True, False)
    """
    if not re.search(r"<(?:html|body)\b", source[:20_000], re.I) or CLOSED.search(source[-200_000:]):
        return False
    end = source[-2000:].rstrip()
    if "<" in end and ">" not in end[end.rfind("<") :]:
        return True
    last = end.rpartition(">")[2].strip()
    return bool(last) and last[-1] not in ".!?…”\"'’)]»"


def _text(value: str | None) -> str | None:
    text = clean_page(value or "").replace("\n", " ").strip()
    return text[:500] or None


def _html_title(source: str) -> str | None:
    hit = TITLE.search(source[:200_000])
    return _text(html.unescape(hit.group(1))) if hit else None


def _below_title(text: str, title: str | None) -> str:
    """The text without a first line that only tells the title."""
    first, _, rest = text.partition("\n")
    return rest if title and rest and fold(first) == fold(title) else text


def _footer(source: str) -> str | None:
    found = [clean_page(html.unescape(words)).replace("\n", " ") for words in _copyrights(source[-100_000:])]
    dated = [line for line in found if footer_year(line)]
    return dated[-1] if dated else None


def _copyrights(tail: str) -> Iterator[str]:
    """What `COPYRIGHT` finds; only looked for where one of its marks stands, which is three times as fast."""
    small = tail.lower()
    if len(small) != len(tail):  # a letter whose small form is longer: places would not fit
        yield from (hit.group() for hit in COPYRIGHT.finditer(tail))
        return
    end = 0
    for start in sorted({hit.start() for mark in COPYRIGHT_MARKS for hit in re.finditer(re.escape(mark), small)}):
        if start >= end and (found := COPYRIGHT.match(tail, start)):
            yield found.group()
            end = found.end()


def _publisher(sitename: str | None, footer: str | None, url: str | None) -> str | None:
    """The outlet as the codebook calls it, by the site's name or its address; else the site's own name, else the footer's."""
    known = (find_outlet(sitename) if sitename else None) or (_outlet_at(url) if url else None)
    return known or sitename or (footer_publisher(footer) if footer else None)


def _outlet_at(url: str) -> str | None:
    try:
        return find_outlet_at(url[:500])
    except ValueError:
        return None  # no address that can be parsed


def _author(value: str | None) -> str | None:
    return value.replace("; ", ", ") if value and len(value) <= 120 else None


def _published(source: str, found: str | None) -> str | None:
    """The page's own metadata, with its time of day where it has one; else the date that the library found."""
    for tag in META.finditer(source[:400_000]):
        content = CONTENT.search(tag.group()) if PUBLISHED_NAME.search(tag.group()) else None
        date = parse_published(content.group(1)) if content else None
        if date:
            return date
    for hit in LINKED_DATE.finditer(source):
        date = parse_published(hit.group(1))
        if date and (found is None or date[:10] == found):
            return date
    return parse_published(found)
