"""Counted things in text: "at least 18 fighters" with its bounds and its noun, and what kind of thing it counts."""

# ruff: noqa: E501
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from marsad.language.numbers import NUMBER, SCALES, SMALL, modifiers, read_number, read_table, vague_numbers

Kind = Literal[
    "people", "vehicles", "occurrences", "money", "distance", "age", "percent", "date", "weight", "calibre", "number", "other"
]
MAX_PHRASE = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with what stands around it: `text[start:end] == words`, modifier, number and noun phrase together.

    `low` and `high` are inclusive, `None` where open ("at least 18" = 18, None). `noun` is the head noun in the text's
    spelling, `None` where the number stands alone; `noun_end` is where its phrase ends. `number_start`/`number_end` hold the
    bare number. `kind` says what is counted: `people`, `vehicles`, `occurrences`, a measure, `number` for a number that names no
    thing, or `other`. `approximate` marks "about" and words like "dozens"; `more` marks "another 12", "four more".
    """

    start: int
    end: int
    words: str
    low: int | None
    high: int | None
    noun: str | None
    noun_end: int
    approximate: bool
    kind: Kind
    number_start: int
    number_end: int
    more: bool = False


@lru_cache(maxsize=512)
def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity of `text`, in its order, none overlapping another.

    >>> [(q.words, q.low, q.high, q.noun) for q in find_quantities("They killed at least 18 fighters and two children.")]
    [('at least 18 fighters', 18, None, 'fighters'), ('two children', 2, 2, 'children')]
    """
    found: list[Quantity] = []
    end = 0
    for quantity in sorted(_candidates(text), key=lambda q: (q.start, -q.end)):
        if quantity.start >= end:
            found.append(quantity)
            end = quantity.end
    return tuple(found)


@cache
def person_nouns() -> frozenset[str]:
    """Nouns that name people, lower case, singular and plural."""
    return frozenset(r["noun"].lower() for r in read_table("marsad.language", "person_nouns.tsv"))


@cache
def phrase_stops() -> frozenset[str]:
    """Words that end a counted noun phrase."""
    return frozenset(r["word"] for r in read_table("marsad.language", "phrase_stops.tsv"))


@cache
def _things() -> dict[str, Kind]:
    return {r["unit"].lower(): r["kind"] for r in read_table("marsad.language", "counted_things.tsv")}  # type: ignore[misc]


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in sorted(words, key=lambda w: (-len(w), w)))


_MODIFIER = rf"(?:(?P<modifier>(?:{_alternatives(list(modifiers()))})(?:\s+(?:{_alternatives(list(modifiers()))}))?)\s+)?"
_VAGUE = rf"(?:{_alternatives(list(vague_numbers()))})"
_PLAIN = NUMBER.pattern.replace("?P<digits>", "").replace("?P<scale>", "").replace("?P<short>", "").replace("?P<words>", "")
_QUOTE = r"[\"“”'‘’]?"
_RANGE = rf"(?:(?P<between>between)\s+)?(?P<low>{_PLAIN})(?P<joint>(?(between)|(?<!hundred)(?<!thousand)(?<!million))\s+and\s+|\s+to\s+|\s+or\s+|(?<=\d)\s*[-–—]\s*(?=\d))(?P<high>{_PLAIN})"
QUANTITY = re.compile(
    rf"(?<![\w.,/:€$£-]){_QUOTE}{_MODIFIER}(?:{_RANGE}|(?P<vague>{_VAGUE})(?P<of>\s+of(?=\s+(?!(?:the|them|these|those|its|their|his|her|whom)\b)[a-z]))?|(?P<number>{_PLAIN}))(?!\w)(?P<after>\s+(?:or\s+more|or\s+so|more(?!\s+than\b)|further))?",
    re.I,
)
MONEY = re.compile(r"(?:[€$£₦¥₹₽]|\b(?:US|USD|EUR|Rs|SDG|NGN)\.?)\s?$", re.I)
NOBODY = re.compile(
    r"\b(?:(?P<none>nobody|no[ -]one|none(?:\s+of\s+(?:the|its|their|his|her|our|them|these|those)(?:\s+own)?(?:\s+\w+)?)?)"
    r"|(?:no|not\s+(?:one|a\s+single)|zero)\s+(?P<noun>(?:[\w-]+\s+){0,3}?[\w-]+))\b",
    re.I,
)
ARTICLE = re.compile(
    r"\b(?P<article>an?|his(?!\s+(?:own\s+)?(?:two|three|four|five|six|seven|eight|nine)\b)|her|the|its|their|my|another|a\s+second|a\s+third|a\s+fourth|a\s+fifth)\s+(?=[\w“\"‘])",
    re.I,
)
FAMILY = re.compile(
    rf"\b(?:a|an|the|one)\s+((?:[\w-]+\s+){{0,2}}(?:family|crew|team|group|party|band))\s+of\s+(?:(?:about|some|at least)\s+)?(?P<n>{_PLAIN})(?!\w)",
    re.I,
)
WORD = re.compile(r"[\"“‘]?(\d{1,3}-[a-z][\w-]*|[^\W\d_][\w'’.-]*|\(?[A-Z]{2,}\)?)[\"”’]?", re.UNICODE)


