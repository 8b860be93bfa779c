"""What people think, want, judge and ask for, and what papers show: attributions beyond the statements that claims rest on."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from marsad.coding.attribution_layout import Cue
from marsad.coding.attribution_subjects import AUDIENCES, CLOSERS, RELATIVES, SUBJECTS, Found, agent_of, speakers_of
from marsad.coding.attribution_words import inflect, role_of
from marsad.language.text import text_of
from marsad.model import ConfigError

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

COMPLEMENTS = frozenset(
    {"dobj", "ccomp", "xcomp", "prep", "oprd", "attr", "dative", "acomp", "advcl", "prt", "parataxis", "agent"}
)
NOUN_LINKS = frozenset({"of", "to", "for", "on", "about", "against", "that", "with", "in", "over", "as"})
PERSONS = frozenset({"he", "she", "they", "it", "who", "we", "i", "him", "her", "them", "many", "some", "others", "most"})
LINKED = frozenset({"conj", "xcomp", "dep"})
OPENED = re.compile(r"(?:that|whether|if|why|how|what|when|where|who|as|like)\b|[:\"“‘]|''", re.I)


@cache
def attitudes() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The words of each pattern: first word → what may follow it ("call" → "on", "for").

    `act` takes any object, `mind` an object, infinitive or clause, `clause` only a clause or a quotation, `with` is a verb and
    its particle; `state` are adjectives, `noun` is what somebody owns ("X's claim that"), `paper` and `people` who may hold it.
    """
    try:
        text = files("marsad.codebook").joinpath("attitudes.tsv").read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError("the table attitudes.tsv is missing from the installation") from error
    table: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        for form in _forms(row["word"], row["forms"], row["pattern"]):
            first, _, rest = form.partition(" ")
            words = table.setdefault(row["pattern"], {})
            words[first] = (*words.get(first, ()), rest)
    return table


def _forms(word: str, forms: str, pattern: str) -> tuple[str, ...]:
    if pattern in ("noun", "paper", "people"):
        if re.search(r"[^aeiou]y$", word):
            return word, f"{word[:-1]}ies"
        return word, f"{word}es" if word.endswith(("s", "h")) else f"{word}s"
    if pattern == "state":
        return (word,)
    if " " in word:
        return word, *forms.split("|")
    return (word, *forms.split()) if forms else inflect(word)


def attitude_cues(doc: Doc) -> Iterator[Cue]:
    """A parsed sentence's cues for what is thought, wanted, judged or shown; some of its statements are among them."""
    for token in doc:
        if _is_cue_verb(token):
            yield from _held(token, token)
        elif token.dep_ in ("acomp", "attr", "oprd") and token.lower_ in attitudes()["state"] and _complements(token):
            yield from _held(token, token.head)
        elif token.lower_ in attitudes()["noun"]:
            yield from _owned(token)


def _is_cue_verb(token: Token) -> bool:
    if token.pos_ not in ("VERB", "AUX") and not token.tag_.startswith("VB"):
        return False
    if token.tag_ == "VBN" and token.dep_ != "conj" and not any(c.dep_ in ("aux", "auxpass", "agent") for c in token.children):
        return False
    behind = text_of(token.doc)[token.idx + len(token) : token.idx + len(token) + 60].lstrip()
    if _listed(token, "with", behind):
        return True
    if _listed(token, "act", behind) or _listed(token, "mind", behind):
        return bool(_complements(token)) or _after_quote(token)
    return _listed(token, "clause", behind) and (
        any(c.dep_ in ("ccomp", "parataxis") for c in token.children) or bool(OPENED.match(behind)) or _after_quote(token)
    )


def _listed(token: Token, pattern: str, behind: str) -> bool:
    """Whether a word stands in the table, with what the table wants behind it."""
    rests = attitudes()[pattern].get(token.lower_, ())
    return any(not rest or re.match(rf"{re.escape(rest)}\b", behind) for rest in rests)


def _complements(token: Token) -> list[Token]:
    return [c for c in token.children if c.dep_ in COMPLEMENTS]


def _after_quote(token: Token) -> bool:
    start = min([token.idx, *(c.left_edge.idx for c in token.children if c.dep_ in SUBJECTS)])
    return text_of(token.doc)[:start].rstrip().endswith(CLOSERS)


def _held(cue: Token, verb: Token) -> Iterator[Cue]:
    """The cue with each of its holders."""
    holder, pronoun = _holder(verb)
    if holder is None or not _may_hold(holder):
        return
    end = cue.idx + len(cue)
    for found in speakers_of(holder):
        yield _cue(cue, found, stand_in=(pronoun.idx, pronoun.idx + len(pronoun)) if pronoun is not None else None, end=end)


def _cue(token: Token, found: Found, *, stand_in: tuple[int, int] | None, end: int) -> Cue:
    speaker, about, _ = found
    before = speaker[0] < token.idx
    behind = before and re.search(r"\w", text_of(token.doc)[end:]) is not None
    return Cue(
        speaker=speaker,
        about=about,
        cue=(token.idx, end),
        clause=(min(speaker[0], token.idx), end if before else max(end, speaker[1])),
        stance="asserts",
        status="",
        pattern="clause",
        side="right" if behind else "left",
        own_subject=True,
        reach=token.right_edge.idx + len(token.right_edge),
        kind="attitude",
        stand_in=stand_in,
    )


def _holder(verb: Token) -> tuple[Token | None, Token | None]:
    """Who holds an attitude, and the relative pronoun that stands in for them at the verb."""
    head = verb
    for _ in range(5):
        if any(c.dep_ in ("auxpass", "nsubjpass") for c in head.children) and head is verb:
            return agent_of(head), None
        found = next((c for c in head.children if c.dep_ in (*SUBJECTS, "nsubjpass") and c.i != verb.i), None)
        if found is not None and found.lower_ in RELATIVES and head.dep_ == "relcl":
            return head.head, found
        if found is not None:
            return found, None
        if head.dep_ == "acl" and head.head.pos_ in ("NOUN", "PROPN"):
            if head is verb and head.tag_ == "VBN":
                return agent_of(head), None
            return head.head, None
        if head.dep_ not in LINKED and not (head.dep_ == "advcl" and head.tag_ == "VBG"):
            return None, None
        head = head.head
    return None, None


def _may_hold(token: Token) -> bool:
    """Whether a word may be one who thinks and says, or a paper that does."""
    if token.lower_ in AUDIENCES:
        return False
    if token.pos_ == "PROPN":
        return True
    if token.lower_ in PERSONS:
        return True
    table = attitudes()
    return (
        token.lower_ in table["people"]
        or token.lower_ in table["paper"]
        or role_of(token.doc[token.left_edge.i : token.i + 1].text) is not None
    )


def _owned(noun: Token) -> Iterator[Cue]:
    """ "X's claim that …", "their demand for …": whose it is."""
    owner = next((c for c in noun.children if c.dep_ == "poss"), None)
    follows = text_of(noun.doc)[noun.idx + len(noun) :].split(None, 1)
    if owner is None or not follows or not _may_own(owner):
        return
    if follows[0].lower() not in NOUN_LINKS and not any(c.dep_ in ("acl", "ccomp") for c in noun.children):
        return
    first = owner.doc[owner.left_edge.i]
    speaker = first.idx, owner.idx + len(owner)
    about = text_of(owner.doc)[slice(*speaker)]
    yield _cue(noun, (speaker, about, speaker[1]), stand_in=None, end=noun.idx + len(noun))


def _may_own(token: Token) -> bool:
    return token.lower_ in ("his", "her", "their", "its", "my", "our", "your") or _may_hold(token)
