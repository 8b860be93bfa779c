"""Where a quotation stands in a report: to the letter, or to one place once spaces and quotation marks are made alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

Offsets = tuple[int, int]
ALIKE = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}
UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
EDGES = " \t\r\n.,;:…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Levelled:
    """A text with spaces and marks made alike; `origin[n]` is where its character `n` stood."""

    text: str
    origin: tuple[int, ...]


@lru_cache(maxsize=64)
def level(text: str) -> Levelled:
    """The text with runs of white space as one space, quotation marks and dashes straight, unseen characters gone.

    >>> level("“A\\u00a0 b”").text
    '"A b"'
    """
    letters: list[str] = []
    origin: list[int] = []
    for at, letter in enumerate(text):
        plain = " " if letter.isspace() else ALIKE.get(letter, letter)
        if letter in UNSEEN or (plain == " " and letters and letters[-1] == " "):
            continue
        letters.append(plain)
        origin.append(at)
    return Levelled(text="".join(letters), origin=tuple(origin))


def locate(quote: str, text: str) -> Offsets | None:
    """Where a quotation stands: the first place to the letter, else the only place with spaces and marks made alike.

    >>> locate("the  'old' town", "They left the ‘old’ town."), locate("a town", "They left.")
    ((10, 24), None)
    """
    return locate_in(quote, text, ((0, len(text)),))


def locate_in(quote: str, text: str, within: Sequence[Offsets]) -> Offsets | None:
    """The same, inside one of the stretches `within`; the words are whole ones. `None` where no, or more than one, place fits."""
    bare = quote.strip(EDGES)
    if not bare:
        return None
    for start, end in within:
        for at in _places(bare, text, start, end):
            return at
    plain = level(bare).text.strip()
    found = {
        (start + whole.origin[a], start + whole.origin[b - 1] + 1)
        for start, end in within
        for whole in (level(text[start:end]),)
        for a, b in (_places(plain, whole.text, 0, len(whole.text)) if plain else ())
    }
    return found.pop() if len(found) == 1 else None


def _places(words: str, text: str, start: int, end: int) -> list[Offsets]:
    """Every place of `words` where no letter or digit touches it on either side."""
    found: list[Offsets] = []
    at = text.find(words, start, end)
    while at >= 0 and len(found) < 50:
        stop = at + len(words)
        left = at > start and text[at - 1].isalnum() and words[0].isalnum()
        right = stop < end and text[stop].isalnum() and words[-1].isalnum()
        if not left and not right:
            found.append((at, stop))
        at = text.find(words, at + 1, end)
    return found