@cache
def _number_words() -> frozenset[str]:
    words = (w for phrase in (*SMALL, *SCALES, *vague_numbers()) for w in re.split(r"\W+", phrase))
    return frozenset(words) - {"a", "an", "of"}


def _counts_anything(text: str) -> bool:
    """Whether a figure or any word of a number stands in the text."""
    return DIGIT.search(text) is not None or not _number_words().isdisjoint(ASCII_WORD.findall(text.casefold()))


DIGIT = re.compile(r"\d")
ASCII_WORD = re.compile(r"[a-z]+")


def _candidates(text: str) -> Iterator[Quantity]:
    if _counts_anything(text):
        yield from _numbered(text)
    for match in NOBODY.finditer(text):
        if quantity := _read_none(text, match):
            yield quantity
    for match in ARTICLE.finditer(text):
        if quantity := _read_article(text, match):
            yield quantity


def _numbered(text: str) -> Iterator[Quantity]:
    for match in FAMILY.finditer(text):
        if n := _whole(match["n"]):
            noun = match[1].split()[-1]
            yield _make(text, match.start(), match.end(), (n, n), noun, match.end(), "people", match.span("n"))
    for match in QUANTITY.finditer(text):
        quantity = _read(text, match)
        if match["low"] and (quantity is None or _rises(text, match)):
            yield from (q for q in (_read_plain(text, match.start(n), match.end(n)) for n in ("low", "high")) if q)
        elif quantity:
            yield quantity


def _whole(words: str | None) -> int | None:
    value = read_number(words) if words else None
    return value if isinstance(value, int) else None


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    bounds = _bounds(match)
    if bounds is None or (match["number"] or "").lower() in ("a", "an"):
        return None
    named = next(n for n in ("low", "vague", "number") if match[n] is not None)
    number = (match.start(named), match.end("high") if named == "low" else match.end(named))
    start, stop = match.start() + (match.group()[0] in "\"“”'‘’"), match.end()
    rule = modifiers().get(_squeeze(match["modifier"] or "").lower(), "")
    more = rule == "more" or bool(
        re.search(r"more$|further$", match["after"] or "") and "or" not in (match["after"] or "").split()
    )
    noun, noun_end = noun_phrase(text, stop)
    kind = _kind(text, match.start("modifier") if match["modifier"] else number[0], number, noun)
    if kind not in COUNTED:
        noun_end = number[1]
    approximate = rule == "near" or named == "vague"
    return _make(text, start, noun_end, bounds, noun, noun_end, kind, number, approximate=approximate, more=more)


