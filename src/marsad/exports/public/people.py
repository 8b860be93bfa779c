"""Who is named in a report, and in what standing: in a public role, in none, or unknown. Tables decide, not this code."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Literal, cast

from marsad.codebook.sensitivity import Policy
from marsad.coding.attribution_words import speech_verbs
from marsad.exports.public.names import PARTICLES, folded, key
from marsad.language.text import MODEL, load_model, split
from marsad.model import Claim, Report, Speaker

if TYPE_CHECKING:
    from spacy.language import Language

Standing = Literal["private", "public", "unknown"]
WEIGHT: Mapping[str, int] = {"private": 2, "public": 1, "unknown": 0}
SOMEBODY = "a person"
BY_ROLE: Mapping[str, str] = {
    "resident": "a resident",
    "medical": "a medical worker",
    "aid": "an aid worker",
    "monitor": "a monitor",
    "media": "a journalist",
    "expert": "an expert",
    "official": "an official",
    "military": "a member of the military",
    "armed_group": "a member of an armed group",
    "un": "a UN worker",
}
WORD = re.compile(r"[^\W_](?:[\w’'\u0300-\u036f-]*[\w\u0300-\u036f])?\.?")
LONGEST_RUN = 8
GAPS = (" ", "  ", "\u00a0")
COURTESY = frozenset({"dr", "dr.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "st."})
BEFORE = re.compile(r"(?:^|[\s“\"(])((?:[\w’'-]+[ ]){0,4}[\w’'-]+)[ ](?:[“\"])?$")
NAMED = re.compile(
    r"\b(?:([\w’'-]+)[ ](?:named|called|known(?: only)? as)|identified(?: only)? as|whose name (?:was|is)|"
    r"gave (?:his|her|their) name(?: only)? as)[ ]$",
    re.I,
)
AFTER_AGE = re.compile(r"(?:,|\s*\()\s*(?:aged?\s+)?(?:\d{1,2}|1[01]\d)\s*(?=[,.;:)]|\s+and\b)")
APPOSED = re.compile(
    r"(?:,\s*(?:aged?\s+)?\d{1,3})?\s*(?:,|\(|\s[–—-])\s+(?:\d{1,3},\s+)?"
    r"(?:(?:who|himself|herself)\s+(?:is|was|works as|worked as)\s+)?"
    r"(?:(?:a|an|the|another|one of|his|her|their|our|my|then|now|also)\s+)?([^,.;:()]{2,90})"
)
BEHIND = re.compile(r"\b(?:an?|one|another|the|his|her|their|my)\s+([^,.;:]{2,80}),\s+$", re.I)
HEAD = re.compile(r"\s(?:of|for|at|in|on|from|with|near|to|who|whose|which|that|by|inside|outside|and)\s")
PLACED = re.compile(
    r"\b(?:in|at|near|to|from|of|around|outside|inside|between|towards?|into|through|across|over|on|via|beyond)[ ]$", re.I
)
SAYS = re.compile(r"\b([\w-]+)[ ](?:that[ ])?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody as a report names them; `instead` is what a public output calls them."""

    name: str
    standing: Standing
    instead: str = SOMEBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Capitalised words in a row that may be a name, without the title in front of it; `title` are the words of that."""

    text: str
    start: int
    end: int
    title: str = ""


def table(name: str) -> list[dict[str, str]]:
    with resources.files("marsad.exports.public").joinpath(name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def standings() -> Mapping[str, tuple[Standing, str]]:
    """Words for what somebody is, in lower case: their standing, and what to call them instead."""
    return {row["words"]: (cast(Standing, row["standing"]), row["instead"] or SOMEBODY) for row in table("standing.tsv")}


@cache
def not_names() -> frozenset[str]:
    """Words, folded, that stand in names of places and bodies, and in no person's."""
    from marsad.codebook.tables import rows_of

    demonyms = {row["word"] for _, row in rows_of("demonyms.tsv", ("word", "iso3", "kind", "source")) if " " not in row["word"]}
    return frozenset(folded(w) for w in ({row["word"] for row in table("not_names.tsv")} | demonyms))


