"""How many people and things, and what befell them: the counts of one sentence, by the words that stand around the number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from marsad.language.numbers import ORDINAL_WORD, WORDS, read_number, read_ordinal, read_table
from marsad.language.quantities import Quantity, find_quantities, is_person, noun_phrase, phrase_stops

MAX_SENTENCE = 3000
PERSONAL = ("killed", "injured", "displaced", "abducted", "detained", "reached", "in_need")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountMention:
    """One count of a sentence, offsets into it: `sentence[start:end] == words`.

    `effect` is the contract's word; `low`/`high` are inclusive, `None` where open or not told. `subset` marks a part of another
    count ("including three children"), `total_of_several` a figure for many incidents, `added` further victims ("four more"),
    `update` a toll that has changed ("rose to 14"), `anaphor` a number told elsewhere ("the same number of dead"), `negated` a
    figure that the sentence denies or that is nought. `verb_start` is where the word stands that gives the effect.
    """

    start: int
    end: int
    words: str
    effect: str
    who: str | None
    low: int | None
    high: int | None
    subset: bool = False
    total_of_several: bool = False
    added: bool = False
    negated: bool = False
    update: bool = False
    anaphor: bool = False
    verb_start: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A word that gives an effect, and the forms in which it can do so."""

    start: int
    end: int
    words: str
    readings: tuple[tuple[str, str], ...]

    def effects(self, *forms: str) -> list[str]:
        """The effects that the trigger has in one of `forms`."""
        return [effect for effect, form in self.readings if form in forms]


def find_counts(sentence: str) -> tuple[CountMention, ...]:
    """The counts of a sentence, in its order.

    >>> [(c.words, c.effect, c.low, c.high) for c in find_counts("27 people were killed and at least 73 wounded.")]
    [('27 people', 'killed', 27, 27), ('at least 73 wounded', 'injured', 73, None)]
    """
    sentence = sentence[:MAX_SENTENCE]
    triggers = find_triggers(sentence)
    slots = _slots(sentence, triggers)
    found = [
        *_ordinals(sentence),
        *_direct(sentence, slots, triggers),
        *_tolls(sentence, slots, triggers),
        *_uncounted(sentence, triggers),
        *_nobody(sentence, triggers),
        *_lists(sentence, slots, triggers),
        *_convoys(sentence),
    ]
    found = _distinct(found)
    found = _distinct([*found, *_subsets(sentence, slots, found, triggers)])
    several = bool(SEVERAL.search(sentence))
    return tuple(replace(c, total_of_several=several) for c in sorted(found, key=lambda c: (c.start, c.end, c.effect)))


SEVERAL = re.compile(
    r"\b(?:various|several|separate|series of|wave of|spate of)\s+(?:\w+\s+)?(?:attacks|strikes|raids|incidents|assaults|clashes)|\bsince\b|\bso far\b"
    r"|\b(?:in|over) the (?:past|last)\b|\b(?:this|last) (?:year|month|week)\b|\bacross the (?:country|region|state)\b|\bnationwide\b",
    re.I,
)


@cache
def _effects() -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for row in read_table("marsad.coding", "effects.tsv"):
        found[row["words"].lower()] = (*found.get(row["words"].lower(), ()), (row["effect"], row["form"]))
    return found


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted(_effects(), key=lambda w: (-len(w), w))
    return re.compile(r"(?<![\w-])(?:" + "|".join(_flexible(w) for w in words) + r")(?![\w-])", re.I)


def _flexible(words: str) -> str:
    """A `*` in the table stands for up to three words."""
    return re.escape(words).replace(r"\*\ ", r"(?:[\w'’-]+\s+){0,3}?").replace(r"\ ", r"\s+")


@cache
def _wildcards() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_flexible(w), re.I), w) for w in _effects() if "*" in w)


def _readings(words: str) -> tuple[tuple[str, str], ...]:
    known = _effects().get(re.sub(r"\s+", " ", words.lower()))
    return known or next((_effects()[w] for pattern, w in _wildcards() if pattern.fullmatch(words)), ())


def find_triggers(sentence: str) -> list[Trigger]:
    """The effect words of a sentence, longest first where two overlap."""
    return [
        Trigger(start=m.start(), end=m.end(), words=m.group(), readings=_readings(m.group()))
        for m in _pattern().finditer(sentence)
    ]


