"""A text as tokens that may make up names of places, and the runs of them that are read as one name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from marsad.places.names import ARTICLES
from marsad.places.words import Words

TOKEN = re.compile(r"[^\W_]{1,60}(?:['’ʼʻ‘`´][^\W_]{1,60}){0,3}")
ELIDED = re.compile(r"^[dlDL]['’](?=\w)")
BREAK = re.compile(r"[.!?:;]|\n")
HYPHENS = frozenset("-‐‑")
SHORTENED = frozenset(("st", "mt", "ft", "gen", "col", "mr", "dr"))
LONGEST = 6


class Token(NamedTuple):
    """`text` without a possessive ending. `gap` is what stands before it, `initial` whether it opens a sentence, `loud`
    whether its line is
    in capitals, so that they tell nothing."""

    text: str
    lower: str
    start: int
    end: int
    gap: str
    capital: bool
    possessive: bool
    initial: bool
    loud: bool


def tokenise(text: str) -> list[Token]:
    """All words and numbers of `text`."""
    found: list[Token] = []
    last = 0
    for line in re.finditer(r"[^\n]+", text):
        loud = is_loud(line.group())
        for match in TOKEN.finditer(text, line.start(), line.end()):
            word, end = match.group(), match.end()
            gap = text[last : match.start()]
            last = end
            possessive = word[-2:] in ("'s", "’s", "'S", "’S") and len(word) > 3
            if possessive:
                word, end = word[:-2], end - 2
            elided = word[1:2] in ("'", "’") and ELIDED.match(word) is not None and word[2:3].isupper()
            capital = word[0].isupper() or elided or is_arabic(word)
            initial = not found or (gap != " " and opens(gap, found[-1]))
            found.append(Token(word, word.casefold(), match.start(), end, gap, capital, possessive, initial, loud))
    return found


def opens(gap: str, before: Token) -> bool:
    """Whether a sentence or a quotation begins after a gap; the point of "St. Paul" or "M. Bell" ends none."""
    if gap in (". ", ".") and (len(before.text) == 1 or before.lower in SHORTENED):
        return False
    return bool(BREAK.search(gap)) or (gap.endswith(("“", '"', "‘", "(")) and gap.strip() != "")


def is_loud(line: str) -> bool:
    """Whether a line is in capitals, or a headline in Title Case, so that a capital says nothing."""
    words = [w for w in re.findall(r"[^\W\d_]+", line) if len(w) > 3]
    if len(words) < 4:
        return False
    return bool(sum(w[0].isupper() for w in words) >= 0.9 * len(words))


def is_arabic(word: str) -> bool:
    return bool("\u0620" <= word[0] <= "\u064a")


def owns(before: Token, after: Token) -> bool:
    """Whether a possessive may stand inside one name ("Cox's Bazar")."""
    return before.possessive and after.capital and after.gap[-1:] == " " and not after.initial


def joins(before: Token, after: Token) -> bool:
    """Whether two neighbouring tokens can stand in one name."""
    if before.possessive or (after.initial and after.gap != ". "):
        return False
    gap = after.gap
    if gap == " " or gap in HYPHENS or gap in ("  ", "\u00a0", "'", "’", ""):
        return True
    if gap in (".", ". "):
        return before.lower in ("st", "ste", "mt", "ft", "sta", "no") or (len(before.text) == 1 and len(after.text) == 1)
    return False


def spans(tokens: Sequence[Token], words: Words, lowered: frozenset[str]) -> list[tuple[int, int]]:
    """(first, last) token of every stretch that may be a name: it opens with a capital and ends with one, a number or a word
    like "bridge".

    `lowered` are the lower-case words that stand in names of the curated table.
    """
    found = []
    for first, token in enumerate(tokens):
        article = (
            token.lower in ARTICLES and first + 1 < len(tokens) and tokens[first + 1].gap in HYPHENS and tokens[first + 1].capital
        )
        partial = token.lower in words.direction or token.lower in words.ordinal
        part = partial and first + 1 < len(tokens) and tokens[first + 1].capital
        if not (token.capital or article or part):
            continue
        for last in range(first, min(len(tokens), first + LONGEST)):
            if last > first and not (joins(tokens[last - 1], tokens[last]) or owns(tokens[last - 1], tokens[last])):
                break
            here = tokens[last]
            ends = (
                here.capital
                or here.text[0].isdigit()
                or (
                    last > first
                    and (here.lower in words.facility or (here.lower in lowered and here.lower not in words.connector))
                )
            )
            if ends and not (last == first and not token.capital):
                found.append((first, last))
            elif here.lower not in words.connector and last > first:
                break
    return found


def runs(tokens: Sequence[Token], words: Words) -> list[tuple[int, int]]:
    """For each token the (first, last) of the longest stretch of capitalised words round it; lower-case words get an empty
    one."""
    found = [(index, index - 1) for index in range(len(tokens))]
    index = 0
    while index < len(tokens):
        if not tokens[index].capital:
            index += 1
            continue
        last = ahead = index
        while ahead + 1 < len(tokens) and joins(tokens[ahead], tokens[ahead + 1]):
            ahead += 1
            if tokens[ahead].capital:
                last = ahead
            elif tokens[ahead].lower not in words.connector or tokens[ahead].lower in (
                "and",
                "of",
                "the",
                "on",
                "at",
                "as",
                "no",
            ):
                break
        for inside in range(index, last + 1):
            found[inside] = (index, last)
        index = last + 1
    return found