@cache
def bodies() -> frozenset[tuple[str, ...]]:
    """Names of actors, outlets and countries as folded words."""
    from marsad.codebook import actors, countries, outlets

    names = [n for a in actors() for n in (a.name, *(alias.words for alias in a.aliases))]
    names += [c.name for c in countries().values()]
    names += [outlet.name for outlet in outlets()]
    return frozenset(key(n) for n in names)


@lru_cache(maxsize=4096)
def told_by(words: str) -> tuple[Standing, str] | None:
    """What words about somebody say of their standing: the last known word of their head, the longest first.

    >>> told_by("a Europe-based Syrian activist from the eastern province"), told_by("senior analyst for East Africa at ACLED")
    (('private', 'an activist'), ('public', 'a person'))
    """
    known = standings()
    cut = HEAD.search(words)
    for piece in (words[: cut.start()] if cut else words, words):
        parts = [p.strip("’'\"“”.,").removesuffix("’s").removesuffix("'s") for p in piece.lower().split()][-12:]
        for end in range(len(parts), 0, -1):
            for begin in range(max(0, end - 4), end):
                found = known.get(" ".join(parts[begin:end]))
                if found:
                    return found
        if piece is words:
            break
        if parts:  # the head says nothing that is known: "a mother of five" has, "one of the residents" has not
            continue
    return None


def runs(text: str) -> Iterator[Run]:
    """Capitalised words in a row with particles between them, without titles: "Minister Maj. Gen. Ali Omar" gives "Ali Omar"."""
    row: list[re.Match[str]] = []
    for word in WORD.finditer(text):
        if row and (text[row[-1].end() : word.start()] not in GAPS or ends(row[-1].group()) or len(row) >= LONGEST_RUN):
            yield from run_of(text, row)
            row = []
        if is_capital(word.group()) or (row and word.group().lower() in PARTICLES):
            row.append(word)
        else:
            yield from run_of(text, row)
            row = []
    yield from run_of(text, row)


def is_capital(word: str) -> bool:
    """Whether a word is written as a name: a capital, or `al-` before one."""
    return word[0].isupper() or bool(re.match(r"(?:al|el|ad|as|an|ar|ash)-[^\W\d_a-z]", word))


def ends(word: str) -> bool:
    """Whether a run ends behind a word: at a genitive, and at a full stop that is not that of a title or an initial."""
    if word.endswith(("’s", "'s", "s’")):
        return True
    return word.endswith(".") and len(word) > 2 and word.rstrip(".").lower() not in standings() and word.lower() not in COURTESY


def run_of(text: str, row: Sequence[re.Match[str]]) -> Iterator[Run]:
    """A run without particles at its end, and without titles and words that begin a sentence in front."""
    words = list(row)
    while words and not is_capital(words[-1].group()):
        words.pop()
    cut = titles_in([w.group() for w in words])
    title = text[words[0].start() : words[cut - 1].end()] if cut else ""
    left = words[cut:]
    while left and (left[0].group().lower() in openers() or not is_capital(left[0].group())):
        left = left[1:]
    if not left:
        return
    start = left[0].start()
    name = re.sub(r"(?:['’]s?|\.)$", "", text[start : left[-1].end()])
    yield Run(text=name, start=start, end=start + len(name), title=title)


def titles_in(words: Sequence[str]) -> int:
    """How many words at the beginning of a run are titles and what goes with them."""
    known, cut = standings(), 0
    plain = [re.sub(r"['’]s$", "", w.rstrip(".").lower()) for w in words]
    for begin in range(len(words)):
        for end in range(min(len(words), begin + 4), begin, -1):
            if " ".join(plain[begin:end]) in known or (end - begin == 1 and words[begin].lower() in COURTESY):
                cut = max(cut, end)
                break
    return cut


@cache
def openers() -> frozenset[str]:
    """Words that begin sentences, days, months and peoples, in lower case: in front of a name they are none of it."""
    from spacy.lang.en.stop_words import STOP_WORDS

    return frozenset(STOP_WORDS) | {"said", "meanwhile", "according"} | (not_names() - {"al"})