# --- slots: what may be counted -------------------------------------------------------------------------------------------

COUNTED = ("people", "number", "other", "vehicles", "occurrences")
UNCOUNTED_NOUNS = re.compile(
    r"\b(?:houses?|homes?|shops?|buildings?|schools?|huts?|cars?|motorcycles?|motorbikes?|bicycles?|boats?|cattle|cows|goats|sheep|camels|drones?|missiles?"
    r"|rockets?|shells?|villages?|towns?|structures|trees|kiosks|stalls|rifles|weapons|rounds|bombs?|mines?|aircraft|helicopters?|planes|tanks?|checkpoints?|camps?|hospitals?|bridges?"
    r"|places|areas|districts|provinces|states|countries|cities|regions|doses|tents|meals|kits|hectares|positions|bases|posts|churches|mosques|bodies of water|vessels?|ships?|warehouses?|farms?|localities|municipalities|sites|settlements|tonnes|shots|bullets|grenades)$",
    re.I,
)


def _slots(sentence: str, triggers: list[Trigger]) -> list[Quantity]:
    slots = [q for q in find_quantities(sentence) if q.kind in COUNTED]
    taken = {i for q in slots for i in range(q.start, q.end)}
    slots = _merge_kin(sentence, sorted(slots, key=lambda q: q.start))
    slots += [q for q in _singles(sentence, triggers) if not taken.intersection(range(q.start, q.end))]
    return sorted((q for q in slots if not (q.noun and UNCOUNTED_NOUNS.search(q.noun))), key=lambda q: q.start)


def _merge_kin(sentence: str, slots: list[Quantity]) -> list[Quantity]:
    """ "a father and his two sons" are three: a possessive ties the second to the first."""
    kept: list[Quantity] = []
    for slot in slots:
        left = kept[-1] if kept else None
        joint = sentence[left.end : slot.start] if left else ""
        possessive = slot.words.lower().startswith(("his ", "her ", "their "))
        tie = re.fullmatch(r"\s+and\s+(?:(?:his|her|their)\s+)?", joint) and (
            possessive or re.search(r"his|her|their", joint) or re.search(r"\bof\s+(?:his|her|their)\b", slot.words)
        )
        if left and tie and left.kind == slot.kind == "people" and left.low and left.high and slot.low and slot.high:
            low, high = left.low + slot.low, left.high + slot.high
            kept[-1] = replace(left, end=slot.end, noun_end=slot.end, words=sentence[left.start : slot.end], low=low, high=high)
        else:
            kept.append(slot)
    return kept


OBJECT = re.compile(
    r"\s+(?:(?P<article>an?|the|his|her|its|their|one)\s+|(?P<name>[A-ZÀ-Þ][\w’'-]+(?:\s+(?:al-|bin\s|de\s)?[A-ZÀ-Þ][\w’'-]+){1,3}))"
)
NAMED = re.compile(
    r"(?:(?<=^)|(?<=that )|(?<=when )|(?<=and )|(?<=said )|(?<=\. )|(?<=, ))(?!The |A |An |In |On |At |It |He |She |Two |Three |Four |Five |Six |Seven |Eight |Nine |Ten )[A-ZÀ-Þ][\w’'-]+(?:\s+(?:al-|bin\s|de\s)?[A-ZÀ-Þ][\w’'.-]+){1,4}"
)
SUBJECT = re.compile(r"(?:^|(?<=[\s,;:—“\"]))(?P<article>An?|One)\s+(?=[\w'’-])", re.I)
THINGS = re.compile(
    r"\b(?:deal|plan|fire|house|home|building|vehicle|car|boat|bridge|school|hospital|church|mosque|market|village|town|city|base|post|drone|missile|rocket|shell|bomb|mine"
    r"|attack|strike|raid|blast|explosion|clash|battle|ambush|operation|road|crossing|camp|checkpoint|convoy|siege|war|conflict|ceasefire|truce|month|year|week|day|hour|total|number|case|blow|toll|state|part|place|lot|hand|leg|foot|arm|head"
    r"|cache|weapon|rifle|position|depot|truck|lorry|ship|vessel|tanker|plane|aircraft|helicopter|area|district|province|mountain|hill|river|protest|march|rally|statement|report|bus|motorcycle|tank)s?$",
    re.I,
)


