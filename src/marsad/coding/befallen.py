"""The effect of each counted thing, by the words before and after it: "killing 11 soldiers", "73 were wounded"."""

# ruff: noqa: E501
from __future__ import annotations

import re
from collections.abc import Iterator

from marsad.coding.counted import ADVERB, AUXILIARY, PASSIVE_GAP, WEAK
from marsad.coding.effects import PERSONAL, CountMention, Trigger
from marsad.language.quantities import Quantity

DIRECT_GAP = re.compile(rf"(?:\s+(?:{AUXILIARY}|{ADVERB}|others|more|people)\b){{0,5}}\s+", re.I)
OBJECT_GAP = re.compile(
    r"[\"”’]?\s+(?:(?:a|an)\s+total\s+of\s+|as\s+many\s+as\s+|(?:some|all(?:\s+of)?(?:\s+(?:its|the|his|her|their))?|its|his|her|their|both(?:\s+(?:its|of\s+its))?|the|another|more|also|what\s+it\s+called|what\s+they\s+called|including|people,?)\s+)?[\"“‘']?",
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


def direct_counts(sentence: str, slots: list[Quantity], triggers: list[Trigger]) -> Iterator[CountMention]:
    assigned: dict[int, tuple[str, Trigger | None]] = {}
    for index, slot in enumerate(slots):
        if choice := _own_effect(sentence, slot, slots, triggers):
            assigned[index] = choice
    _share(sentence, slots, assigned)
    for index, slot in enumerate(slots):
        if index in assigned:
            effect, trigger = assigned[index]
            yield mention(sentence, slot, effect, trigger)
        elif slot.kind == "vehicles" and _counts_trucks(sentence, slot):
            yield mention(sentence, slot, "trucks", None)
        elif (
            slot.kind == "occurrences"
            and slot.noun
            and (slot.low or slot.high or 0) >= 2
            and slot.noun.lower() not in ("times", "case", "cases")
        ):
            yield mention(sentence, slot, "incidents", None)


LORRY = re.compile(r"(?:lorr(?:y|ies)|trucks?|trailers?|tankers?|truckloads?|lorry-?loads?|semi-trailers)$", re.I)
PICKUP = re.compile(r"\bpick-?\s?ups?\b|\b(?:army|military|police|armou?red|fire)\s+(?:\w+\s+)?(?:truck|lorr)", re.I)
AID = re.compile(
    r"\b(?:convoys?|aid|relief|humanitarian|supplies|food|flour|wheat|grain|rice|medicines?|medical|fuel|goods|cargo|UN|UNICEF|WFP"
    r"|World\s+Food\s+Programme|agenc(?:y|ies)|salt|oil|water|vaccines?|tents|blankets|crossing|displacement|World\s+Health)\b",
    re.I,
)
CARRYING_MEN = re.compile(
    r"\s+(?:that\s+was\s+|which\s+was\s+)?(?:carrying|full\s+of|packed\s+with|loaded\s+with|laden\s+with|transporting|bringing|taking|mounted\s+with|rigged\s+with|filled\s+with|of)\s+(?:[\w'’-]+\s+){0,3}?"
    r"(?:soldiers|troops|police\w*|fighters|gunmen|militia\w*|passengers|people|mourners|labourers|workers|migrants|villagers|explosives|guns?|weapons|ammunition)\b",
    re.I,
)


def _counts_trucks(sentence: str, slot: Quantity) -> bool:
    if slot.noun is None or re.match(r"\s+(?:bomb|bombs|driver|drivers)", sentence[slot.end : slot.end + 12]):
        return False
    if CARRYING_MEN.match(sentence, slot.end):
        return False
    if LORRY.search(slot.noun) and not PICKUP.search(slot.words):
        return not of_an_article(slot) or bool(AID.search(sentence))
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
        if inside and trigger.words.lower() in STATES and (effects := trigger.effects("both", "noun", "intransitive")):
            return effects[0], trigger
    if slot.kind == "people" and (among := AMONG.match(sentence, slot.end)):
        return ("injured" if among["what"].lower() in ("wounded", "injured") else "killed"), None
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
    if best and best[1] == "injured" and best[2].end <= slot.start and TO_DEATH.match(sentence, slot.end):
        best = (best[0], "killed", best[2])
    if best is None and slot.kind == "people" and SHOT.search(sentence, max(0, slot.start - 24), slot.start):
        if TO_DEATH.match(sentence, slot.end) or DIED_OF_IT.match(sentence, slot.end):
            return "killed", None
        if IN_THE_LIMBS.match(sentence, slot.end):
            return "injured", None
    if best is None or (slot.kind in ("vehicles", "occurrences") and best[1] in PERSONAL):
        return None
    return _by_whom(
        sentence[: slot.start] + " " + sentence[slot.end :],
        best[1],
        best[2],
        slot.words,
        shift=slot.end - slot.start - 1 if slot.end <= best[2].start else 0,
    ), best[2]


STATES = frozenset(
    ["dead", "wounded", "injured", "displaced", "kidnapped", "abducted", "detained", "slain", "killed", "murdered", "arrested"]
)
AMONG = re.compile(r"\s+(?:was|were)\s+(?:also\s+)?among\s+the\s+(?P<what>dead|killed|victims|wounded|injured|slain)\b", re.I)
TO_DEATH = re.compile(r"(?:\s+[^\s,;.]+){0,4}?\s+to\s+death\b|\s+dead\b", re.I)
DIED_OF_IT = re.compile(r",?\s+(?:who|both\s+of\s+whom|all\s+of\s+whom)\s+(?:\w+\s+){0,2}?(?:died|succumbed)\b", re.I)
IN_THE_LIMBS = re.compile(
    r"\s+in\s+(?:the|both|his|her|their|one)\s+(?:\w+\s+)?(?:legs?|thighs?|knees?|feet|foot|ankles?|arms?|hands?|shoulders?|hips?|backs?|buttocks|eyes?|face|jaw|stomach)\b",
    re.I,
)
SHOT = re.compile(
    r"\b(?:shot|shoots|shooting|gunned|struck|strikes|knocked|stabbed|stabbing|burned|burnt|burning|hacking|beats|beating|stoned|stoning|crushed|crushing|trampled|trampling|clubbing|tortured|torturing|starved|starving)\s+$",
    re.I,
)
LOSSES = re.compile(
    r"(?:men|soldiers|fighters|troops|policemen|officers|of\s+its\s+(?:men|own|soldiers|fighters)|comrades|militiamen|gendarmes|dead|people|members)$",
    re.I,
)
AMBIGUOUS = frozenset(
    [
        "seized",
        "taken",
        "captured",
        "held",
        "took",
        "taking",
        "seizing",
        "capturing",
        "snatched",
        "marched",
        "bundled",
        "hauled",
        "disappeared",
        "taken away",
        "led away",
        "led off",
        "took away",
        "carried off",
        "driven off",
        "dragged away",
        "dragged off",
        "marched off",
        "dragged out",
        "bundled into",
        "driven away",
        "dragged from",
    ]
)
POLICE = re.compile(
    r"\b(?:police|policemen|officers|army|troops|soldiers|security\s+(?:forces|men|agents|services?)|gendarmes|gendarmerie|guards|agents|marines|authorities|prosecutors?|intelligence|suspects?|"
    r"custody|smugglers|arrests?|court|patrol|navy|guardsmen|coastguard)\b",
    re.I,
)
CAPTORS = re.compile(
    r"\b(?:gunmen|guerrill\w*|Liberation\s+(?:Army|Front)|bandits|militia\w*|rebels|insurgents|militants|kidnappers|ransom|hostages?|captivity|jihadists|terrorists|gang\w*|raiders|armed\s+(?:men|group)|captive|Boko\s+Haram|fighters|pirates|island|RSF)\b",
    re.I,
)


def _by_whom(sentence: str, effect: str, trigger: Trigger, victims: str, *, shift: int) -> str:
    """Police who seize people detain them; gunmen who hold people abduct them."""
    if re.sub(r"\s+", " ", trigger.words.lower()) not in AMBIGUOUS or effect not in ("abducted", "detained"):
        return effect
    if re.match(r"[^,;.]{0,50}\binto\s+custody\b", sentence[trigger.end - shift : trigger.end - shift + 70]):
        return "detained"
    if re.search(r"\bsuspects?\b", victims, re.I):
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
    bare = slot.noun is None and not gap.strip()
    told = not gap.strip() and trigger.words.lower() in (
        "killed",
        "dead",
        "wounded",
        "injured",
        "abducted",
        "detained",
        "displaced",
    )
    if not bare and not told and INSIDE.search(sentence, max(0, slot.start - 24), slot.start):
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
        or (
            not gap.startswith(",")
            and any(slot.end < s.start < trigger.start and s.number_start != s.number_end for s in slots if _of(sentence, s))
        )
    ):
        return None
    if not direct and TALK.search(gap):
        return None
    passive = bool(PASSIVE_BEFORE.search(sentence[: trigger.start])) or bool(
        re.match(r"\s+by\b", sentence[trigger.end : trigger.end + 4])
    )
    if (of_an_article(slot) and not gap.strip() and trigger.effects("noun")) or FREED.match(sentence, trigger.end):
        return None
    if slot.kind == "number" and not gap.strip() and trigger.effects("both"):
        return -1, trigger.effects("both")[0]
    if (
        trigger.words.lower() in ("dead", "missing", "hungry", "homeless")
        or (trigger.effects("noun") and direct and not gap.strip())
    ) and (effects := trigger.effects("noun", "intransitive")):
        return len(gap) // 8, effects[0]
    if (effects := trigger.effects("intransitive")) and (not passive or not trigger.effects("both")):
        return len(gap) // 8, effects[0]
    if (effects := trigger.effects("both")) and (
        passive
        or (
            (not OBJECT_AFTER.match(sentence, trigger.end) and not re.search(r"\b(?:who|that|which|had|have|has)\b[^,]*$", gap))
            and (direct or slot.kind == "people")
        )
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
        if word in ("took", "taking"):
            return 0, ("killed" if (slot.noun or "").lower() in ("lives", "life") else "abducted")
        return 0, effects[0]
    if effects := trigger.effects("both"):
        if PASSIVE_BEFORE.search(sentence[: trigger.start]) or any(
            s.end <= trigger.start and not sentence[s.end : trigger.start].strip() and s.kind == "number" for s in slots
        ):
            return None
        if word == "lost" and not (LOSSES.search(slot.words) or (slot.noun or "").lower() in ("lives", "life")):
            return None
        if word in ("lost", "hit", "held", "taken", "struck", "treated", "buried") and not _lives_or_people(slot):
            return None
        return 0, effects[0]
    return None


def _lives_or_people(slot: Quantity) -> bool:
    return slot.kind == "people" or (slot.noun or "").lower() in ("lives", "life")


DIED_THEN = re.compile(
    r"[^.;]{0,60}?(?:\band|,\s+who|\bwho)\s+(?:later\s+|has\s+since\s+|then\s+)?(?:(?:died|succumbed|was\s+killed)\b|killed(?=\s*[,.;]|\s+(?:in|on|by|at|near|him|her|them)\b))",
    re.I,
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
            or BY_NAME.search(sentence, max(0, slot.start - 24), slot.start)
            or (of_an_article(slot) and not re.search(r"\b(?:and|with|or|plus|alongside|as)\b", gap) and index > other)
        ):
            continue
        if effect in PERSONAL and COORDINATION.fullmatch(gap) and re.search(r",|and|with|plus|well", gap) and slots[other].noun:
            assigned[index] = (effect, trigger)


def of_an_article(slot: Quantity) -> bool:
    return slot.low == slot.high == 1 and slot.words.split()[0].lower() in ("a", "an", "the", "his", "her", "their", "its")


def mention(sentence: str, slot: Quantity, effect: str, trigger: Trigger | None, **flags: bool) -> CountMention:
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
