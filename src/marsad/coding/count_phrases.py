"""Counts told without a number before a noun: tolls, "nobody", ordinals, lists, "many", and parts of a count."""

# ruff: noqa: E501
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from marsad.codebook.sieve import Screen
from marsad.coding.befallen import CAPTORS, COORDINATION, POLICE, SPEAKING, mention, of_an_article
from marsad.coding.effects import PERSONAL, CountMention, Trigger
from marsad.language.numbers import ORDINAL_WORD, WORDS, read_number, read_ordinal
from marsad.language.quantities import Quantity

TOLL = re.compile(
    r"\b(?:(?:death\s+|casualty\s+)?toll|number\s+of\s+(?:the\s+)?(?:\w+\s+){0,2}?(?P<what>dead|killed|deaths|wounded|injured|missing|arrested|detained|displaced|abducted|kidnapped|slain|fatalities|arrests|victims)"
    r"|(?:the\s+)?(?P<what2>dead|wounded|injured|missing|deaths|fatalities|arrests|detentions|killings|abductions|kidnappings|homicides|injuries|displaced|casualties))\b"
    r"(?P<middle>(?:(?!\btoll\b)[^.;]){0,110}?)(?<!\w)(?:up\s+to|to|at|as|is|are|was|stood\s+at|reached|had\s+reached|exceeded|passed)\s+(?P<at>(?=\S))",
    re.I,
)
TOLL_FIRST = re.compile(
    r"\b(?:raising|bringing|brought|raised|takes|taking|took|lifting|brings|raises|pushing|pushed|lowered|revised|put|puts|putting)\s+to\s+(?P<at>(?=\S))",
    re.I,
)
TOLL_AFTER = re.compile(
    r"\b(?:toll|number\s+of\s+(?:the\s+)?(?:\w+\s+){0,3}?(?P<what>dead|killed|deaths|wounded|injured|missing|arrested|detained|displaced|abducted|kidnapped|slain|fatalities|arrests|victims)|dead|deaths?)\b",
    re.I,
)
UP_TO = re.compile(r"up\s+to\b", re.I)
RISE = re.compile(
    r"\b(?:rose|risen|rising|gone up|going up|goes up|grown|grew|climb\w*|increas\w*|rais\w*|brought|bring\w*|lift\w*|revis\w*|lower\w*|went up|tak(?:es|ing)|push\w*|jump\w*)\b",
    re.I,
)


def toll_counts(sentence: str, slots: list[Quantity], triggers: list[Trigger]) -> Iterator[CountMention]:
    for match in (*matches(TOLL, sentence), *matches(TOLL_FIRST, sentence)):
        slot = next((s for s in slots if s.start <= match.start("at") < s.end or s.number_start == match.start("at")), None)
        if slot is None or slot.kind not in ("number", "people", "other"):
            continue
        if of_an_article(slot) or (slot.noun and match.group().lower().rstrip().endswith(" are")):
            continue
        groups = match.groupdict()
        if match.re is TOLL_FIRST:
            counted = TOLL_AFTER.search(sentence, slot.number_end, match.end() + 90)
            if counted is None:
                continue
            groups = counted.groupdict()
        word = (groups.get("what") or groups.get("what2") or "dead").lower()
        effects = {e for t in triggers if t.words.lower() == word for e in t.effects("noun", "both")}
        effect = "killed" if word in ("victims", "casualties", "dead") or not effects else sorted(effects)[-1]
        risen = RISE.search(sentence, max(0, match.start() - 24), match.end())
        if risen and UP_TO.match(slot.words) and slot.low is None:
            cut = slot.number_start - slot.start
            slot = replace(slot, start=slot.number_start, words=slot.words[cut:], low=slot.high)
        yield replace(mention(sentence, slot, effect, None, update=bool(risen)), verb_start=match.start())


NOBODY_HURT = re.compile(
    r"\b(?:(?:nobody|no[ -]one|none)\b[^.;,]{0,50}?|(?:no|not a single)\s+(?:[\w-]+\s+){0,2}?[\w-]+\s+(?:(?:was|were|is|are|has been|have been|had|came|come)\s+)?)(?:come\s+to\s+|to\s+)?"
    r"(?P<what>killed|hurt|harmed|harm|injured|wounded|hit|died|kidnapped|abducted|arrested|detained)\b",
    re.I,
)
HURT_NOBODY = re.compile(
    r"\b(?:without\s+)?(?P<what>killed|killing|hurt|hurting|harmed|harming|injured|injuring|wounding)\s+(?:nobody|no[ -]one|anybody|anyone)\b",
    re.I,
)
NO_CASUALTIES = re.compile(
    r"\b(?:no|without|zero)\s+(?:[\w-]+\s+){0,2}?(?P<what>casualties|deaths|fatalities|martyrs|injuries|victims|loss\s+of\s+life|harm|arrests|dead|wounded|injured)\b",
    re.I,
)