def _singles(sentence: str, triggers: list[Trigger]) -> Iterator[Quantity]:
    """Victims told of with an article or a name instead of a number: "killing an indigenous nurse", "a cobbler was killed"."""
    for trigger in triggers:
        effects = trigger.effects("ing", "active", "both", "intransitive")
        if not any(e in ("killed", "injured", "abducted", "detained") for e in effects) or trigger.words.lower() in WEAK:
            continue
        if (match := OBJECT.match(sentence, trigger.end)) and not trigger.effects("intransitive"):
            if match["name"]:
                yield _single(sentence, match.start("name"), match.end(), None)
            else:
                noun, end = noun_phrase(sentence, match.end() - 1)
                if (
                    noun
                    and not THINGS.search(noun)
                    and _singular(noun)
                    and (match["article"] in ("a", "an", "one") or is_person(noun))
                ):
                    yield _single(sentence, match.start("article"), end, noun)
        for match in NAMED.finditer(sentence, max(0, trigger.start - 120), trigger.start):
            if match.group().split()[0].lower() in phrase_stops():
                continue
            if re.fullmatch(
                r"(?:,\s+[^,;]{1,60},)?\s+(?:(?:was|has\s+been|had\s+been|were)\s+)?(?:\w+ly\s+)?",
                sentence[match.end() : trigger.start],
            ):
                yield _single(sentence, match.start(), match.end(), None)
        for match in SUBJECT.finditer(sentence, max(0, trigger.start - 160), trigger.start):
            noun, end = noun_phrase(sentence, match.end() - 1)
            gap = sentence[end : trigger.start]
            if noun and end <= trigger.start and PASSIVE_GAP.fullmatch(gap) and _singular(noun) and not THINGS.search(noun):
                yield _single(sentence, match.start("article"), end, noun)


def _singular(noun: str) -> bool:
    return not re.search(r"(?:[^s]s|men|people|children|police)$", noun.lower()) or noun.lower() in ("boss",)


def _single(sentence: str, start: int, end: int, noun: str | None) -> Quantity:
    return Quantity(
        start=start, end=end, words=sentence[start:end], low=1, high=1, noun=noun, noun_end=end, approximate=False,
        kind="people", number_start=start, number_end=start,
    )  # fmt: skip


# --- giving each slot its effect ------------------------------------------------------------------------------------------

WEAK = frozenset(
    ["hit", "struck", "taken", "held", "seized", "captured", "lost", "claimed", "took", "cost", "costs", "buried", "treated", "beaten", "missing", "dispatched", "mourned", "evacuated", "reached", "served", "burned", "burnt", "fell"]
)
ADVERB = r"(?:also|later|reportedly|allegedly|then|had|have|has|just|all|both|each|since|already|only|so\s+far|now|fatally|instantly|slightly|critically|seriously|badly|severely|lightly|gravely|newly|forcibly|internally|feared|believed|confirmed|said|presumed|reported|known|thought|either|\w+ly)"
AUXILIARY = r"(?:was|were|is|are|be|been|being|get|got|getting|had|has|have|having|did|will|would|could|to|lay|left|found|there|must|may|might|remain|remains|remained|were\s+being|still)"
TAIL = r"(?:(?:,\s+[\w-]+){0,3},?\s+and\s+(?:other\s+)?(?!\w+ed\b)[a-z-]+(?:\s+fighters|\s+officials)?)?(?:\s+(?:[a-z]+ing|of|from|in|at|near|on|with|aboard|inside|outside|to|for|by|who|that|under|among|between|fetching|working|travelling|returning|guarding|selling|across|around)\s+[^,;:()—–\n]{1,70}?)?"
APPOSITION = r"(?:\s*\([^)\n]{0,60}\)|,\s+[^,;\n]{1,90},|\s+[—–]\s+[^—–\n]{1,80}\s+[—–])?"
PASSIVE_GAP = re.compile(rf"{TAIL}{APPOSITION},?(?:\s+(?:{AUXILIARY}|{ADVERB})\b){{0,5}}\s+", re.I)
DIRECT_GAP = re.compile(rf"(?:\s+(?:{AUXILIARY}|{ADVERB}|others|more|people)\b){{0,5}}\s+", re.I)
OBJECT_GAP = re.compile(
    r"[\"”’]?\s+(?:(?:a|an)\s+total\s+of\s+|as\s+many\s+as\s+|(?:some|all|the|another|more|also|what\s+it\s+called|what\s+they\s+called|including|people,?)\s+)?[\"“‘']?",
    re.I,
)
COORDINATION = re.compile(
    r"(?:\s*\([^)\n]{0,40}\))?[\s,]*(?:(?:and|as\s+well\s+as|along\s+with|together\s+with|plus|or|alongside)\s+)?(?:(?:at|the|a|also|another)\s+)?",
    re.I,
)
PASSIVE_BEFORE = re.compile(rf"\b(?:was|were|is|are|be|been|being|get|got|getting)(?:\s+{ADVERB}){{0,3}}\s+$", re.I)
OBJECT_AFTER = re.compile(
    r"\s+(?:(?:at least|about|some|around|more than|over|nearly|almost|up to|several|dozens|scores|hundreds|the|his|her|a|an|its|their|another|two|three|four|five|six|seven|eight|nine|ten)\b|\d|[A-ZÀ-Þ][a-z])"
)