def people_in(report: Report, claims: Iterable[Claim], policy: Policy, *, entities: bool = True) -> list[Person]:
    """Everybody whom a report or its claims name. With `entities` undecided names are put to the language model."""
    found: dict[tuple[str, ...], Person] = {}
    told = list(claims)
    cited = "\n".join(dict.fromkeys(e.quote for c in told for e in c.evidence if e.field == "claim"))
    body = f"{report.title or ''}\n\n{report.text or cited}"
    where = places_of(told)
    undecided: list[Run] = []
    for run in runs(body):
        person = person_of(body, run, where)
        if person is None and fits(run.text, where):
            undecided.append(run)
        elif person is not None:
            keep(found, person)
    for speaker in (s for c in told for s in c.according_to):
        speaking = speaker_of(speaker, policy)
        if speaking is not None and not any(
            p.standing != "unknown" and set(key(speaking.name)) <= set(k) for k, p in found.items()
        ):
            keep(found, speaking)
    met = {w for k in found for w in k}
    undecided = [r for r in undecided if key(r.text) not in found and not set(key(r.text)) <= met]
    if entities and undecided:
        for name in named_by_model(body, undecided):
            keep(found, Person(name=name, standing="unknown"))
    return list(found.values())


def keep(found: dict[tuple[str, ...], Person], person: Person) -> None:
    """Keep what weighs more: private over public over unknown."""
    words = key(person.name)
    held = found.get(words)
    if words and (held is None or WEIGHT[person.standing] > WEIGHT[held.standing]):
        found[words] = person


def places_of(claims: Iterable[Claim]) -> frozenset[tuple[str, ...]]:
    """The places and actors that the coder found, as folded words."""
    names = [n for c in claims for p in c.where for n in (p.name, p.words, p.admin1) if n]
    return frozenset(key(n) for n in names)


def person_of(text: str, run: Run, where: frozenset[tuple[str, ...]]) -> Person | None:
    """A run as a person where the words around it say so."""
    before, after = text[max(0, run.start - 120) : run.start], text[run.end : run.end + 120]
    if run.title:
        before = text[max(0, run.start - len(run.title) - 60) : run.start]
    words = key(run.text)
    many = is_full(run.text)
    if not words or words in bodies() or words in where:
        return None
    told = title_before(before, run) or apposed(after) or behind(before)
    aged = is_aged(before, after)
    told = told or named(before) or (("private", SOMEBODY) if aged else None)
    if told is not None:
        if set(words) & not_names() and not aged and not run.title:
            return None
        if not many and (told[0] == "public" or not sure(run, before, after)):
            return None
        return Person(name=run.text, standing=told[0], instead=told[1])
    courtesy = run.title.lower() in COURTESY and run.text.isalpha()
    if (many or courtesy) and not set(words) & not_names() and (courtesy or (speaks(before, after) and not is_place(run.text))):
        return Person(name=run.text, standing="unknown")
    return None


def is_full(name: str) -> bool:
    """Whether a name has two words or more besides particles; what a hyphen joins is one.

    >>> is_full("Walid Mohamed"), is_full("Kuki-Zo"), is_full("Al Basha")
    (True, False, False)
    """
    return len([w for w in name.split() if w.lower() not in PARTICLES]) > 1


def is_aged(before: str, after: str) -> bool:
    """Whether an age stands behind a name, and not a day behind a place."""
    return bool(AFTER_AGE.match(after)) and not PLACED.search(before)


def named(before: str) -> tuple[Standing, str] | None:
    """The standing that "a farmer named" and "identified as" give; "a village called" names nobody."""
    found = NAMED.search(before)
    if found is None:
        return None
    return standings().get(found.group(1).lower()) if found.group(1) else ("private", SOMEBODY)


def sure(run: Run, before: str, after: str) -> bool:
    """Whether a single word is surely somebody's name: it has an age, a title, or is said to be a name."""
    if len(run.text) < 3 or not run.text.isalpha() or folded(run.text) in not_names():
        return False
    if PLACED.search(before) and not run.title:
        return False
    return bool(is_aged(before, after) or named(before) or run.title or apposed_to_person(after))


