"""A page's words without reading it properly: its title and the longer pieces of text between tags, in about a millisecond."""

from __future__ import annotations

import html
import re

BLOCK = re.compile(
    r"</?(?:p|div|h[1-6]|li|ul|ol|td|th|tr|table|br|article|section|blockquote|aside|main|header|footer|nav|body|figure|figcaption"
    r"|option|dd|dt|title|head|html)\b[^<>]*>",
    re.I,
)
LINK = re.compile(r"<a\b[^<>]*>([^<>]*)", re.I)
TAG = re.compile(r"<[^<>]*>")
TITLE = re.compile(r"<title\b[^<>]{0,300}>([^<>]{0,500})", re.I)
HEADING = re.compile(r"<h1\b[^<>]{0,500}>", re.I)
HEADING_END = re.compile(r"</h1", re.I)
LONGEST_HEADING = 600
HIDDEN = ("script", "style", "noscript", "template", "svg")
LONG = 60
ENOUGH = 200
MOST = 60_000


def page_words(source: str) -> str:
    """The title, and the pieces that read like text: 60 characters or more, at most half of them in links. Where that is next to
    nothing, every piece. One pass, whatever the page.

    >>> page_words("<title>Two die</title><script>var a</script><p>Two people died on Monday when a shell hit the market.</p>")
    'Two die\\nTwo people died on Monday when a shell hit the market.'
    """
    heads = headings(source)
    pieces = [piece for piece in BLOCK.split(visible(source)) if len(piece) >= LONG]
    found = [text for piece in pieces if len(text := clean(piece)) >= LONG and 2 * linked(piece) <= len(text)]
    if sum(map(len, found)) < ENOUGH:
        found = [text for piece in BLOCK.split(visible(source)) if (text := clean(piece))]
    return "\n".join(dict.fromkeys(heads + found))[:MOST]


def headings(source: str) -> list[str]:
    """The page's title and its first heading, as far as it has them."""
    title, begin = TITLE.search(source), HEADING.search(source)
    end = HEADING_END.search(source, begin.end(), begin.end() + LONGEST_HEADING) if begin else None
    found = [title[1]] if title else []
    if begin and end:
        found.append(source[begin.end() : end.start()])
    return [clean(piece) for piece in found]


def visible(source: str) -> str:
    """The page without its scripts, styles and comments; one that never ends hides the rest."""
    small = source.lower()
    if len(small) != len(source):  # a letter whose small form is longer: offsets would not fit
        small = source
    kept: list[str] = []
    position = 0
    ends: dict[str, int] = {}
    for start, name in sorted(openings(small)):
        if start < position:
            continue
        kept.append(source[position:start])
        end = closing(small, name, start, ends)
        if end < 0:
            return " ".join(kept)
        position = end
    kept.append(source[position:])
    return " ".join(kept)


def openings(small: str) -> list[tuple[int, str]]:
    found = []
    for name in HIDDEN:
        start = small.find("<" + name)
        while start >= 0:
            found.append((start, name))
            start = small.find("<" + name, start + 1)
    start = small.find("<!--")
    while start >= 0:
        found.append((start, "-->"))
        start = small.find("<!--", start + 4)
    return found


def closing(small: str, name: str, start: int, ends: dict[str, int]) -> int:
    """Where a hidden part ends, negative where it never does; `ends` remembers that none follows."""
    if ends.get(name) == -1:
        return -1
    word = name if name == "-->" else "</" + name
    end = small.find(word, start)
    ends[name] = end
    if end < 0:
        return -1
    if name == "-->":
        return end + 3
    close = small.find(">", end)
    return close + 1 if close >= 0 else -1


def linked(piece: str) -> int:
    """How many characters of a piece stand in links."""
    return sum(len(words) for words in LINK.findall(piece)) if "<a" in piece or "<A" in piece else 0


def clean(piece: str) -> str:
    text = TAG.sub(" ", piece) if "<" in piece else piece
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())


def paragraphs(source: str) -> str:
    """The title, first heading and paragraphs (`<p>`) of a page; empty where they hold too little to be its article."""
    heads = headings(source)
    found: list[str] = []
    for piece in source.split("<p")[1:]:
        if piece[:1] not in ("", ">", " ", "\n", "\t", "\r"):
            continue
        inner = piece[piece.find(">") + 1 :]
        end = inner.find("</p")
        inner = (inner if end < 0 else inner[:end])[:MOST]
        if len(inner) < LONG:
            continue
        text = clean(inner)
        if len(text) >= LONG and 2 * linked(inner) <= len(text):
            found.append(text)
    if sum(map(len, found)) < 2 * ENOUGH:
        return ""
    return "\n".join(dict.fromkeys(heads + found))[:MOST]
