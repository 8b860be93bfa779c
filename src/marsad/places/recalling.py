"""Places told without a name: "the crossing", "the town", "the site" are the place of that kind that was named last."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from marsad.places.reading import PlaceMention
from marsad.places.sources import table
from marsad.places.story import AROUND
from marsad.places.surroundings import Surroundings
from marsad.places.words import load_words

REACH, MOST = 2_500, 40
REGIONS = frozenset(("country", "adm1", "adm2", "region", "front", "water", "capital"))
TOWNS = frozenset(("city", "town"))
DATED = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
NAMED_AFTER = (
    rf"(?! (?:of|in|at|near|around|between|called|named|to|from) (?:the )?(?!{DATED})[A-Z]|[ -][A-Z]|,? (?:called|named)"
    r"| (?:hall|council|square|police|mayor)\b)"
)
ORDINAL = "first|second|third|fourth"
MODIFIER = r"(?:(?:same|main|old|whole|entire|besieged|border|nearby|small|river|frontier|refugee|displacement|only) ){0,2}"


@cache
def load_nouns() -> Mapping[str, tuple[str, ...]]:
    """Each noun and the kinds of places it may stand for, by `nouns.tsv`: `any` is every place that is
    no region, `same` only one whose name ends with the noun."""
    return {r["noun"]: tuple(r["kinds"].split("|")) for r in table("marsad.places", "nouns.tsv")}


@cache
def pattern() -> re.Pattern[str]:
    nouns = "|".join(sorted(load_nouns(), key=lambda n: (-len(n), n)))
    return re.compile(rf"\b(?:[Tt]he|[Tt]his|[Tt]hat) (?:(?P<ordinal>{ORDINAL}) )?{MODIFIER}(?P<noun>{nouns})\b{NAMED_AFTER}")


@cache
def unnamed_pattern() -> re.Pattern[str]:
    nouns = "|".join(
        sorted((n for n, kinds in load_nouns().items() if not {"any", "adm1", "same"} & set(kinds)), key=lambda n: (-len(n), n))
    )
    other = r"an?|another|any other|one|some|two|three|four|several|the (?:other|third|fourth|fifth|last)"
    return re.compile(
        rf"\b(?i:{other}) (?:(?!of\b)[a-z-]{{2,14}} ){{0,2}}(?:{nouns})s?\b{NAMED_AFTER}|\b[Tt]he (?:second|third|other) one\b"
    )


def unnamed(text: str, start: int, end: int) -> bool:
    """Whether a stretch speaks of a place that it gives no name and that is not one named before: "a crossing run by the SDF".

    >>> unnamed("A crossing run by the SDF is shut.", 0, 34), unnamed("The crossing is shut.", 0, 21)
    (True, False)
    """
    return bool(unnamed_pattern().search(text, start, end))


def recalled(text: str, mentions: Sequence[PlaceMention], kinds: Mapping[int, str]) -> list[PlaceMention]:
    """A mention for each noun that stands for a place named before. `mentions` are in the text's order; `kinds` has the kind of
    the place that a mention at an offset was found to be, `capital` for that of a country."""
    starts = [m.start for m in mentions]
    made = []
    for match in pattern().finditer(text):
        start, end = match.span()
        at = bisect_left(starts, start)
        if at and mentions[at - 1].end > start:
            continue
        earlier = [m for m in mentions[max(0, at - MOST) : at] if (match.group("ordinal") or "") in m.words.casefold()]
        before = last(text, earlier, start, match.group("noun"), kinds)
        if before is not None and before.place is not None:
            why = f"“{text[start:end]}” is {before.words}, named last of its kind"
            words = text[start:end]
            place = replace(before.place, words=words)
            made.append(PlaceMention(start=start, end=end, words=words, place=place, why=why, relation=before.relation))
    return made


def last(text: str, before: Sequence[PlaceMention], start: int, noun: str, kinds: Mapping[int, str]) -> PlaceMention | None:
    """The last mention that a noun may stand for: of those that the text speaks of as a place, else of all ("Kyiv says"); a
    site is rather a crossing or a camp than a town."""
    fits = [m for m in before if not m.dateline and m.place and start - m.end <= REACH and may_stand(m, noun, kinds)]
    if "any" in load_nouns()[noun]:
        fits = [m for m in fits if kinds.get(m.start) not in TOWNS] or fits
    spoken = [m for m in fits if is_spoken_of(text, m)]
    return next(reversed(spoken or fits), None)


def may_stand(mention: PlaceMention, noun: str, kinds: Mapping[int, str]) -> bool:
    """Whether a noun may stand for a mention, by its kind or its own last word."""
    wanted = load_nouns()[noun]
    kind = kinds.get(mention.start, "town" if mention.relation in ("at", "near") and not is_site(mention) else "region")
    narrow = mention.place is not None and mention.place.precision != 3 and kind not in REGIONS
    return kind in wanted or ("any" in wanted and narrow) or mention.words.casefold().endswith(noun)


def is_site(mention: PlaceMention) -> bool:
    """Whether a name that no gazetteer has ends as those of buildings, roads and hills do: it is no town."""
    words, known = mention.words.casefold().split(), load_words()
    return len(words) > 1 and (words[-1] in known.extending or words[-1] in known.facility or words[-1] in known.inside)


def is_spoken_of(text: str, mention: PlaceMention) -> bool:
    """Whether what stands left of a mention has a place for its object ("in", "on", "captured")."""
    around = Surroundings(text[max(0, mention.start - AROUND) : mention.start].rpartition("\n")[2], "")
    return around.located or around.weakly or around.hit