def _direct(sentence: str, slots: list[Quantity], triggers: list[Trigger]) -> Iterator[CountMention]:
    assigned: dict[int, tuple[str, Trigger | None]] = {}
    for index, slot in enumerate(slots):
        if choice := _own_effect(sentence, slot, slots, triggers):
            assigned[index] = choice
    _share(sentence, slots, assigned)
    for index, slot in enumerate(slots):
        if index in assigned:
            effect, trigger = assigned[index]
            yield _mention(sentence, slot, effect, trigger)
        elif slot.kind == "vehicles" and _counts_trucks(sentence, slot):
            yield _mention(sentence, slot, "trucks", None)
        elif (
            slot.kind == "occurrences"
            and slot.noun
            and (slot.low or slot.high or 0) >= 2
            and slot.noun.lower() not in ("times", "case", "cases")
        ):
            yield _mention(sentence, slot, "incidents", None)


LORRY = re.compile(r"(?:lorr(?:y|ies)|trucks?|trailers?|tankers?|truckloads?|lorry-?loads?|semi-trailers)$", re.I)


def _counts_trucks(sentence: str, slot: Quantity) -> bool:
    if slot.noun is None or re.match(r"\s+(?:bomb|bombs|driver|drivers)", sentence[slot.end : slot.end + 12]):
        return False
    if LORRY.search(slot.noun):
        return True
    return bool(re.search(r"\b(?:convoy|aid|relief|supplies|vehicles\s+(?:laden|loaded|carrying))\b", sentence, re.I)) and bool(
        re.match(r"vehicles$|pick-?ups$", slot.noun, re.I)
    )


def _own_effect(
    sentence: str, slot: Quantity, slots: list[Quantity], triggers: list[Trigger]
) -> tuple[str, Trigger | None] | None:
    for trigger in triggers:
        inside = slot.number_end <= trigger.start and trigger.end <= slot.end
        if (
            inside
            and trigger.effects("noun")
            and slot.noun
            and trigger.words.lower() == slot.noun.lower()
            and slot.kind != "occurrences"
            and not FREED.match(sentence, slot.end)
        ):
            return trigger.effects("noun")[0], trigger
    best: tuple[int, str, Trigger] | None = None
    for trigger in triggers:
        if trigger.start >= slot.end:
            choice = _effect_after(sentence, slot, trigger, triggers, slots)
        elif trigger.end <= slot.start:
            choice = _effect_before(sentence, slot, trigger, slots)
        else:
            continue
        if choice and (best is None or choice[0] < best[0]):
            best = (*choice, trigger)
    if (
        best
        and best[1] in ("abducted", "detained")
        and slot.kind == "other"
        and slot.noun
        and not slot.noun[0].isupper()
        and not slot.words.lower().startswith(("a ", "an ", "one "))
    ):
        best = None
    if (
        best
        and best[1] in ("reached", "in_need")
        and slot.kind != "people"
        and (slot.noun is None or slot.kind in ("vehicles", "occurrences"))
        and best[2].start > slot.end
    ):
        best = None
    if (
        best
        and best[1] in ("reached",)
        and re.search(r"\b(?:detentions|arrests|toll|number|deaths)\b", sentence[: slot.start], re.I)
        and slot.noun is None
    ):
        best = None
    if best is None or (slot.kind in ("vehicles", "occurrences") and best[1] in PERSONAL):
        return None
    return _by_whom(
        sentence[: slot.start] + " " + sentence[slot.end :],
        best[1],
        best[2],
        shift=slot.end - slot.start - 1 if slot.end <= best[2].start else 0,
    ), best[2]


