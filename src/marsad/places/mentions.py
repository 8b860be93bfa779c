"""Mentions made from choices: how far they reach in the text, their relation and precision; capitals and borders."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.model import Place
from marsad.places.choosing import Chosen
from marsad.places.gazetteer import Entry, Gazetteer
from marsad.places.names import fold
from marsad.places.naming import usual
from marsad.places.reading import PlaceMention, Relation
from marsad.places.story import Story
from marsad.places.surroundings import BORDER_BETWEEN, BORDER_OF, CAPITAL
from marsad.places.votes import Tally

AREAS = frozenset(("market", "prison", "road", "highway", "mountains", "hills"))
TOWNLIKE = frozenset(("city", "town", "adm2"))


def mention(story: Story, chosen: Chosen) -> PlaceMention:
    """The mention as the text has it, with the relation and the precision that follows from it."""
    one, entry = chosen.candidate, chosen.entry
    start, end, name = one.start, one.end, usual(entry, one.words)
    relation: Relation = "region" if entry.precision == 3 else "at"
    precision = entry.precision
    side = story.tokens[one.first - 1] if one.first and story.tokens[one.first].gap in (" ", "-") else None
    if side and side.lower in story.words.direction:
        if relation == "region" and entry.kind not in ("water", "corridor"):
            start = side.start
            name = story.text[start:end]
            name = name[:1].upper() + name[1:]
        elif relation == "at":
            relation, precision = "part", 1
    if one.unit and entry.kind in ("adm1", "adm2", "city"):
        end, relation, precision = with_unit(story, chosen, end, relation, precision)
    elif entry.kind in TOWNLIKE and story.extended(one.last) > one.last:
        last = story.extended(one.last)
        relation, precision, end = "part", 1, story.tokens[last].end
        name = name if story.tokens[last].lower in AREAS else story.text[start:end]
    if relation == "at" and one.around.near:
        relation, precision = "near", 2
    elif relation == "at" and entry.kind == "adm2":
        precision = 2
    words = story.text[start:end]
    return PlaceMention(
        start=start,
        end=end,
        words=words,
        place=entry.place(words, name=name, precision=precision),
        alternatives=tuple(e.place(one.words) for e in chosen.ranked),
        why=chosen.reason,
        relation=relation,
        dateline=story.in_dateline(one.start),
    )


def called_after(story: Story, chosen: Chosen) -> PlaceMention:
    """The mention of a place inside another name: its own words alone."""
    one, entry = chosen.candidate, chosen.entry
    return PlaceMention(
        start=one.start,
        end=one.end,
        words=one.words,
        place=entry.place(one.words, name=usual(entry, one.words)),
        alternatives=tuple(e.place(one.words) for e in chosen.ranked),
        why=chosen.reason,
        relation="named",
        dateline=story.in_dateline(one.start),
    )


def with_unit(story: Story, chosen: Chosen, end: int, relation: Relation, precision: int) -> tuple[int, Relation, int]:
    """ "X state" is a region, "X district" the country round a town: the end of the mention, its relation and precision."""
    one, entry = chosen.candidate, chosen.entry
    after = end if one.headed else story.tokens[one.last + 1].end
    if one.unit in story.words.upper:
        return after, "region", 3
    if entry.kind in ("adm1", "adm2"):
        return after, "near", 2
    if one.unit not in ("council", "municipality", "commune"):
        return end, "near", 2
    return end, relation, precision


def capitals(story: Story, gazetteer: Gazetteer, tally: Tally, found: Sequence[PlaceMention]) -> list[PlaceMention]:
    """ "The Sudanese capital", "the capital": the capital of that country, or of the story's."""
    made = []
    top = tally.ranked()
    taken = {at for m in found for at in range(m.start, m.end)}
    for match in CAPITAL.finditer(story.text):
        demonym, land = match.group("dem"), match.group("land")
        country = top[0] if top else None
        if demonym:
            country = gazetteer.demonyms.get(fold(demonym), (None, ""))[0]
        elif land:
            country = country_named(gazetteer, land)
        entry = gazetteer.capital(country) if country else None
        start, end = match.span()
        start += 4 if match.group()[:4].lower() == "the " else 0
        if entry is None or country is None or (not land and taken.intersection(range(start, end))):
            continue
        words = story.text[start:end]
        why = f"the capital of {gazetteer.lands[country].name}"
        made.append(PlaceMention(start=start, end=end, words=words, place=entry.place(words), why=why))
    return made


def borders(story: Story, gazetteer: Gazetteer, tally: Tally) -> list[PlaceMention]:
    """ "The Chad-Sudan border", "Burundi's frontier with Rwanda", "its border with Sudan": a region without a centre."""
    made = []
    top = tally.ranked()
    for pattern in (BORDER_BETWEEN, BORDER_OF):
        for match in pattern.finditer(story.text):
            groups = match.groupdict()
            one = country_named(gazetteer, groups["one"] or groups.get("owner") or "")
            other = country_named(gazetteer, groups["other"] or groups.get("beyond") or "")
            if other and not (groups["one"] or groups.get("owner")):
                one = next((c for c in top if c != other), None)
            if not one or not other or one == other or one not in gazetteer.lands or other not in gazetteer.lands:
                continue
            names = sorted((gazetteer.lands[one].name, gazetteer.lands[other].name))
            country = min((one, other), key=lambda c: (top.index(c) if c in top else len(top), c))
            start, end = match.span()
            start += 4 if match.group()[:4].lower() == "the " else 0
            words = story.text[start:end]
            place = Place(name=f"{names[0]}-{names[1]} border", words=words, country=country, precision=3)
            made.append(
                PlaceMention(
                    start=start, end=end, words=words, place=place, why="a border named by its countries", relation="region"
                )
            )
    return made


def country_named(gazetteer: Gazetteer, words: str) -> str | None:
    """The ISO3 of a country by its name or its adjective."""
    entries: Sequence[Entry] = gazetteer.find([words]).get(words, ()) if words else ()
    named = next((e.country for e in entries if e.kind == "country" and e.match == "exact"), None)
    return named or gazetteer.demonyms.get(fold(words), (None, ""))[0]
