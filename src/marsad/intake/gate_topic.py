"""What a story in English is about, by its words: the gate's last word where the words of conflict alone leave it in doubt.

Fires, crashes, robberies, epidemics and election campaigns are told in words of violence too. A linear model over hashed words,
trained on such news and on reports of conflict, tells them apart. It is asked only about stories near the threshold, and can only
stop them: a story that the words of conflict are sure of passes whatever it is about.
"""

from __future__ import annotations

import base64
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BITS = 16
SENTENCES = 60
LOWEST, HIGHEST = -4.0, 8.0
COMMON = frozenset(
    ("the", "of", "and", "to", "in", "a", "that", "on", "for", "is", "was", "with", "by", "at", "from", "has", "have", "it", "he")
)
SHARE = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Weights by the hash of a word, in units of `scale`, as signed bytes; `base` is the weight of the words of conflict. A story
    whose score is more than `sure` above the gate's threshold is not asked about."""

    weights: bytes
    scale: float
    bias: float
    base: float
    threshold: float
    sure: float

    def odds(self, sentences: Sequence[Sequence[str]], above: float) -> float:
        """The log-odds that a story tells of conflict or access, less the threshold; `above` is its score, less the gate's."""
        found = places(sentences)
        held = sum(w - 256 if (w := self.weights[n]) > 127 else w for n in found)
        told = self.scale * held / math.sqrt(len(found)) if found else 0.0
        return told + self.bias + self.base * clipped(above) - self.threshold


def places(sentences: Sequence[Sequence[str]]) -> list[int]:
    """The places that a story's distinct words have in the weights, in order."""
    words = {token for tokens in sentences[:SENTENCES] for token in tokens}
    return sorted({zlib.crc32(word.encode("utf-8", "replace")) % (1 << BITS) for word in words})


def clipped(above: float) -> float:
    return max(LOWEST, min(HIGHEST, above))


def is_english(sentences: Iterable[Sequence[str]]) -> bool:
    """Whether so many of the words are the commonest ones of English that the model can judge it.

    >>> is_english([["the", "mayor", "of", "the", "town", "spoke"]]), is_english([["le", "maire", "de", "la", "ville"]])
    (True, False)
    """
    words = [token for tokens in sentences for token in tokens]
    return sum(word in COMMON for word in words) > SHARE * len(words)


def read_topic(held: Mapping[str, Any]) -> Topic:
    """The model out of the file that `training/gate.py` writes. Raises `ValueError` or `KeyError` where it is malformed."""
    weights = zlib.decompress(base64.b64decode(held["weights"], validate=True))
    if len(weights) != 1 << BITS:
        raise ValueError("the topic's weights are of another size")
    return Topic(weights=weights, **{name: float(held[name]) for name in ("scale", "bias", "base", "threshold", "sure")})
