"""Names that the text uses as places and no gazetteer has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from marsad.places.names import fold
from marsad.places.naming import unknown_place
from marsad.places.reading import PlaceMention, Relation
from marsad.places.surroundings import WITHIN, Surroundings

if TYPE_CHECKING:
    from marsad.places.choosing import Chosen, Reader


def unknown_mentions(reader: Reader, chosen: Sequence[Chosen]) -> list[PlaceMention]:
    """A mention for each run of capitals that the words round it make a place; once made one, everywhere it stands."""
    taken = {i for c in chosen for i in range(c.candidate.first, c.candidate.last + 1)} | reader.avoided | reader.people | reader.demonym_tokens
    stretches = [s for s in _stretches(reader, taken)]
    accepted = {fold(_words(reader, s)) for s in stretches if _is_place(reader, s, chosen)}
    found = []
    for first, last in stretches:
        if fold(_words(reader, (first, last))) in accepted:
            found.append(_mention(reader, first, last, chosen))
    return found


def _words(reader: Reader, stretch: tuple[int, int]) -> str:
    return reader.text[reader.tokens[stretch[0]].start : reader.tokens[stretch[1]].end]


def _stretches(reader: Reader, taken: set[int]) -> list[tuple[int, int]]:
    """Runs of capitals that may name a place: no organisation, no title, no stop word at either end."""
    words = reader.words
    found = []
    for first, last in sorted({r for r in reader.runs if r[1] >= r[0]}):
        while first <= last and ((reader.tokens[first].lower in words.stop and first < last) or reader.tokens[first].lower in words.direction):
            first += 1
        if first > last or any(i in taken for i in range(first, last + 1)) or reader.tokens[first].loud:
            continue
        lowers = [t.lower for t in reader.tokens[first : last + 1]]
        if lowers[-1] in words.settlement or lowers[-1] in words.unit:
            last, lowers = last - 1, lowers[:-1]
        if not lowers or lowers[0] in words.title or (lowers[0] in words.first and len(lowers) > 1):
            continue
        if any(w in words.organisation or w in words.inside for w in lowers) and lowers[-1] not in words.extending:
            continue
        if len(lowers) == 1 and (lowers[0] in words.stop or lowers[0] in reader.names or lowers[0] in words.facility or lowers[0] in words.settlement or lowers[0] in words.unit):
            continue
        text = reader.text[reader.tokens[first].start : reader.tokens[last].end]
        if len(text) < 3 or (text.isupper() and len(text) < 6 and not any(c.isdigit() for c in text)) or len(lowers) > 5:
            continue
        found.append((first, last))
    return found


def _is_place(reader: Reader, stretch: tuple[int, int], chosen: Sequence[Chosen]) -> bool:
    """Whether the words round one run of capitals say that it is a place."""
    first, last = stretch
    head, tail = reader.tokens[first], reader.tokens[last]
    if any(t.lower in reader.names for t in reader.tokens[first : last + 1]) and not _after(reader, last, reader.words.settlement):
        return False
    around = Surroundings(reader.text[max(0, head.start - 60) : head.start], reader.text[tail.end : tail.end + 60])
    if tail.lower in reader.words.extending and last > first:
        return True
    if around.settled or (_after(reader, last, reader.words.settlement | reader.words.unit | reader.words.extending) and not tail.possessive):
        return not head.initial or around.settled or not reader.lowers[head.lower]
    if reader.lowers[head.lower] and first == last:
        return False
    if around.located and not (head.initial and first == last):
        return True
    if first in reader.hinted and (around.weakly or any(c.candidate.words for c in chosen)):
        return True
    if reader.dateline[0] <= head.start < reader.dateline[1]:
        return True
    before = reader.tokens[first - 1].lower if first else ""
    return before in reader.words.verb and head.gap == " " and not _after(reader, last, reader.words.speech)


def _after(reader: Reader, last: int, words: frozenset[str]) -> bool:
    """Whether the next word is one of `words`."""
    nxt = reader.tokens[last + 1] if last + 1 < len(reader.tokens) else None
    return nxt is not None and nxt.gap in (" ", "-") and nxt.lower in words


def _mention(reader: Reader, first: int, last: int, chosen: Sequence[Chosen]) -> PlaceMention:
    start, end = reader.tokens[first].start, reader.tokens[last].end
    if _after(reader, last, reader.words.extending) and not reader.tokens[last].possessive:
        end = reader._extended(last)
    words = reader.text[start:end]
    around = Surroundings(reader.text[max(0, start - 60) : start], reader.text[end : end + 60])
    relation: Relation = "near" if around.near else "at"
    admin1, country = _within(reader, end, chosen)
    country = country or reader.country_at(start, fold(words))
    similar = reader.gazetteer.similar(words, country) if country else ()
    at_dateline = reader.dateline[0] <= start < reader.dateline[1]
    precision = 2 if relation == "near" else 1
    if similar and similar[0].kind != "adm1" and (admin1 is None or similar[0].admin1 == admin1):
        best = similar[0]
        why = f"spelt nearly like {best.name}, the nearest name in {reader.gazetteer.lands[country].name if country else '?'}"
        place = best.place(words, precision=precision)
        others = tuple(e.place(words) for e in similar[1:4] if e.id != best.id)
        return PlaceMention(start=start, end=end, words=words, place=place, alternatives=others, why=why, relation=relation, dateline=at_dateline)
    land = reader.gazetteer.lands.get(country or "")
    why = "no gazetteer has it" + (f"; the text speaks of {land.name} here" if land else "")
    place = unknown_place(words, country, admin1, precision)
    return PlaceMention(start=start, end=end, words=words, place=place, why=why, relation=relation, dateline=at_dateline)


def _within(reader: Reader, end: int, chosen: Sequence[Chosen]) -> tuple[str | None, str | None]:
    """The region and country that the same sentence names after the place as what it lies in."""
    for one in chosen:
        start = one.candidate.start
        if end < start <= end + 80 and one.entry.kind in ("adm1", "country", "region") and WITHIN.match(reader.text[end:start]):
            return (one.entry.admin1 if one.entry.kind == "adm1" else None, one.entry.country)
    return (None, None)