RISING = re.compile(r"\bfrom\s+$", re.I)
RANGING = re.compile(r"\b(?:rang\w+|run|runs|vary|varies|varied|estimates?[^.]{0,30})\s+from\s+$", re.I)


def _rises(text: str, match: re.Match[str]) -> bool:
    """ "rose from 288 to 417" tells two figures, "estimates run from 10,000 to 20,000" one range."""
    before = text[max(0, match.start() - 60) : match.start()]
    return bool(RISING.search(before)) and not RANGING.search(before)


def _read_plain(text: str, start: int, end: int) -> Quantity | None:
    value = _whole(text[start:end])
    if value is None:
        return None
    noun, noun_end = noun_phrase(text, end)
    kind = _kind(text, start, (start, end), noun)
    if kind not in COUNTED:
        noun_end = end
    return _make(text, start, noun_end, (value, value), noun, noun_end, kind, (start, end))


COUNTED: tuple[Kind, ...] = ("people", "vehicles", "occurrences", "other", "number")


def _bounds(match: re.Match[str]) -> tuple[int | None, int | None] | None:
    rules = [modifiers().get(w, "") for w in _modifier_words(match["modifier"])]
    if match["vague"]:
        low, high = vague_numbers()[_squeeze(match["vague"]).lower()]
    elif match["low"]:
        first, last = _whole(match["low"]), _whole(match["high"])
        if first is None or last is None or first >= last or (match["joint"].strip() == "and" and not match["between"]):
            return None
        if (
            first < 100
            and re.search(r"\b(?:million|thousand)$", match["high"], re.I)
            and not re.search(r"[a-z]{5}", match["low"], re.I)
        ):
            first *= 10**6 if "illion" in match["high"].lower() else 1000
        low, high = first, last
    else:
        value = _whole(match["number"])
        if value is None:
            return None
        low = high = value
    after = (match["after"] or "").split()
    if "min" in rules or after == ["or", "more"]:
        return low, (high if "max" in rules else None)
    if "over" in rules:
        return (low + 1 if match["number"] else low), None
    if "max" in rules:
        return None, high
    if "under" in rules:
        return None, high - 1
    return low, high


def _modifier_words(words: str | None) -> list[str]:
    text = _squeeze(words or "").lower()
    if text in modifiers():
        return [text]
    return [
        text[:cut].strip() for cut in range(len(text)) if text[:cut].strip() in modifiers() and text[cut:].strip() in modifiers()
    ][:1] + [
        text[cut:].strip() for cut in range(len(text)) if text[:cut].strip() in modifiers() and text[cut:].strip() in modifiers()
    ][:1]


def _squeeze(text: str) -> str:
    return SPACE.sub(" ", text)


def noun_phrase(text: str, at: int) -> tuple[str | None, int]:
    """The head noun of the phrase that begins at `at` (after a number or an article), and where the phrase ends.

    "of them", "of the dead", "of Los Tiguerones" belong to it; a verb, a comma or any other preposition ends it.

    >>> noun_phrase("nine suspected members of Los Tiguerones fled", 4)
    ('members', 40)
    """
    head, end, position = None, at, at
    for _ in range(MAX_PHRASE):
        gap = GAP.match(text, position)
        word = WORD.match(text, gap.end()) if gap else None
        if not word:
            break
        if word[1].lower() == "of" and (extra := OF_PHRASE.match(text, word.start())):
            inner, inner_end = (None, extra.end()) if extra["pronoun"] else noun_phrase(text, extra.end() - 1)
            if extra["pronoun"] or inner:
                head, end = head or inner, inner_end
            break
        if _ends_phrase(text, word, head) or (head and _complete(head) and not _is_thing(word[1])):
            break
        head, end, position = word[1].rstrip(".'’"), word.end() - len(word[0]) + len(word[0].rstrip(".")), word.end()
        if word[0].endswith((".", "’s", "'s")) and not word[0].endswith("s’"):
            position = word.end() if word[0].endswith(("’s", "'s")) else len(text)
        if head.lower() in person_nouns() and not _noun_follows(text, word.end()):
            position = word.end()
    return head, end


