"""The gate: is a page worth reading? Decided in about two milliseconds, before anything is parsed.

First the page's bytes are searched for the words of `gate_words.tsv` in one pass (hyperscan); a page without any goes no further.
Then a small linear model reads its title and longer paragraphs, sentence by sentence, and the strongest of them decide. It lets
through what may hold a claim and much that does not; how much of each is measured by `bench/gate.py`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from marsad.intake.charsets import decode
from marsad.intake.gate_pages import page_words, paragraphs
from marsad.intake.gate_words import GROUPS, Lexicon, Scan, counts_of, entries_in, is_english, load_lexicon, sentences_of
from marsad.intake.pages import looks_like_html
from marsad.model import Capture, ConfigError, Report

Why = Literal["no_words", "ordinary", "telling", "unread"]
MANY_WORDS = 12
MOST_SENTENCES = 400
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a page or story passes, the model's log-odds that it tells of conflict or access, and why: `no_words` (none of the
    table's), `ordinary` (below the threshold), `telling` (above it), `unread` (nothing the gate can judge: it passes)."""

    passes: bool
    score: float
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The linear model. A sentence's log-odds are `bias` and the weights of its words and pairs of words; in languages other than
    English `foreign_bias` and the weights of its groups of words. A story's come from its strongest sentences (`story`)."""

    bias: float
    words: Mapping[str, float]
    foreign_bias: float
    groups: tuple[float, ...]
    story: tuple[float, ...]
    story_bias: float
    threshold: float


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
        source = decode(capture.body, capture.media_type).text
        if media != "text/plain" and looks_like_html(source):
            return self.page(source)
        return self.text(source)

    def page(self, source: str) -> Verdict:
        """The verdict on a page's source. Its paragraphs are judged, and the whole page's words where these tell too little."""
        found = self.scan.words_in(plain_letters(source))
        if not found:
            return Verdict(passes=False, score=-math.inf, why="no_words")
        quick = paragraphs(source)
        verdict = self.text(quick) if quick else None
        if verdict is None or (not verdict.passes and len(found) >= MANY_WORDS):
            return self.text(page_words(source))
        return verdict

    def report(self, report: Report) -> Verdict:
        """The verdict on a story that was read."""
        return self.text(f"{report.title or ''}\n{report.text}")

    def text(self, text: str) -> Verdict:
        """The verdict on a text; the title is its first line."""
        sentences = list(sentences_of(text))[:MOST_SENTENCES]
        if not sentences:
            return Verdict(passes=True, score=0.0, why="unread")
        score = story_score(scores_of(sentences, self.lexicon, self.weights), self.weights)
        passes = score >= self.weights.threshold
        return Verdict(passes=passes, score=round(score, 6), why="telling" if passes else "ordinary")


def scores_of(sentences: Sequence[Sequence[str]], lexicon: Lexicon, weights: Weights) -> list[float]:
    """The log-odds of each sentence."""
    if is_english(sentences):
        return [weights.bias + sum(weights.words.get(word, 0.0) for word in features(tokens)) for tokens in sentences]
    rows = (counts_of(entries_in(tokens, lexicon), lexicon) for tokens in sentences)
    return [weights.foreign_bias + sum(w * x for w, x in zip(weights.groups, pairs_of(row), strict=True)) for row in rows]


def features(tokens: Sequence[str]) -> list[str]:
    """The distinct words of a sentence and its pairs of neighbours, in order."""
    return list(dict.fromkeys([*tokens, *(f"{a} {b}" for a, b in zip(tokens, tokens[1:], strict=False))]))


def pairs_of(counts: Sequence[int]) -> list[float]:
    """A sentence's counts by group (up to three words each), and for each two groups whether it has both."""
    single = [float(c) for c in counts]
    both = [float(a > 0 and b > 0) for n, a in enumerate(counts) for b in counts[n + 1 :]]
    return single + both


def summary(scores: Sequence[float]) -> list[float]:
    """What a story's score is made of: its strongest sentence, the next two, the mean chance of all, and how many there are."""
    top = sorted(scores, reverse=True)[:3]
    top += [top[-1]] * (3 - len(top))
    chance = sum(logistic(s) for s in scores)
    return [top[0], top[1], top[2], chance / len(scores), math.log1p(chance), math.log(len(scores))]


def story_score(scores: Sequence[float], weights: Weights) -> float:
    """The log-odds of a story."""
    return weights.story_bias + sum(w * x for w, x in zip(weights.story, summary(scores), strict=True))


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))


def plain_letters(source: str) -> bytes:
    """A page's source as UTF-8, letters that are written as entities put in."""
    if "&#" in source or "acute;" in source or "grave;" in source:
        import html

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


def read_weights(held: Mapping[str, object]) -> Weights:
    """Weights out of the file that `training/gate.py` writes. Raises `ValueError` for another format or another set of groups."""
    if held["format"] != FORMAT or held["groups_named"] != list(GROUPS):
        raise ValueError("it is of another version: train it anew")
    fields = {name: held[name] for name in ("bias", "words", "foreign_bias", "story_bias", "threshold")}
    return Weights(**fields, groups=tuple(held["groups"]), story=tuple(held["story"]))  # type: ignore[arg-type]
