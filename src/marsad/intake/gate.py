"""The gate: is a page worth reading? Decided in about two milliseconds, before anything is parsed.

First the page's bytes are searched for the words of `gate_words.tsv` in one pass (hyperscan); a page without any goes no further.
Then a small linear model reads its title and longer paragraphs, sentence by sentence, and the strongest of them decide. Where
they leave it in doubt, what the story is about decides (`gate_topic`). How much is lost and how much stopped is measured by
`bench/gate.py`.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations
from typing import Any, Literal

from marsad.intake.charsets import decode
from marsad.intake.gate_pages import page_words, paragraphs
from marsad.intake.gate_topic import Topic, is_english, read_topic
from marsad.intake.gate_words import GROUPS, OTHER, STRENGTHS, Lexicon, Scan, counts_of, entries_in, load_lexicon, sentences_of
from marsad.intake.pages import looks_like_html
from marsad.model import Capture, ConfigError, Report

Why = Literal["no_words", "ordinary", "other_topic", "telling", "unread"]
ENTITY = re.compile(
    r"&(?:#(?:19[2-9]|2[0-9]{2}|[3-9][0-9]{2}|1[0-9]{3}|[xX]0?[3-7][0-9a-fA-F]{2})|[A-Za-z](?:acute|grave|circ|uml|cedil|tilde));"
)
MANY_WORDS = 16
ARTICLE = 3000
LEAD = 6
BLANK = -1.0  # the log-odds of a sentence without a word of the table
MOST_SENTENCES = 400
FORMAT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a page or story passes, the model's log-odds that it tells of conflict or access, and why: `no_words` (none of the
    table's that is stronger than 1), `ordinary` (below the threshold), `other_topic` (not far above it, and about other matters),
    `telling` (above it), `unread` (nothing to judge: it passes)."""

    passes: bool
    score: float
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The linear model. A sentence's log-odds are `bias` and a weight for each of its `facts`; a story's are `story_bias` and a
    weight for each figure of its `summary`."""

    bias: float
    facts: tuple[float, ...]
    story: tuple[float, ...]
    story_bias: float
    threshold: float
    topic: Topic | None = None


UNTOLD = Verdict(passes=False, score=-math.inf, why="no_words")


class Gate:
    """The table and the model, loaded once; give the same page the same verdict on any machine."""

    def __init__(self, lexicon: Lexicon, weights: Weights) -> None:
        self.lexicon = lexicon
        self.weights = weights
        self.scan = Scan(lexicon)

    def capture(self, capture: Capture) -> Verdict:
        """The verdict on a page or plain text. Other kinds (JSON Lines, tables, documents) hold many stories or are packed: they
        pass unread, and each of their stories is judged by `report`."""
        media = (capture.media_type or "").partition(";")[0].strip().lower()
        if media and not media.startswith(("text/html", "text/plain", "application/xhtml")):
            return Verdict(passes=True, score=0.0, why="unread")
        decoded = decode(capture.body, capture.media_type)
        source = decoded.text
        if media != "text/plain" and looks_like_html(source):
            whole = decoded.charset == "utf-8" and not decoded.lossy and not ENTITY.search(source)
            return self.page(source, capture.body if whole else None)
        return self.text(source)

    def page(self, source: str, body: bytes | None = None) -> Verdict:
        """The verdict on a page's source. Its paragraphs are judged; where these are few, all its words. `body`: the same
        in bytes, where they are UTF-8 without entities for letters."""
        found = self.scan.words_in(plain_letters(source) if body is None else body)
        if found.isdisjoint(self.scan.strong):
            return UNTOLD
        quick = paragraphs(source)
        verdict = self.text(quick) if quick else None
        if verdict is None or (not verdict.passes and len(found) >= MANY_WORDS and len(quick) < ARTICLE):
            return self.text(page_words(source))
        return verdict

    def report(self, report: Report) -> Verdict:
        """The verdict on a story that was read."""
        return self.text(f"{report.title or ''}\n{report.text}")

    def text(self, text: str) -> Verdict:
        """The verdict on a text; the title is its first line."""
        sentences = list(sentences_of(text))[:MOST_SENTENCES] if self.scan.strong_in(text.encode("utf-8", "replace")) else []
        read = [read_sentence(s, self.lexicon, self.weights) for s in sentences]
        if not any(sentence.strong for sentence in read):
            return UNTOLD if text.strip() else Verdict(passes=True, score=0.0, why="unread")
        score = story_score(read, self.weights)
        above = score - self.weights.threshold
        topic = self.weights.topic
        if above < 0:
            return Verdict(passes=False, score=round(score, 6), why="ordinary")
        if topic is None or above >= topic.sure or not is_english(sentences):
            return Verdict(passes=True, score=round(score, 6), why="telling")
        odds = min(topic.odds(sentences, above), topic.sure)
        return Verdict(
            passes=odds >= 0, score=round(self.weights.threshold + odds, 6), why="telling" if odds >= 0 else "other_topic"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What the model makes of a sentence: its log-odds, how strongly its words speak of other matters (0 to 6), and whether it
    has a word of more than the least strength."""

    score: float
    other: int
    strong: bool = False