UNHURT = re.compile(r"\b(?:was|were|are|is|escaped|but|and|emerged)\s+(?:all\s+|both\s+)?(?P<what>unhurt|unharmed|uninjured|unscathed)\b", re.I)
HURT = (NOBODY_HURT, HURT_NOBODY, NO_CASUALTIES, UNHURT)


def nobody_counts(sentence: str, triggers: list[Trigger]) -> Iterator[CountMention]:
    for match in (match for pattern in HURT for match in matches(pattern, sentence)):
        what = match["what"].lower()
        effects = {"killed": ["killed"], "killing": ["killed"], "martyrs": ["killed"], "died": ["killed"], "deaths": ["killed"], "fatalities": ["killed"], "loss of life": ["killed"], "dead": ["killed"],
                   "kidnapped": ["abducted"], "abducted": ["abducted"], "arrested": ["detained"], "detained": ["detained"], "arrests": ["detained"],
                   "injuries": ["injured"], "injured": ["injured"], "wounded": ["injured"], "injuring": ["injured"], "wounding": ["injured"]}.get(what, ["killed", "injured"])  # fmt: skip
        for effect in effects:
            yield CountMention(
                start=match.start(),
                end=match.end(),
                words=match.group(),
                effect=effect,
                who=None,
                low=0,
                high=0,
                negated=True,
                verb_start=match.start("what"),
            )


ORDINAL = re.compile(
    rf"\b(?:the\s+|its\s+|their\s+)(?P<n>{ORDINAL_WORD}|\d{{1,4}}(?:st|nd|rd|th))\s+(?P<noun>(?:[\w-]+\s+){{0,2}}?(?:killing|murder|death|assassination|victim|homicide|lynching"
    r"|bombing|attack|strike|raid|assault|explosion|ambush|exchange|grenade|blast|shelling|incident|abduction|kidnapping|massacre|time|[\w-]+(?=\s+to\s+(?:be\s+(?:killed|murdered|shot|assassinated)|die)\b)))\b",
    re.I,
)


OF_ONE = re.compile(r"\s+of\s+(?:an?|one)\b", re.I)
FIRST_DEATH = re.compile(r"^(?:\w+\s+)?(?:death|fatality|killing|murder)$", re.I)


def ordinal_counts(sentence: str) -> Iterator[CountMention]:
    """ "the eighth mayor to be murdered" counts eight, "the sixth attack" six incidents."""
    for match in matches(ORDINAL, sentence):
        number = read_ordinal(match["n"])
        if (
            number is None
            or (number < 2 and not (FIRST_DEATH.search(match["noun"]) and not OF_ONE.match(sentence, match.end())))
            or (number == 2 and not re.search(r"\bto\s+(?:be|die)", sentence[match.end() : match.end() + 8]))
        ):
            continue
        last = match["noun"].split()[-1].lower()
        killed = last in ("killing", "murder", "death", "assassination", "victim", "homicide", "lynching") or re.match(
            r"\s+to\s+(?:be|die)", sentence[match.end() :]
        )
        effect = "killed" if killed else "abducted" if last in ("abduction", "kidnapping") else "incidents"
        yield CountMention(
            start=match.start(),
            end=match.end(),
            words=match.group(),
            effect=effect,
            who=None,
            low=number,
            high=number,
            verb_start=match.start("noun"),
        )


LISTED = re.compile(
    r"(?:^|(?<=[.;•\n] ))[-•\s]*(?P<what>(?:[A-Z][\w-]*\s+)?(?:[\w-]+\s+){0,4}?(?:deaths?|killings?|dead|killed|injur\w+|wounded|abductions?|kidnappings?|arrests?|detentions?|displacement|displaced|clashes|attacks|strikes|incidents|rapes|trucks|lorries)"
    r"[^.:;,\d]{0,60}):\s+(?P<at>(?=\S))",
    re.I,
)
LISTED_EFFECTS = (
    ("killed", "dea|kill"),
    ("injured", "injur|wound"),
    ("abducted", "abduct|kidnap"),
    ("detained", "arrest|detent"),
    ("displaced", "displac"),
    ("trucks", "truck|lorr"),
    ("incidents", ""),
)