AMBIGUOUS = frozenset(
    ["seized", "taken", "captured", "held", "took", "taking", "seizing", "capturing", "snatched", "marched", "bundled", "hauled", "disappeared", "taken away", "led away", "led off", "took away", "carried off", "driven off", "dragged away", "dragged off", "marched off", "dragged out", "bundled into", "driven away", "dragged from"]
)
POLICE = re.compile(
    r"\b(?:police|policemen|officers|army|troops|soldiers|security\s+(?:forces|men|agents|services?)|gendarmes|gendarmerie|guards|agents|marines|authorities|prosecutors?|intelligence|suspects?|"
    r"custody|smugglers|arrests?|court|patrol|navy|guardsmen|coastguard)\b",
    re.I,
)
CAPTORS = re.compile(
    r"\b(?:gunmen|bandits|militia\w*|rebels|insurgents|militants|kidnappers|ransom|hostages?|captivity|jihadists|terrorists|gang\w*|raiders|armed\s+(?:men|group)|captive|Boko\s+Haram|fighters|pirates|island|RSF)\b",
    re.I,
)


def _by_whom(sentence: str, effect: str, trigger: Trigger, *, shift: int) -> str:
    """Police who seize people detain them; gunmen who hold people abduct them."""
    if re.sub(r"\s+", " ", trigger.words.lower()) not in AMBIGUOUS or effect not in ("abducted", "detained"):
        return effect
    if re.match(r"[^,;.]{0,50}\binto\s+custody\b", sentence[trigger.end - shift : trigger.end - shift + 70]):
        return "detained"
    captors, police = CAPTORS.search(sentence), POLICE.search(sentence)
    if police and not captors:
        return "detained"
    return "abducted" if captors and not police else effect


TALK = re.compile(r"\b(?:said|says|told|reported that|denied|denies|wanted|who\s+(?:fled|escaped|survived|saw))\b")
FREED = re.compile(
    r"\s+(?:were|was|have\s+been|has\s+been|are)?\s*(?:freed|released|let\s+go|rescued|set\s+free|brought\s+out)\b"
)
INSIDE = re.compile(r"\b(?:at|for|from|into|near|with|against|in|on|to|after|before|under|between|of|over)\s+$", re.I)
BY_NAME = re.compile(r"\b(?:by|according\s+to)\s+$", re.I)
SPEAKING = re.compile(
    r",?\s+(?:said|says|told|reported|wrote|added|announced|admits|admitted|confirmed|wants|wanted|for\s+security\s+said)\b", re.I
)


def _effect_after(
    sentence: str, slot: Quantity, trigger: Trigger, triggers: list[Trigger], slots: list[Quantity]
) -> tuple[int, str] | None:
    gap = sentence[slot.end : trigger.start]
    if INSIDE.search(sentence, max(0, slot.start - 24), slot.start):
        return None
    if (
        BY_NAME.search(sentence, max(0, slot.start - 24), slot.start)
        or SPEAKING.match(sentence, slot.end)
        or len(gap) > 200
        or any(slot.end <= t.start and t.end <= trigger.start and t.effects("both", "intransitive") for t in triggers)
    ):
        return None
    direct = DIRECT_GAP.fullmatch(gap)
    if not direct and (
        not PASSIVE_GAP.fullmatch(gap)
        or (not gap.startswith(",")
        and any(slot.end < s.start < trigger.start and s.number_start != s.number_end for s in slots if _of(sentence, s)))
    ):
        return None
    if not direct and TALK.search(gap):
        return None
    passive = bool(PASSIVE_BEFORE.search(sentence[: trigger.start])) or bool(
        re.match(r"\s+by\b", sentence[trigger.end : trigger.end + 4])
    )
    if (_of_an_article(slot) and not gap.strip() and trigger.effects("noun")) or FREED.match(sentence, trigger.end):
        return None
    if slot.kind == "number" and not gap.strip() and trigger.effects("both"):
        return -1, trigger.effects("both")[0]
    if (
        trigger.words.lower() in ("dead", "missing", "hungry", "homeless")
        or (trigger.effects("noun")
        and direct
        and not gap.strip())
    ) and (effects := trigger.effects("noun", "intransitive")):
        return len(gap) // 8, effects[0]
    if (effects := trigger.effects("intransitive")) and (not passive or not trigger.effects("both")):
        return len(gap) // 8, effects[0]
    if (effects := trigger.effects("both")) and (
        passive
        or ((
            not OBJECT_AFTER.match(sentence, trigger.end) and not re.search(r"\b(?:who|that|which|had|have|has)\b[^,]*$", gap)
        )
        and (direct or slot.kind == "people"))
    ):
        if (
            trigger.words.lower() in WEAK
            and not passive
            and trigger.words.lower() not in ("missing", "taken", "held", "seized", "treated")
        ):
            return None
        return len(gap) // 8 + (0 if passive or not gap.strip() else 2), effects[0]
    return None