def apposed_to_person(after: str) -> bool:
    return bool(re.match(r",\s+(?:an?|one of)\s", after)) and (apposed(after) or ("", ""))[0] == "private"


def title_before(before: str, run: Run) -> tuple[Standing, str] | None:
    """The standing that the words right before a name give: "resident", "army spokesman", "Interior Minister"."""
    if run.title:
        told = told_by(run.title)
        if told is not None:
            return told
    left = BEFORE.search(before)
    if left is None:
        return None
    parts = left.group(1).lower().split()
    known = standings()
    for size in (4, 3, 2, 1):
        told = known.get(" ".join(parts[-size:])) if len(parts) >= size else None
        if told is not None:
            return told
    return None


def apposed(after: str) -> tuple[Standing, str] | None:
    """The standing that an apposition gives: ", a resident of Kadugli"."""
    found = APPOSED.match(after)
    return told_by(found.group(1)) if found else None


def behind(before: str) -> tuple[Standing, str] | None:
    """The standing that words before a comma give: "a resident of the town, Walid Mohamed"."""
    found = BEHIND.search(before)
    return told_by(found.group(1)) if found else None


def speaks(before: str, after: str) -> bool:
    """Whether somebody speaks, by the word behind or before the name."""
    verbs = speech_verbs()
    follows = re.match(r",?\s+([\w-]+)", after)
    if follows and follows.group(1).lower() in verbs and after[:1] != ".":
        return True
    precedes = SAYS.search(before)
    return bool(precedes and precedes.group(1).lower() in ("said", "says", "told", "added", "recalled", "explained"))


def fits(name: str, where: frozenset[tuple[str, ...]]) -> bool:
    """Whether a run of which nothing is known may be a name: two words or more, none of them a place's or a body's."""
    words = key(name)
    if not is_full(name) or len(words) > 6 or words in bodies() or words in where:
        return False
    return not set(words) & not_names() and not any(set(words) <= set(p) or set(p) <= set(words) for p in where if p)


def speaker_of(speaker: Speaker, policy: Policy) -> Person | None:
    """A speaker as a person: by what the coder took their role to be."""
    found = [r for r in runs(speaker.name) if is_full(r.text)]
    if len(found) != 1 or key(found[0].text) in bodies() or set(key(found[0].text)) & not_names():
        return None
    run = found[0]
    if len(key(run.text)) + len(run.title.split()) < len(speaker.name.split()) - 1:
        return None
    standing: Standing = "public" if speaker.role in policy.roles else "private"
    return Person(name=run.text, standing=standing, instead=BY_ROLE.get(speaker.role, SOMEBODY))


@cache
def reader() -> Language:
    """The language model's own eye for names. Raises `ConfigError` where it is not installed or was changed."""
    import spacy

    load_model()
    return spacy.load(MODEL, exclude=["tagger", "parser", "lemmatizer", "attribute_ruler"])


def named_by_model(text: str, undecided: Sequence[Run]) -> list[str]:
    """Those runs that the language model takes for a person's name, where they do not follow a word like "in"."""
    sentences = [s for s in split(text) if any(s.start <= r.start < s.end for r in undecided) and len(s.text) < 1500]
    persons = [
        (s.start + e.start_char, s.start + e.end_char)
        for s, doc in zip(sentences, reader().pipe([s.text for s in sentences]), strict=True)
        for e in doc.ents
        if e.label_ == "PERSON"
    ]
    told = [r for r in undecided if any(start < r.end and r.start < end for start, end in persons)]
    return [r.text for r in told if not PLACED.search(text[max(0, r.start - 12) : r.start]) and not is_place(r.text)]


@lru_cache(maxsize=4096)
def is_place(name: str) -> bool:
    """Whether the gazetteer lists a place of some size under that very name."""
    from marsad.places.gazetteer import load_gazetteer

    return any(e.match != "fuzzy" and (e.curated or e.population > 0) for e in load_gazetteer().find([name]).get(name, ()))
