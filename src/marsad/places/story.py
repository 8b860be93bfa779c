"""One text made ready for reading: its tokens, the runs of capitals, what callers marked, demonyms, dateline, names of people."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from marsad.places.names import fold
from marsad.places.surroundings import Surroundings, dateline
from marsad.places.tokens import Token, runs, tokenise
from marsad.places.words import Words, load_words

AROUND = 60
OUTLET = re.compile(
    r"\b[A-Z][\w'’-]{1,20}(?: [A-Z][\w'’-]{1,20}){0,2} 24(?! (?:hours|people|were|civilians|km|miles)\b)(?=[ ,.'’;:)]|$)"
)
"""News outlets called after a region: "Deir Ezzor 24", "Darfur 24"."""
BRACKETED = re.compile(r"\([^)\n]{1,60}\)")
AGED = re.compile(r", (?:aged? )?\d{1,2}(?:,| ?-?years?-old|\.|;| of )")
OFFICES = frozenset(["prime", "chief", "deputy", "officer", "envoy", "resident", "general"])


@dataclass(slots=True, kw_only=True)
class Story:
    """`body` is where the text begins after its title. `avoided`, `people` and `hinted` are sets of token numbers, `lowers`
    counts the words
    that the text writes without a capital, `names` are words that name people in it, `placed` names that it uses as a place
    somewhere, `trailing` words that end longer names in it."""

    text: str
    body: int
    words: Words
    tokens: Sequence[Token]
    runs: Sequence[tuple[int, int]]
    lowers: Mapping[str, int]
    avoided: frozenset[int]
    people: frozenset[int]
    hinted: frozenset[int]
    demonyms: tuple[tuple[int, int, str], ...]
    demonym_tokens: frozenset[int]
    dateline: tuple[int, int]
    names: set[str] = field(default_factory=set)
    placed: set[str] = field(default_factory=set)
    trailing: set[str] = field(default_factory=set)

    def around(self, start: int, end: int) -> Surroundings:
        """What stands left and right of a stretch of the text, on the same line."""
        left, right = self.text[max(0, start - AROUND) : start], self.text[end : end + AROUND]
        return Surroundings(left.rpartition("\n")[2], right.partition("\n")[0])

    def in_dateline(self, at: int) -> bool:
        return self.dateline[0] <= at < self.dateline[1]

    def after(self, last: int, words: frozenset[str]) -> bool:
        """Whether the token after `last` belongs to the same phrase and is one of `words`."""
        token = self.tokens[last + 1] if last + 1 < len(self.tokens) and not self.tokens[last].possessive else None
        return token is not None and token.gap in (" ", "-") and token.lower in words

    def unit_after(self, last: int) -> str | None:
        """The "state" or "district" right after a name."""
        return self.tokens[last + 1].lower if self.after(last, self.words.unit) else None

    def extended(self, last: int) -> int:
        """The last token of a name once "airport", "border gate" and the like after it are taken in; `last` where there is
        none."""
        ahead = last
        while self.after(ahead, self.words.modifier):
            ahead += 1
        while self.after(ahead, self.words.extending):
            ahead += 1
            last = ahead
        return last


def prepare(
    text: str,
    *,
    body: int,
    demonyms: Mapping[str, tuple[str, str]],
    avoid: Sequence[tuple[int, int]],
    persons: Sequence[tuple[int, int]],
    hints: Sequence[tuple[int, int]],
) -> Story:
    """The story of a text whose first `body` characters are its title."""
    tokens = tokenise(text)
    starts = [t.start for t in tokens]
    words = load_words()
    dated = dateline(text, body)
    agency = [(m.start(), m.end()) for m in (*BRACKETED.finditer(text, *dated), *OUTLET.finditer(text))]
    found = tuple(read_demonyms(text, tokens, demonyms))
    story = Story(
        text=text,
        body=body,
        words=words,
        tokens=tokens,
        runs=runs(tokens, words),
        lowers=Counter(t.lower for t in tokens if not t.capital),
        avoided=cover(tokens, starts, [*avoid, *agency]),
        people=cover(tokens, starts, persons),
        hinted=cover(tokens, starts, hints),
        demonyms=found,
        demonym_tokens=cover(tokens, starts, [(a, b) for a, b, _ in found]),
        dateline=dated,
    )
    return story


def cover(tokens: Sequence[Token], starts: Sequence[int], ranges: Sequence[tuple[int, int]]) -> frozenset[int]:
    """The numbers of the tokens that begin in any of the character ranges."""
    found: set[int] = set()
    for start, end in ranges:
        index = bisect_left(starts, start)
        while index < len(tokens) and tokens[index].start < end:
            found.add(index)
            index += 1
    return frozenset(found)


def read_demonyms(text: str, tokens: Sequence[Token], known: Mapping[str, tuple[str, str]]) -> list[tuple[int, int, str]]:
    """Adjectives and peoples ("Sudanese", "South Sudanese"): (start, end, ISO3)."""
    found = []
    taken = -1
    for index, token in enumerate(tokens):
        if not token.capital or index <= taken:
            continue
        for last in (index + 2, index + 1, index):
            if last >= len(tokens) or any(t.gap not in (" ", "-") for t in tokens[index + 1 : last + 1]):
                continue
            country = known.get(fold(text[token.start : tokens[last].end]))
            if country:
                found.append((token.start, tokens[last].end, country[0]))
                taken = last
                break
    return found


def learn_names(story: Story, known: frozenset[int]) -> None:
    """Fill `names`: words beside a first name, a title, an initial or an age, or in a name that says something and is no
    place; and `trailing`: words that end a name of several. `known` are tokens of places."""
    story.names.update(story.tokens[i].lower for i in story.people)
    for begin, stop in sorted({r for r in story.runs if r[1] >= r[0]}):
        lowers = [t.lower for t in story.tokens[begin : stop + 1]]
        if story.tokens[begin].loud or story.words.named(lowers):
            continue
        if is_person(story, begin, stop, known):
            story.names.update(w for w in lowers if w not in story.words.title and w not in story.words.connector)
            if story.tokens[stop].text.isupper() and len(lowers[-1]) == 1 and stop + 1 < len(story.tokens):
                story.names.add(story.tokens[stop + 1].lower)
        if stop > begin and stop in known and not {begin, stop - 1} <= known and plain(story, stop - 1):
            story.trailing.add(lowers[-1])


def is_person(story: Story, begin: int, stop: int, known: frozenset[int]) -> bool:
    """Whether a run of capitals is somebody's name."""
    words, tokens = story.words, story.tokens
    before = tokens[begin - 1] if begin else None
    titled = before is not None and before.lower in words.title and tokens[begin].gap in (" ", ". ")
    if stop == begin:
        return titled and before is not None and before.lower not in OFFICES
    placed = all(i in known for i in range(begin, stop + 1))
    after = tokens[stop + 1] if stop + 1 < len(tokens) else None
    opened = tokens[begin].lower in words.first or tokens[begin].lower in words.title
    initial = len(tokens[stop].text) == 1 and after is not None and after.gap == ". " and after.capital
    aged = not placed and bool(AGED.match(story.text, tokens[stop].end))
    spoke = after is not None and after.lower in words.speech and not any(i in known for i in range(begin, stop + 1))
    return opened or titled or spoke or aged or initial


def plain(story: Story, index: int) -> bool:
    """Whether a token is a name itself, so that what follows it is the rest of the name."""
    return story.tokens[index].lower not in story.words.before_names and index not in story.demonym_tokens