def _of(sentence: str, slot: Quantity) -> bool:
    return slot.kind == "people" and not INSIDE.search(sentence, max(0, slot.start - 24), slot.start)


def _effect_before(sentence: str, slot: Quantity, trigger: Trigger, slots: list[Quantity]) -> tuple[int, str] | None:
    gap = sentence[trigger.end : slot.start]
    if not OBJECT_GAP.fullmatch(gap):
        return None
    word = trigger.words.lower()
    if effects := trigger.effects("ing", "active"):
        if word in ("sent", "drove", "forced", "sending", "driving", "forcing", "emptying"):
            rest = sentence[slot.end : slot.end + 80]
            if not re.match(r"[^,;]{0,60}\b(?:from|out|to|into|across|away|off|flee|fleeing|leave)\b", rest) or re.search(
                r"\bto\s+hospital", rest
            ):
                return (1, "injured") if re.search(r"^[^,;]{0,30}\bto\s+(?:the\s+)?hospital", rest) else None
        if word in ("took", "taking", "cost", "costs", "costing", "claimed", "claiming", "lost") and not _lives_or_people(slot):
            return None
        if word in ("took", "taking") and slot.noun and slot.noun.lower() in ("lives", "life"):
            return 0, "killed"
        return 0, effects[0]
    if effects := trigger.effects("both"):
        if PASSIVE_BEFORE.search(sentence[: trigger.start]) or any(
            s.end <= trigger.start and not sentence[s.end : trigger.start].strip() and s.kind == "number" for s in slots
        ):
            return None
        if word in ("lost", "hit", "held", "taken", "struck", "treated", "buried") and not _lives_or_people(slot):
            return None
        return 0, effects[0]
    return None


def _lives_or_people(slot: Quantity) -> bool:
    return slot.kind == "people" or (slot.noun or "").lower() in ("lives", "life")


DIED_THEN = re.compile(
    r"[^.;]{0,60}?(?:\band|,\s+who|\bwho)\s+(?:later\s+|has\s+since\s+|then\s+)?(?:died|succumbed|was\s+killed|killed)\b", re.I
)


def _share(sentence: str, slots: list[Quantity], assigned: dict[int, tuple[str, Trigger | None]]) -> None:
    """Coordination: "killing 11 soldiers and at least six volunteers", "two policemen and a passer-by died"."""
    for index, (effect, trigger) in list(assigned.items()):
        if effect == "injured" and trigger and DIED_THEN.match(sentence, trigger.end):
            assigned[index] = ("killed", trigger)
    order = [*range(1, len(slots)), *range(len(slots) - 2, -1, -1)]
    for position, index in enumerate(order):
        other = index - 1 if position < len(slots) - 1 else index + 1
        if index in assigned or other not in assigned:
            continue
        effect, trigger = assigned[other]
        left, right = slots[min(index, other)], slots[max(index, other)]
        gap = sentence[left.end : right.start]
        slot = slots[index]
        backward = trigger is not None and trigger.start >= slots[other].end
        if (other > index) != backward and trigger is not None:
            continue
        if slot.kind != "people" and not (slot.kind == "other" and slot.noun):
            continue
        if (
            SPEAKING.match(sentence, slot.end)
            or (_of_an_article(slot)
            and not re.search(r"\b(?:and|with|or|plus|alongside|as)\b", gap)
            and index > other)
        ):
            continue
        if effect in PERSONAL and COORDINATION.fullmatch(gap) and re.search(r",|and|with|plus|well", gap) and slots[other].noun:
            assigned[index] = (effect, trigger)