def listed_counts(sentence: str, slots: list[Quantity], triggers: list[Trigger]) -> Iterator[CountMention]:
    """ "Abductions: 88" as in a monitor's table."""
    for match in matches(LISTED, sentence):
        slot = next((s for s in slots if s.start <= match.start("at") < s.end), None)
        if slot:
            effect = next(e for e, stem in LISTED_EFFECTS if re.search(stem, match["what"], re.I))
            yield mention(sentence, slot, effect, None)


CONVOY = re.compile(rf"\b(?P<n>\d{{1,3}}|{WORDS})-(?:truck|lorry|vehicle|trailer)\b", re.I)


def convoy_counts(sentence: str) -> Iterator[CountMention]:
    for match in CONVOY.finditer(sentence) if "-" in sentence else ():
        number = read_number(match["n"])
        if isinstance(number, int):
            yield CountMention(
                start=match.start(), end=match.end(), words=match.group(), effect="trucks", who=None, low=number, high=number
            )


UNCOUNTED = re.compile(
    r"\b(?P<number>many(?:\s+(?:more|others|people|of\s+them))?|a\s+number\s+of(?:\s+\w+)?|an\s+unknown\s+number\s+of(?:\s+\w+)?|countless|numerous(?:\s+\w+)?|others|some|a\s+few(?:\s+\w+)?|more)\s+"
    r"(?:(?:were|are|have\s+been|had\s+been|was)\s+)?(?P<effect>killed|dead|died|wounded|injured|hurt|displaced|abducted|kidnapped|arrested|detained|missing)\b",
    re.I,
)
ACTIVE_UNCOUNTED = re.compile(
    r"\b(?P<effect>killing|wounding|injuring|killed|wounded|injured|abducting|kidnapping|displacing)\s+(?P<number>many|an\s+unknown\s+number\s+of|a\s+number\s+of|numerous|countless|others)\b(?:\s+(?!and\b|in\b|before\b)[a-z]+)?",
    re.I,
)
SAME_NUMBER = re.compile(
    r"\b(?:the\s+same\s+number|as\s+many|an\s+equal\s+number)\s+(?:of\s+)?(?:were\s+)?(?P<effect>dead|deaths|killed|wounded|injured|hurt)\b",
    re.I,
)


def uncounted_counts(sentence: str, triggers: list[Trigger]) -> Iterator[CountMention]:
    for pattern in (UNCOUNTED, ACTIVE_UNCOUNTED, SAME_NUMBER):
        for match in matches(pattern, sentence):
            trigger = next((t for t in triggers if t.start <= match.start("effect") < t.end), None)
            if trigger and (effects := trigger.effects("both", "noun", "ing", "intransitive")):
                yield CountMention(
                    start=match.start(), end=match.end(), words=match.group(), effect=effects[0], who=None, low=None, high=None,
                    anaphor=pattern is SAME_NUMBER, verb_start=trigger.start,
                )  # fmt: skip


PULLED = re.compile(
    r"\b(?:pull(?:ed|ing)|dragg(?:ed|ing)|haul(?:ed|ing)|order(?:ed|ing)|forc(?:ed|ing)|remov(?:ed|ing)|grabb(?:ed|ing)|separat(?:ed|ing)|round(?:ed|ing)\s+up|pick(?:ed|ing)\s+out|singl(?:ed|ing)\s+out|tied\s+up|bound|seiz(?:ed|ing)|stopp(?:ed|ing)|intercept(?:ed|ing))"
    r"(?:\s+(?:out|off|away|down|aside))?\s+(?:the\s+|all\s+)?$",
    re.I,
)
TAKEN_AWAY = re.compile(
    r"[^.;]{0,120}?\b(?P<verb>took|taking|led|leading|drove|driving|marched|marching|carried|carrying|whisked|whisking|herded|walked|spirited)\s+them\s+(?:all\s+)?"
    r"(?:away|off|with\s+them|into|captive|hostage|to\s+(?!\s*(?:the\s+|a\s+)?(?:hospital|clinic|safety))|towards?|across|at\s+gunpoint)\b",
    re.I,
)


def taken_counts(sentence: str, slots: list[Quantity]) -> Iterator[CountMention]:
    """ "pulled nine passengers off a bus and took them away": the second verb tells what befell them."""
    for slot in slots:
        if slot.kind != "people" or not PULLED.search(sentence, max(0, slot.start - 40), slot.start):
            continue
        if taken := TAKEN_AWAY.match(sentence, slot.end):
            by = sentence[: slot.start] + sentence[taken.end() :]
            effect = "detained" if POLICE.search(by) and not CAPTORS.search(by) else "abducted"
            yield replace(mention(sentence, slot, effect, None), verb_start=taken.start("verb"))


