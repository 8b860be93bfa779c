"""What a sentence counts: its quantities, and victims told of with an article or a name instead of a number."""

# ruff: noqa: E501
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from marsad.coding.effects import Trigger
from marsad.language.quantities import Quantity, find_quantities, is_person, noun_phrase, phrase_stops

WEAK = frozenset(
    [
        "hit",
        "struck",
        "taken",
        "held",
        "seized",
        "captured",
        "lost",
        "claimed",
        "took",
        "cost",
        "costs",
        "buried",
        "treated",
        "beaten",
        "missing",
        "dispatched",
        "mourned",
        "evacuated",
        "reached",
        "served",
        "burned",
        "burnt",
        "fell",
    ]
)
ADVERB = r"(?:also|later|reportedly|allegedly|then|had|have|has|just|all|both|each|since|already|only|so\s+far|now|fatally|instantly|slightly|critically|seriously|badly|severely|lightly|gravely|newly|forcibly|internally|feared|believed|confirmed|said|presumed|reported|known|thought|either|\w+ly)"
AUXILIARY = r"(?:was|were|is|are|be|been|being|get|got|getting|had|has|have|having|did|will|would|could|to|lay|left|found|there|must|may|might|remain|remains|remained|were\s+being|still)"
TAIL = r"(?:(?:,\s+[\w-]+){0,3},?\s+and\s+(?:other\s+)?(?!\w+ed\b)[a-z-]+(?:\s+fighters|\s+officials)?)?(?:\s+(?:[a-z]+ing|of|from|in|at|near|on|with|aboard|inside|outside|to|for|by|who|that|under|among|between|fetching|working|travelling|returning|guarding|selling|across|around)\s+[^,;:()—–\n]{1,70}?)?"
APPOSITION = r"(?:\s*\([^)\n]{0,60}\)|,\s+[^,;\n]{1,90},|\s+[—–]\s+[^—–\n]{1,80}\s+[—–])?"
PASSIVE_GAP = re.compile(rf"{TAIL}{APPOSITION},?(?:\s+(?:{AUXILIARY}|{ADVERB})\b){{0,5}}\s+", re.I)

COUNTED = ("people", "number", "other", "vehicles", "occurrences")
UNCOUNTED_NOUNS = re.compile(
    r"\b(?:houses?|homes?|shops?|buildings?|schools?|huts?|cars?|motorcycles?|motorbikes?|bicycles?|boats?|cattle|cows|goats|sheep|camels|drones?|missiles?"
    r"|rockets?|shells?|villages?|towns?|structures|trees|kiosks|stalls|rifles|weapons|rounds|bombs?|mines?|aircraft|helicopters?|planes|tanks?|checkpoints?|camps?|hospitals?|bridges?"
    r"|places|areas|districts|provinces|states|countries|cities|regions|doses|tents|meals|kits|hectares|positions|bases|posts|churches|mosques|bodies of water|vessels?|ships?|warehouses?|farms?|localities|municipalities|sites|settlements|tonnes|shots|bullets|grenades|depots|buses|minibuses|vans|legs|arms|hands|feet|eyes|signs?|pylons?|pipelines?|explosions|blasts|coffins?|graves?|buffalo(?:e?s)?|pigs?|calf|calves|oxen|horses?|donkeys?|mules?|chickens?|hens|bulls?|dogs?|lambs?|livestock|animals?)$",
    re.I,
)


def counted_slots(sentence: str, triggers: list[Trigger]) -> list[Quantity]:
    slots = [q for q in find_quantities(sentence) if q.kind in COUNTED]
    taken = {i for q in slots for i in range(q.start, q.end)}
    slots = [q for q in slots if not (q.words.lower() == "one" and FELL.match(sentence, q.end))]
    families = list(_families(sentence)) if KIN.search(sentence) else []
    slots = _merge_kin(sentence, sorted(slots, key=lambda q: q.start))
    slots += [q for q in _singles(sentence, triggers) if not taken.intersection(range(q.start, q.end))]
    slots = [q for q in slots if not any(f.start < q.end and q.start < f.end for f in families)] + families
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


