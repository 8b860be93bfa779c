"""One text as the finding of its actors sees it: tokens, countries, line and sentence breaks, and what stands around a word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marsad.codebook.actors import ActorGroup
from marsad.coding.actor_lexicon import Lexicon, Token, joined, lexicon, longest, tokenise

POSSESSIVE = re.compile(r"['’](?:s\b|\s)")
OF_LAND = re.compile(r"\s+(?:of|from)\s+(?:the\s+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the finding of one text's actors looks at."""

    text: str
    tokens: Sequence[Token]
    lexicon: Lexicon
    country: str | None
    when: str | None
    lands: Mapping[int, tuple[int, str]]
    land_ends: Mapping[int, tuple[int, str]]
    lands_named: frozenset[str]
    breaks: frozenset[int]
    capitals: bool
    keys: frozenset[str]


def set_scene(
    text: str,
    country: str | None,
    when: str | None,
    demonyms: Sequence[tuple[int, int, str]],
    sentences: Sequence[tuple[int, int]] | None,
) -> Scene:
    words = lexicon()
    tokens = tokenise(text)
    starts = {t.start: i for i, t in enumerate(tokens)}
    lands: dict[int, tuple[int, str]] = {}
    for i in range(len(tokens)):
        for stop, iso3 in longest(words.lands, text, tokens, i):
            if tokens[i].capital:
                lands[i] = (stop, iso3)
            break
        for stop, iso3 in longest(words.capitals, text, tokens, i):
            if tokens[i].capital and POSSESSIVE.match(text, tokens[stop - 1].end):
                lands[i] = (stop, iso3)
            break
    for start, end, iso3 in demonyms:
        at = starts.get(start)
        if at is not None:
            stop = at
            while stop < len(tokens) and tokens[stop].start < end:
                stop += 1
            lands[at] = (stop, iso3)
    return Scene(
        text=text,
        tokens=tokens,
        lexicon=words,
        country=country,
        when=when,
        lands=lands,
        land_ends={stop: (at, iso3) for at, (stop, iso3) in lands.items()},
        lands_named=frozenset(iso3 for _, iso3 in lands.values()),
        breaks=frozenset(start for start, _ in sentences or ()),
        capitals=text.isupper(),
        keys=frozenset(t.key for t in tokens),
    )


def capital_run(scene: Scene, i: int) -> int:
    """The index after the capitalised words that begin at `i`, small connecting words among them included."""
    tokens, stop, j = scene.tokens, i + 1, i + 1
    while j < len(tokens) and j - i < 12 and joined(scene.text, tokens[j - 1], tokens[j]) and tokens[j].start not in scene.breaks:
        if "(" in scene.text[tokens[j - 1].end : tokens[j].start]:
            break
        if tokens[j].capital and not tokens[j].raw.isdigit():
            stop = j + 1
        elif tokens[j].key not in scene.lexicon.parts["connectors"]:
            break
        j += 1
    return stop


def only_land(scene: Scene, i: int, stop: int) -> bool:
    """Whether the words are a nationality or a country's name and no more: "Syrian rebels" are no group of that name."""
    return i in scene.lands and scene.lands[i][0] >= stop


def touching(scene: Scene, first: int) -> bool:
    return scene.text[scene.tokens[first - 1].end : scene.tokens[first].start] in (" ", "\u00a0", ' "', " “", " '", " ‘")


def modifiers_before(scene: Scene, i: int) -> tuple[int, str | None]:
    """The first token of the modifiers before token `i`, and the country that they name."""
    tokens, first, iso3 = scene.tokens, i, None
    j = i
    while j > 0 and i - j < 8 and tokens[j].start not in scene.breaks:
        if not joined(scene.text, tokens[j - 1], tokens[j]) or scene.text[tokens[j - 1].end : tokens[j].start].strip() in (
            "(",
            "/",
            "–",
            "&",
        ):
            break
        previous = tokens[j - 1]
        if j in scene.land_ends:
            at, code = scene.land_ends[j]
            compound = tokens[j].key in scene.lexicon.parts["compound_ends"] and j < i
            iso3 = iso3 or (None if compound else code)
            j = first = at
        elif (
            previous.key in scene.lexicon.parts["modifiers"]
            or (previous.key in scene.lexicon.parts["compound_ends"] and scene.text[previous.start - 1] == "-")
            or (tokens[j].key in scene.lexicon.parts["compound_ends"] and scene.text[previous.end : tokens[j].start] == "-")
        ):
            j = first = j - 1
        else:
            break
    while first < i and tokens[first].key in ("and", "of"):
        first += 1
    return first, iso3


def land_after(scene: Scene, stop: int, group: ActorGroup) -> str | None:
    """The country in "the army of Burkina Faso"."""
    if stop >= len(scene.tokens) or group.name in ("named_group", "named_body"):
        return None
    gap = OF_LAND.match(scene.text, scene.tokens[stop - 1].end)
    if gap is None:
        return None
    at = next((j for j in (stop, stop + 1, stop + 2) if j < len(scene.tokens) and scene.tokens[j].start == gap.end()), None)
    return scene.lands[at][1] if at is not None and at in scene.lands else None


def line_in_capitals(scene: Scene, token: Token) -> bool:
    if scene.capitals:
        return True
    left = scene.text.rfind("\n", max(0, token.start - 300), token.start) + 1
    right = scene.text.find("\n", token.end, token.end + 300)
    line = scene.text[left : right if right >= 0 else token.end + 300]
    return len(line) > 2 * len(token.raw) and line.isupper()