def _of_an_article(slot: Quantity) -> bool:
    return slot.low == slot.high == 1 and slot.words.split()[0].lower() in ("a", "an", "the", "his", "her", "their", "its")


def _mention(sentence: str, slot: Quantity, effect: str, trigger: Trigger | None, **flags: bool) -> CountMention:
    end = slot.end
    if (
        slot.noun is None
        and trigger
        and trigger.start >= slot.end
        and not sentence[slot.end : trigger.start].strip()
        and " " not in trigger.words
    ):
        end = trigger.end
    negated = slot.low == 0 and slot.high == 0
    if trigger and re.search(
        r"\b(?:not|never|didn['’]t|wasn['’]t|weren['’]t|neither)\s+(?:\w+\s+)?$",
        sentence[max(0, trigger.start - 24) : trigger.start],
        re.I,
    ):
        negated = True
    who = (
        slot.noun
        if slot.noun
        and slot.noun.lower()
        not in ("deaths", "dead", "killings", "arrests", "injuries", "lives", "bodies", "others", "abductions")
        else None
    )
    return CountMention(
        start=slot.start, end=end, words=sentence[slot.start : end], effect=effect, who=who, low=slot.low, high=slot.high,
        added=slot.more or bool(re.search(r"\bmore\b", slot.words) and "more than" not in slot.words.lower()), negated=negated,
        verb_start=trigger.start if trigger else None, **flags,
    )  # fmt: skip


# --- tolls, nobody, uncounted ---------------------------------------------------------------------------------------------

TOLL = re.compile(
    r"\b(?:(?:death\s+|casualty\s+)?toll|number\s+of\s+(?:the\s+)?(?:\w+\s+){0,2}?(?P<what>dead|killed|deaths|wounded|injured|missing|arrested|detained|displaced|abducted|kidnapped|slain|fatalities|arrests|victims)"
    r"|(?:the\s+)?(?P<what2>dead|wounded|injured|missing|deaths|fatalities|arrests|detentions|killings|abductions|kidnappings|homicides|injuries|displaced|casualties))\b"
    r"(?P<middle>[^.;]{0,110}?)(?<!\w)(?:to|at|as|is|was|stood\s+at|reached|had\s+reached|exceeded|passed)\s+(?P<at>(?=\S))",
    re.I,
)
TOLL_FIRST = re.compile(
    r"\b(?:raising|bringing|brought|raised|takes|taking|took|lifting|brings|raises|pushing|pushed|lowered|revised|put|puts|putting)\s+to\s+(?P<at>(?=\S))",
    re.I,
)
RISE = re.compile(
    r"\b(?:rose|risen|rising|climb\w*|increas\w*|rais\w*|brought|bring\w*|lift\w*|revis\w*|lower\w*|went up|tak(?:es|ing)|push\w*|jump\w*)\b",
    re.I,
)


def _tolls(sentence: str, slots: list[Quantity], triggers: list[Trigger]) -> Iterator[CountMention]:
    for match in (*TOLL.finditer(sentence), *TOLL_FIRST.finditer(sentence)):
        slot = next((s for s in slots if s.start <= match.start("at") < s.end or s.number_start == match.start("at")), None)
        if slot is None or slot.kind not in ("number", "people", "other"):
            continue
        if match.re is TOLL_FIRST and not re.search(r"toll|dead|death", sentence[match.end() : match.end() + 60]):
            continue
        groups = match.groupdict()
        word = (groups.get("what") or groups.get("what2") or "dead").lower()
        effects = {e for t in triggers if t.words.lower() == word for e in t.effects("noun", "both")}
        effect = "killed" if word in ("victims", "casualties", "dead") or not effects else sorted(effects)[-1]
        update = bool(RISE.search(match.group()))
        yield replace(_mention(sentence, slot, effect, None, update=update), verb_start=match.start())


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


def _nobody(sentence: str, triggers: list[Trigger]) -> Iterator[CountMention]:
    for match in (*NOBODY_HURT.finditer(sentence), *HURT_NOBODY.finditer(sentence), *NO_CASUALTIES.finditer(sentence)):
        what = match["what"].lower()
        effects = {"killed": ["killed"], "killing": ["killed"], "martyrs": ["killed"], "died": ["killed"], "deaths": ["killed"], "fatalities": ["killed"], "loss of life": ["killed"], "dead": ["killed"],
                   "kidnapped": ["abducted"], "abducted": ["abducted"], "arrested": ["detained"], "detained": ["detained"], "arrests": ["detained"],
                   "injuries": ["injured"]}.get(what, ["killed", "injured"])  # fmt: skip
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