def _complete(head: str) -> bool:
    """A plural of the tables ends its phrase unless another such noun follows ("police officers")."""
    return _is_thing(head) and bool(MANY.search(head))


def _is_thing(word: str) -> bool:
    return is_person(word) or word.lower() in _things() or (word[:1] == "(")


def is_person(word: str) -> bool:
    """Whether a word names people; of a compound, whether its last part does.

    >>> is_person("stretcher-bearers"), is_person("lorry")
    (True, False)
    """
    lower = word.lower()
    return lower in person_nouns() or lower.rsplit("-", 1)[-1] in person_nouns()


GAP = re.compile(r"[\"”’]?[ \t]+")
OF_PHRASE = re.compile(
    r"of\s+(?:(?P<pronoun>(?:them|whom|us|you)\b|(?:these|those)\b(?!\s+[a-z]+s\b))|(?:the|these|those|its|their|his|her|our)\s+(?:own\s+)?(?=\w)|(?=[A-ZÀ-Þ]))"
)


FOLLOWING = re.compile(r"(?: (?!and\b|in\b|at\b|by\b|on\b|of\b|the\b|were\b|was\b|to\b|with\b|from\b|as\b)[\w-]+){1,2}")


def _noun_follows(text: str, at: int) -> bool:
    word = WORD.match(text, at + 1) if at < len(text) and text[at] == " " else None
    return bool(word) and word[1].lower() in person_nouns()  # type: ignore[index]


def _ends_phrase(text: str, word: re.Match[str], head: str | None) -> bool:
    lower = word[1].lower().strip(".")
    if lower.endswith("ly") and lower not in ("family", "elderly", "italy", "newly"):
        return True
    verbal = lower.endswith(("ed", "ing")) or lower in ("slain", "dead", "hurt", "shot", "missing", "broken")
    if lower in (
        "armed",
        "masked",
        "suspected",
        "alleged",
        "uniformed",
        "hooded",
        "retired",
        "young",
        "elected",
        "unarmed",
        "unidentified",
    ):
        return False
    if verbal:
        following = FOLLOWING.match(text, word.end())
        return not (
            head is None
            and following
            and any(
                (w in person_nouns() or w in _things()) and w not in phrase_stops() for w in following.group().lower().split()
            )
        )
    return lower in phrase_stops() or lower in SMALL or lower in SCALES


def _kind(text: str, at: int, number: tuple[int, int], noun: str | None) -> Kind:
    follows = text[number[1] : number[1] + 24].lower()
    if PERCENT.match(follows):
        return "percent"
    if MONEY.search(text[max(0, number[0] - 4) : number[0]]):
        return "money"
    if OLD.match(follows):
        return "age"
    if OF_TIME.match(follows):
        return "date"
    if METRES.match(follows):
        return "distance"
    if HYPHENED.match(follows):
        return "other"
    if YEAR.fullmatch(text[number[0] : number[1]]) and IN_YEAR.search(text[max(0, number[0] - 16) : number[0]]):
        return "date"
    first = NEXT_WORD.match(follows)
    things = _things()
    for word in (first[1] if first else None, noun):
        if word and word.lower() in things:
            return things[word.lower()]
    if noun is None or MONTH_NAME.fullmatch(noun):
        return _bare_kind(text, number)
    if is_person(noun) or re.match(
        r"[^.,;]{0,24}\b(?:suspected|alleged|masked|armed|uniformed|wounded|injured|detained|unarmed|captured)\b", follows
    ):
        return "people"
    return "other"


