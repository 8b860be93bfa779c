"""Stretches of a text that the gazetteer knows."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from marsad.places.gazetteer import Entry, Gazetteer
from marsad.places.names import fold
from marsad.places.recalling import load_nouns
from marsad.places.story import Story
from marsad.places.surroundings import Surroundings
from marsad.places.tokens import Token, is_arabic, spans

SHORT_COUNTRIES = frozenset(("UK", "US", "USA", "UAE", "DRC", "CAR"))
SHORT = re.compile(r"\b(?:(?:[A-Z]\. ?){2,3}|[A-Z]\. ?[A-Z][a-z]{1,3}\.|[A-Z][a-z]{1,4}\b\.?|[A-Z]{2,3}\b)")
AFTER_COMMA = re.compile(r"(?:,\s?|\b[RD][-–])$")
UNITS = {"counties": "county", "provinces": "province", "districts": "district", "states": "state"}
NEXT = r"[A-Z][\w'’.-]{1,20}(?: [A-Z][\w'’.-]{1,20}){0,2}"
COUNTIES = re.compile(rf"(?:, {NEXT}){{0,4}}(?:,? and {NEXT})? ({'|'.join(UNITS)})\b")
AHEAD = 110
IDLE_ENDINGS = frozenset(("in", "at", "on", "of", "to", "from", "near", "by", "and", "for", "with", "after", "as"))
WEAK_OPENINGS = frozenset(["the", "at", "an", "as", "a", "en"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stretch of tokens with its entries. `clean`: what stands beside it in its run of capitals lets it be a place by
    itself; `unit`: the
    "state" or "district" after it, or before it where it is `headed` ("the state of"); `short`: an abbreviation."""

    first: int
    last: int
    start: int
    end: int
    words: str
    entries: tuple[Entry, ...]
    clean: bool
    unit: str | None
    headed: bool
    around: Surroundings
    short: bool = False

    @property
    def tokens(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def single(self) -> bool:
        return self.first == self.last


def candidates(story: Story, gazetteer: Gazetteer) -> list[Candidate]:
    """Every stretch that the gazetteer knows; they overlap."""
    named: dict[tuple[int, int], str] = {}
    for first, last in spans(story.tokens, story.words, gazetteer.lowered):
        if first == last and (not wordlike(story, story.tokens[first]) or first in story.demonym_tokens):
            continue
        if story.tokens[first].lower in WEAK_OPENINGS and not any(t.capital for t in story.tokens[first + 1 : last + 1]):
            continue
        if last > first and (ends_idly(story, last) or only_called(story, first, last)):
            continue
        named[first, last] = story.text[story.tokens[first].start : story.tokens[last].end]
    known = gazetteer.find(set(named.values()))
    found = []
    for (first, last), words in named.items():
        entries = fitting(story, first, last, words, known.get(words, ()))
        if entries and fold(words) not in story.words.phrase:
            found.append(candidate(story, first, last, words, entries))
    return found + abbreviated(story, gazetteer)


def ends_idly(story: Story, last: int) -> bool:
    """Whether a stretch ends on a preposition that the next word belongs to: "near Ber in northern Mali", "VAN AT MANGOCHAR"."""
    token, after = story.tokens[last], story.tokens[last + 1] if last + 1 < len(story.tokens) else None
    return token.lower in IDLE_ENDINGS and (not token.capital or token.loud) and after is not None and after.gap == " "


def only_called(story: Story, first: int, last: int) -> bool:
    """Whether capitals make a name of what is none: "AT THE CROSSING" in a text that is all capitals."""
    head, tail = story.tokens[first], story.tokens[last]
    return head.loud and head.lower == "the" and last == first + 1 and tail.lower in load_nouns()


def abbreviated(story: Story, gazetteer: Gazetteer) -> list[Candidate]:
    """States by their abbreviations: "N.Y." anywhere, "Calif." and "TX" after a comma or a party's letter."""
    found = []
    starts = [t.start for t in story.tokens]
    for match in SHORT.finditer(story.text):
        first, last = bisect_left(starts, match.start()), bisect_left(starts, match.end()) - 1
        inner = match.group().count(".") > 1
        if first > last or not (inner or AFTER_COMMA.search(story.text[max(0, match.start() - 3) : match.start()])):
            continue
        entries = gazetteer.abbreviated(match.group())
        if entries:
            one = candidate(story, first, last, match.group(), entries)
            found.append(replace(one, end=match.end(), short=True, clean=True))
    return found


def wordlike(story: Story, token: Token) -> bool:
    """Whether a single word may be a place at all."""
    words = story.words
    if (
        token.lower in words.stop
        or token.lower in words.title
        or token.lower in words.organisation
        or token.lower in words.inside
    ):
        return False
    if len(token.text) < 2 or token.text[0].isdigit() or token.text == "Us":
        return False
    abbreviation = len(token.text) <= 3 and token.text.isalpha() and token.text.isupper() and not token.loud
    return not abbreviation or token.text in SHORT_COUNTRIES or story.in_dateline(token.start)


def fitting(story: Story, first: int, last: int, words: str, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries that the form of the stretch allows: an abbreviation is no village, "The" and "At" belong to few names."""
    head, tail = story.tokens[first], story.tokens[last]
    owned = any(t.possessive for t in story.tokens[first:last])
    if not head.capital and (head.lower in story.words.direction or head.lower in story.words.ordinal):
        return tuple(e for e in entries if e.match == "exact" and e.curated)
    if owned or (head.lower in WEAK_OPENINGS and last > first):
        entries = tuple(e for e in entries if e.match == "exact")
    if tail.text.isupper() and len(words) <= 3 and not tail.loud and not story.in_dateline(head.start):
        entries = tuple(e for e in entries if e.match == "exact" and (e.kind == "country" or e.curated))
    return entries


def candidate(story: Story, first: int, last: int, words: str, entries: tuple[Entry, ...]) -> Candidate:
    start, end = story.tokens[first].start, story.tokens[last].end
    unit = story.unit_after(last) or shared_unit(story, end)
    around = story.around(start, end)
    return Candidate(
        first=first,
        last=last,
        start=start,
        end=end,
        words=words,
        entries=entries,
        clean=clean(story, first, last),
        unit=unit or around.region,
        headed=unit is None or unit != story.unit_after(last),
        around=around,
    )


def shared_unit(story: Story, end: int) -> str | None:
    """The "county" of "Anderson and Cherokee counties", for a name that does not stand right before it."""
    match = COUNTIES.match(story.text, end, end + AHEAD)
    return UNITS[match.group(1)] if match else None


def clean(story: Story, first: int, last: int) -> bool:
    """Whether the capitals left and right of a stretch leave it a name of its own ("Syrian Idlib", "Kharkiv Governor Oleh")."""
    begin, stop = story.runs[last]
    left, right = story.tokens[min(begin, first) : first], story.tokens[last + 1 : stop + 1]
    if story.tokens[first].loud or is_arabic(story.tokens[first].text):
        return True
    return not (left and not clean_left(story, first - 1)) and not (right and not clean_right(story, last + 1))


def clean_left(story: Story, index: int) -> bool:
    near, words = story.tokens[index], story.words
    if near.lower in words.title or near.lower in words.first:
        return False
    return (
        near.lower in words.beside_left or index in story.demonym_tokens or (near.initial and story.lowers.get(near.lower, 0) > 0)
    )


def clean_right(story: Story, index: int) -> bool:
    near, words = story.tokens[index], story.words
    if near.lower in words.organisation and near.lower not in words.inside and near.lower not in words.facility:
        return False
    return near.lower in words.beside_right or index in story.demonym_tokens


def longest(found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that lie in no longer one, in the text's order."""
    kept: list[Candidate] = []
    taken: set[int] = set()
    for one in sorted(found, key=lambda c: (-(c.end - c.start), c.first)):
        if not taken.intersection(one.tokens):
            taken.update(one.tokens)
            kept.append(one)
    return sorted(kept, key=lambda c: c.start)