def _ordinals(sentence: str) -> Iterator[CountMention]:
    """ "the eighth mayor to be murdered" counts eight, "the sixth attack" six incidents."""
    for match in ORDINAL.finditer(sentence):
        number = read_ordinal(match["n"])
        if (
            number is None
            or number < 2
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


def _lists(sentence: str, slots: list[Quantity], triggers: list[Trigger]) -> Iterator[CountMention]:
    """ "Abductions: 88" as in a monitor's table."""
    for match in LISTED.finditer(sentence):
        slot = next((s for s in slots if s.start <= match.start("at") < s.end), None)
        if slot:
            effect = next(e for e, stem in LISTED_EFFECTS if re.search(stem, match["what"], re.I))
            yield _mention(sentence, slot, effect, None)


CONVOY = re.compile(rf"\b(?P<n>\d{{1,3}}|{WORDS})-(?:truck|lorry|vehicle|trailer)\b", re.I)


def _convoys(sentence: str) -> Iterator[CountMention]:
    for match in CONVOY.finditer(sentence):
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


def _uncounted(sentence: str, triggers: list[Trigger]) -> Iterator[CountMention]:
    for pattern in (UNCOUNTED, ACTIVE_UNCOUNTED, SAME_NUMBER):
        for match in pattern.finditer(sentence):
            trigger = next((t for t in triggers if t.start <= match.start("effect") < t.end), None)
            if trigger and (effects := trigger.effects("both", "noun", "ing", "intransitive")):
                yield CountMention(
                    start=match.start(), end=match.end(), words=match.group(), effect=effects[0], who=None, low=None, high=None,
                    anaphor=pattern is SAME_NUMBER, verb_start=trigger.start,
                )  # fmt: skip


# --- parts of a count -----------------------------------------------------------------------------------------------------

PART_BEFORE = re.compile(
    r"\b(?:including|among\s+them|among\s+the\s+(?:dead|wounded|victims|injured|captives)(?:\s+(?:was|were|are))?|of\s+whom|of\s+them|among\s+whom\s+(?:were|was)|counting|most\s+of\s+them)[,:]?\s+(?:at\s+least\s+)?$",
    re.I,
)
PART_OF = re.compile(
    r"\bof\s+(?:them|whom|these|those|the\s+(?:dead|deaths|killed|victims|wounded|injured|fatalities|casualties|slain))\b", re.I
)
PART_AFTER = re.compile(r",?\s+(?:among\s+them|included|of\s+them)\b", re.I)


def _subsets(sentence: str, slots: list[Quantity], found: list[CountMention], triggers: list[Trigger]) -> Iterator[CountMention]:
    previous: CountMention | None = None
    for slot in slots:
        known = next((c for c in found if c.start <= slot.start < c.end), None)
        if known:
            previous = known if known.effect in PERSONAL else previous
            continue
        before, words = sentence[max(0, slot.start - 48) : slot.start], slot.words
        part = PART_BEFORE.search(before) or PART_OF.search(words) or PART_AFTER.match(sentence, slot.end)
        if not part and previous and previous.subset and COORDINATION.fullmatch(sentence[previous.end : slot.start]):
            part = PART_BEFORE.search("including ")
        effect = _part_effect(words + before) or (previous.effect if previous else None)
        if part and effect and slot.kind in ("people", "number", "other"):
            previous = _mention(sentence, slot, effect, None, subset=True)
            yield previous


def _part_effect(words: str) -> str | None:
    if re.search(r"\b(?:the|these|those)\s+(?:dead|deaths|killed|slain|fatalities)\b", words, re.I):
        return "killed"
    return "injured" if re.search(r"\b(?:the|these|those)\s+(?:wounded|injured)\b", words, re.I) else None


def _distinct(found: list[CountMention]) -> list[CountMention]:
    kept: list[CountMention] = []
    for count in found:
        rival = next((k for k in kept if k.start < count.end and count.start < k.end), None)
        if rival is None or (
            count.low == count.high == rival.low == 0 and count.effect != rival.effect and rival.start == count.start
        ):
            kept.append(count)
        elif count.low == count.high == 0 and rival.high == 0:
            kept[kept.index(rival)] = count
    return kept