FELL = re.compile(
    r"\s+(?:\w+\s+)?(?:fell|landed|hit|struck|exploded|crashed|burst|was (?:found|defused|intercepted|shot down))\b", re.I
)
"""What befalls a shell or a drone, where "one" is the subject."""
FEW = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
NUMBER = rf"{'|'.join(FEW)}|[2-9]"
PERSON = r"(?:(?!(?:of|in|at|on|by|with|and|or|an?|the|his|her|their|my|to|for|from|who|that|when|as|was|were)\b)[a-z][\w’'-]*\s+){0,3}?(?P<%s>[a-z][\w’'-]*)"
FAMILY = re.compile(
    rf"\b(?P<lead>an?|the|my|his|her|their|{NUMBER})\s+{PERSON % 'first'}(?:,?\s+(?:aged|of)\s+\d{{1,2}},?)?\s+and\s+"
    rf"(?:(?P<part>{NUMBER})\s+of\s+)?(?:his|her|their|my)\s+(?:(?P<number>{NUMBER})\s+)?{PERSON % 'second'}\b",
    re.I,
)
KIN = re.compile(r"\band (?:\w+ of )?(?:his|her|their|my) ", re.I)


def _families(sentence: str) -> Iterator[Quantity]:
    """ "A couple and their grown-up son", "a woman of 60 and two of her grandchildren": a possessive makes one count of both."""
    for match in FAMILY.finditer(sentence):
        first, second = match["first"].lower(), match["second"].lower()
        more = match["part"] or match["number"]
        if not (is_person(first) and is_person(second)) or not (_singular(first) or match["lead"].lower() in FEW):
            continue
        if not more and not _singular(second):
            continue
        left = 2 if first == "couple" else _few(match["lead"])
        total = left + (_few(more) if more else 1)
        yield replace(_single(sentence, match.start(), match.end(), match["second"]), low=total, high=total)


def _few(words: str) -> int:
    return FEW.get(words.lower()) or (int(words) if words.isdigit() else 1)


OBJECT = re.compile(
    r"\s+(?:(?P<article>an?|the|his|her|its|their|my|our|one)\s+|(?P<name>[A-ZÀ-Þ][\w’'-]+(?:\s+(?:al-|bin\s|de\s)?[A-ZÀ-Þ][\w’'-]+){1,3}))"
)
NAMED = re.compile(
    r"(?:(?<=^)|(?<=that )|(?<=when )|(?<=and )|(?<=said )|(?<=\. )|(?<=, ))(?!The |A |An |In |On |At |It |He |She |Two |Three |Four |Five |Six |Seven |Eight |Nine |Ten )[A-ZÀ-Þ][\w’'-]+(?:\s+(?:al-|bin\s|de\s)?[A-ZÀ-Þ][\w’'.-]+){1,4}"
)
SUBJECT = re.compile(r"(?:^|(?<=[\s,;:—“\"]))(?P<article>An?|One)\s+(?=[\w'’-])", re.I)
THINGS = re.compile(
    r"\b(?:deal|plan|fire|house|home|building|vehicle|car|boat|bridge|school|hospital|church|mosque|market|village|town|city|base|post|drone|missile|rocket|shell|bomb|mine"
    r"|attack|strike|raid|blast|explosion|clash|battle|ambush|operation|road|crossing|camp|checkpoint|convoy|siege|war|conflict|ceasefire|truce|month|year|week|day|hour|total|number|case|blow|toll|state|part|place|lot|hand|leg|foot|arm|head"
    r"|cache|weapon|rifle|position|depot|truck|lorry|ship|vessel|tanker|plane|aircraft|helicopter|area|district|province|mountain|hill|river|protest|march|rally|statement|report|bus|motorcycle|tank|pylon|pipeline|coffin|grave|buffalo|pig|calf|cow|ox|horse|donkey|mule|chicken|hen|bull|dog|lamb|camel|goat|animal)s?$",
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