PART_BEFORE = re.compile(
    r"\b(?:including|among\s+them|among\s+the\s+(?:dead|wounded|victims|injured|captives)(?:\s+(?:was|were|are))?|of\s+whom|of\s+them|among\s+whom\s+(?:were|was)|counting|most\s+of\s+them)[,:]?\s+(?:at\s+least\s+)?$",
    re.I,
)
PART_OF = re.compile(
    r"\bof\s+(?:them|whom|these|those|the\s+(?:dead|deaths|killed|victims|wounded|injured|fatalities|casualties|slain))\b", re.I
)
PART_AND = re.compile(rf"{COORDINATION.pattern}|\s+(?:were\s+)?[a-z]+\s+and\s+", re.I)
PART_AFTER = re.compile(r",?\s+(?:among\s+them|included|of\s+them)\b", re.I)


def subset_counts(
    sentence: str, slots: list[Quantity], found: list[CountMention], triggers: list[Trigger]
) -> Iterator[CountMention]:
    previous: CountMention | None = None
    for slot in slots:
        known = next((c for c in found if c.start <= slot.start < c.end), None)
        if known:
            previous = known if known.effect in PERSONAL else previous
            continue
        if SPEAKING.match(sentence, slot.end):
            continue
        before, words = sentence[max(0, slot.start - 48) : slot.start], slot.words
        part = PART_BEFORE.search(before) or PART_OF.search(words) or PART_AFTER.match(sentence, slot.end)
        if not part and previous and previous.subset and PART_AND.fullmatch(sentence[previous.end : slot.start]):
            part = PART_BEFORE.search("including ")
        effect = _part_effect(words + before) or (previous.effect if previous else None)
        if part and effect and slot.kind in ("people", "number", "other"):
            previous = mention(sentence, slot, effect, None, subset=True)
            yield previous


OF_THE_DEAD = re.compile(r"\s+of\s+(?:the|these|those)\s+(?:dead|killed|slain|wounded|injured|victims|missing|displaced)\b", re.I)


def part_of(sentence: str, count: CountMention) -> CountMention:
    """The count with "of the dead" among its words where that follows, marked as a part there and after "among them"."""
    if more := OF_THE_DEAD.match(sentence, count.end):
        return replace(count, end=more.end(), words=sentence[count.start : more.end()], subset=True)
    if count.effect in PERSONAL and PART_BEFORE.search(sentence[max(0, count.start - 48) : count.start]):
        return replace(count, subset=True)
    return count


def _part_effect(words: str) -> str | None:
    if re.search(r"\b(?:the|these|those)\s+(?:dead|deaths|killed|slain|fatalities)\b", words, re.I):
        return "killed"
    return "injured" if re.search(r"\b(?:the|these|those)\s+(?:wounded|injured)\b", words, re.I) else None


MEANS = r"(?:air|aerial|drone|missile|rocket|artillery|mortar|ground|suicide|car[- ]bomb|bomb|gun|grenade|mine|roadside)"
STRUCK = re.compile(r"strikes|attacks|raids|bombings", re.I)
STRIKES = re.compile(
    rf"\b(?P<n>\d[\d,.]*|{WORDS})\s+(?:separate\s+)?{MEANS}(?:(?:\s*,\s*|\s+and\s+|\s+or\s+|/){MEANS})+\s+(?:strikes|attacks|raids|bombings)\b", re.I
)


def strike_counts(sentence: str) -> Iterator[CountMention]:
    """ "163 air and drone strikes": occurrences named by two means."""
    for match in STRIKES.finditer(sentence) if STRUCK.search(sentence) else ():
        number = read_number(match["n"].rstrip(",."))
        if number is not None:
            yield CountMention(
                start=match.start(), end=match.end(), words=match.group(), effect="incidents", who=None, low=int(number), high=int(number)
            )


@cache
def _screen() -> Screen:
    return Screen((TOLL, TOLL_FIRST, *HURT, ORDINAL, LISTED, UNCOUNTED, ACTIVE_UNCOUNTED, SAME_NUMBER))


def matches(pattern: re.Pattern[str], sentence: str) -> Iterable[re.Match[str]]:
    """The matches of one of this module's patterns."""
    return _screen().finditer(pattern, sentence)