def read_sentence(tokens: Sequence[str], lexicon: Lexicon, weights: Weights) -> Sentence:
    """A sentence as the model reads it."""
    counts = counts_of(entries_in(tokens, lexicon), lexicon)
    if not any(counts[: OTHER * STRENGTHS]):
        return Sentence(score=BLANK, other=other_in(counts))
    score = weights.bias + sum(w * x for w, x in zip(weights.facts, facts(counts), strict=True) if x)
    strong = any(counts[n] for n in range(OTHER * STRENGTHS) if n % STRENGTHS)
    return Sentence(score=score, other=other_in(counts), strong=strong)


def other_in(counts: Sequence[int]) -> int:
    """How strongly a sentence's counts speak of other matters."""
    return min(6, sum(n * count for n, count in enumerate(counts[OTHER * STRENGTHS :], 1)))


def facts(counts: Sequence[int]) -> list[int]:
    """What the model knows of a sentence: its counts by group and strength, and for each two groups whether it has both."""
    told = counts[: OTHER * STRENGTHS]
    has = [any(told[n * STRENGTHS : (n + 1) * STRENGTHS]) for n in range(OTHER)]
    return [*told, *(int(one and other) for one, other in combinations(has, 2))]


def summary(sentences: Sequence[Sentence]) -> list[float]:
    """What the model knows of a story: its strongest sentence, the mean of its three strongest, the strongest of its first six
    (a title and a lead), how dense it is and how long, how much of it and of its lead is of other matters."""
    scores = [sentence.score for sentence in sentences]
    top = sorted(scores, reverse=True)[:3]
    chance = sum(logistic(s) for s in scores)
    return [
        top[0],
        sum(top) / len(top),
        max(scores[:LEAD]),
        math.log((chance + 0.2) / (len(scores) + 4)),
        math.log(len(scores)),
        sum(sentence.other for sentence in sentences) / (len(scores) + 4),
        sum(sentence.other for sentence in sentences[:LEAD]) / LEAD,
    ]


def story_score(sentences: Sequence[Sentence], weights: Weights) -> float:
    """The log-odds of a story."""
    return weights.story_bias + sum(w * x for w, x in zip(weights.story, summary(sentences), strict=True))


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))


def plain_letters(source: str) -> bytes:
    """A page's source as UTF-8, letters that are written as entities put in."""
    if ENTITY.search(source):
        source = html.unescape(source)
    return source.encode("utf-8", "replace")


@cache
def load_gate() -> Gate:
    """The gate of this installation. Raises `ConfigError` where its table or model is missing or malformed."""
    try:
        held = json.loads(resources.files("marsad.intake").joinpath("gate.json").read_text(encoding="utf-8"))
        return Gate(load_lexicon(), read_weights(held))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"the gate's model can't be read: {error}") from error


def read_weights(held: Mapping[str, Any]) -> Weights:
    """Weights out of the file that `training/gate.py` writes. Raises `ValueError` for another format or another set of groups."""
    if held["format"] != FORMAT or held["groups"] != list(GROUPS):
        raise ValueError("it is of another version: train it anew")
    return Weights(
        bias=held["bias"],
        facts=tuple(held["facts"]),
        story=tuple(held["story"]),
        story_bias=held["story_bias"],
        threshold=held["threshold"],
        topic=read_topic(held["topic"]) if held["topic"] else None,
    )
