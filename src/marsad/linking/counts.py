"""What one claim says the whole toll is: which of its counts are the whole, which are parts, which add up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from marsad.model import Claim, Count

Range = tuple[int | None, int | None]
DEAD = r"(?:dead|wounded|injured|victims?|slain|killed|casualties|fatalities|hurt|deaths|total|toll)"
PART = re.compile(rf"\b(?:including|includes?|among(?:st)?|of (?:those|whom|the {DEAD})|all but|most of|half of)\b", re.I)
OF_THEM = re.compile(r"\b(?:of (?:them|these)|were (?:women|children|civilians))\b", re.I)
LEADS = re.compile(rf"\b(?:including|includes?|among(?:st)?(?: them| those| the {DEAD})|of (?:whom|those))\b[^.;]{{0,60}}$", re.I)
TRAILS = re.compile(rf"^\s{{0,3}}(?:(?:was|were|is|are|also|being) ){{0,3}}(?:among (?:them|those|the {DEAD})\b|of whom\b)", re.I)
MORE = re.compile(r"\b(?:more|others?|another|further|additional|elsewhere)\b", re.I)
AGE_OR_SEX = re.compile(
    r"\b(?:child(?:ren)?|wom[ae]n|girls?|boys?|bab(?:y|ies)|infants?|minors?|toddlers?|midwife"
    r"|teachers?|journalists?|medics?|nurses?|doctors?|elderly|pregnant)\b",
    re.I,
)
BARE = re.compile(
    r"^(?:the )?(?:people|persons?|dead|dead people|bodies|others?|victims?|lives|deaths|casualties|wounded|injured|souls"
    r"|individuals)$",
    re.I,
)


def whole(claim: Claim, effect: str, text: str = "") -> Range | None:
    """The whole toll that `claim` states for `effect` as inclusive bounds, or `None` where it states none.

    A part ("including three children", "19 of the dead were civilians") is not the whole, and a claim that gives only parts
    states no toll. Disjoint groups add up. Nobody killed is (0, 0). The rule is in `docs/concepts/linking.md`, "One claim".

    >>> from marsad.model import Claim, Count
    >>> counts = (Count(effect="killed", who="soldiers", low=11, high=11, words="11 soldiers"),
    ...           Count(effect="killed", who="volunteers", low=6, words="at least six volunteers"))
    >>> whole(Claim(id="c", report="r", scope="incident", counts=counts), "killed")
    (17, None)
    """
    stated = [(i, c) for i, c in enumerate(claim.counts) if c.effect == effect and (c.low is not None or c.high is not None)]
    if not stated:
        return None
    spans = {e.field: (e.start, e.end) for e in claim.evidence}
    most = max(_upper(c) for _, c in stated)
    groups = [c for i, c in stated if not _part(c, spans.get(f"counts.{i}"), text, most)]
    bare = [c for c in groups if is_bare(c)]
    if bare and _upper(_widest(bare)) >= max(_upper(c) for c in groups):
        further = [c for c in bare if MORE.search(c.words)]
        main = [c for c in bare if c not in further]
        return _sum([_widest(main), *further]) if main else _sum(groups)
    groups = [c for c in groups if _upper(c) > 0 or c.who is None]
    groups = _without_kinds(groups)
    return _sum(groups) if groups else None


def is_bare(count: Count) -> bool:
    """True where the count is of people as such, not of soldiers, children or another group."""
    return count.who is None or bool(BARE.match(count.who.strip()))


def _upper(count: Count) -> int:
    return count.high if count.high is not None else (count.low or 0)


def _without_kinds(groups: list[Count]) -> list[Count]:
    """Without the children, women or midwife that stand beside a larger group that is not told by age, sex or trade."""
    others = [c for c in groups if not AGE_OR_SEX.search(c.who or c.words)]
    most = max((_upper(c) for c in others if re.search(r"civilian|people|resident|villager", c.who or "", re.I)), default=0)
    return [c for c in groups if not (AGE_OR_SEX.search(c.who or c.words) and _upper(c) <= most)]


def _part(count: Count, span: tuple[int, int] | None, text: str, most: int) -> bool:
    """Part of a larger whole by its own words, by a larger count beside it, or by the words around it."""
    if PART.search(count.words) or (_upper(count) < most and OF_THEM.search(count.words)):
        return True
    if span is None or not text:
        return False
    before, after = text[max(0, span[0] - 80) : span[0]], text[span[1] : span[1] + 60]
    return bool(LEADS.search(before) or TRAILS.match(after))


def _widest(counts: Sequence[Count]) -> Count:
    return max(counts, key=lambda c: (_upper(c), c.low or 0, c.words))


def _sum(counts: Sequence[Count]) -> Range:
    lows, highs = [c.low for c in counts], [c.high for c in counts]
    low = sum(x for x in lows if x is not None) if any(x is not None for x in lows) else None
    return low, None if any(x is None for x in highs) else sum(x for x in highs if x is not None)