SPACE = re.compile(r"\s+")
MANY = re.compile(r"(?:s|men|people|children)$", re.I)
PERCENT = re.compile(r"[-\s]*(?:%|per\s?cent|percentage|pc\b)")
OLD = re.compile(r"-years?-old|\s+years?\s+(?:old|of age)|-year-old")
OF_TIME = re.compile(r"(?:st|nd|rd|th)\b|:\d\d|\s*(?:a\.?m|p\.?m)\b|\s+o['’]clock")
METRES = re.compile(r"-?(?:mm|cm|km|kg|m)\b")
HYPHENED = re.compile(r"-[a-z]")
YEAR = re.compile(r"(?:19|20)\d\d")
NEXT_WORD = re.compile(r"\s+([a-z][\w'-]*)")
MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
MONTH_NAME = re.compile(MONTH, re.I)
IN_YEAR = re.compile(rf"(?:{MONTH}|\b(?:in|since|until|the|early|late|during))[ -]$", re.I)


def _bare_kind(text: str, number: tuple[int, int]) -> Kind:
    words = text[number[0] : number[1]]
    before = text[max(0, number[0] - 14) : number[0]]
    if re.search(
        r"\b(?:boy|girl|man|woman|child|youth|son|daughter|teenager|baby|infant|mother|father|parent|widow|widower|grandmother|grandfather)\s+of\s$", text[max(0, number[0] - 20) : number[0]], re.I
    ):
        return "age"
    if re.match(rf"\s*(?:[-–]|to|and)?\s*\d{{0,2}}\s*{MONTH}", text[number[1] : number[1] + 20], re.I):
        return "date"
    if re.fullmatch(r"(?:19|20)\d\d", words) and not re.search(r"\b(?:to|at|of|with|killed|least|than)\s$", before):
        return "date"
    name = re.search(r"(?:[a-zà-ÿ)]{2}|\b[A-Z]\.?),\s$", text[max(0, number[0] - 6) : number[0]])
    if name and re.match(r"\s*,", text[number[1] : number[1] + 3]) and (read_number(words) or 0) < 100:
        return "age"
    if re.search(rf"{MONTH}\s$", before, re.I) or re.search(r"\b(?:aged?)\s$", before):
        return "date" if not re.search(r"age", before) else "age"
    return "number"


def _read_none(text: str, match: re.Match[str]) -> Quantity | None:
    if match["none"]:
        return _make(text, match.start(), match.end(), (0, 0), None, match.end(), "people", match.span())
    noun, end = noun_phrase(text, match.start("noun") - 1)
    if noun is None or noun.lower() in ("longer", "doubt", "matter", "way"):
        return None
    kind = _things().get(noun.lower(), "people" if noun.lower() in person_nouns() else "other")
    return _make(text, match.start(), end, (0, 0), noun, end, kind, (match.start(), match.start("noun") - 1))


def _read_article(text: str, match: re.Match[str]) -> Quantity | None:
    noun, end = noun_phrase(text, match.end("article"))
    if noun is None:
        return None
    lower = noun.lower()
    things = _things()
    singular = not (
        lower.endswith("s") or lower.endswith("men") or lower in ("children", "people", "police", "personnel", "staff", "troops")
    )
    if is_person(lower) and singular and lower not in ("family", "household", "couple"):
        kind: Kind = "people"
    elif things.get(lower) == "vehicles" and match["article"].lower() in ("a", "an", "another"):
        kind = "vehicles"
    elif lower == "couple":
        return _make(text, match.start(), end, (2, 2), noun, end, "people", match.span("article"))
    else:
        return None
    more = match["article"].lower().split()[-1] in ("another", "second", "third", "fourth", "fifth")
    return _make(text, match.start(), end, (1, 1), noun, end, kind, match.span("article"), more=more)


def _make(
    text: str,
    start: int,
    end: int,
    bounds: tuple[int | None, int | None],
    noun: str | None,
    noun_end: int,
    kind: Kind,
    number: tuple[int, int],
    *,
    approximate: bool = False,
    more: bool = False,
) -> Quantity:
    return Quantity(
        start=start, end=end, words=text[start:end], low=bounds[0], high=bounds[1], noun=noun, noun_end=noun_end,
        approximate=approximate, kind=kind, number_start=number[0], number_end=number[1], more=more,
    )  # fmt: skip
