"""Train what the gate knows of topics: reports of conflict against other news, by their words alone.

For: the composed reports of `corpus/` that hold a claim, and MUC-4's training messages with a template. Against: ordinary news
composed for it, and other news of four sets (the article extraction benchmark, PolNeAR, and local news and news of epidemics that
were collected for geoparsing). Of those sets nothing is kept but a weight for each hash of a word that stands in three texts or
more. What in them tells of conflict is left out: `gate_apart.tsv`, and local news that names a land or people at war (`AT_WAR`).
"""

from __future__ import annotations

import base64
import csv
import gzip
import json
import math
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from marsad.intake.gate_pages import page_words, paragraphs
from marsad.intake.gate_topic import BITS, HIGHEST, LOWEST, clipped, places
from marsad.intake.gate_words import sentences_of

HERE = Path(__file__).resolve().parent
WEIGHTS = {"report": 1.0, "muc": 1.0, "ordinary": 3.0, "pages": 3.0, "polnear": 3.0, "lgl": 1.0, "geovirus": 1.0}
AT_WAR = frozenset(
    [
        *("gaza", "palestinian", "palestinians", "palestine", "israel", "israeli", "iraq", "iraqi", "baghdad", "lebanon"),
        *("lebanese", "beirut", "syria", "syrian", "georgian", "tbilisi", "abkhaz", "abkhazia", "ossetia", "ossetian"),
        *("dagestan", "dagestani", "lanka", "lankan", "afghanistan", "afghan", "pakistan", "pakistani", "taliban", "sudan"),
        *("sudanese", "psni", "ira", "paramilitary"),
    ]
)
SURE = 4.0
DECAY = 1.0
LENGTH = 10.0
FEWEST = 3
LOST = 200  # of so many reports that hold a claim one may be lost
MARGIN = 0.1
Score = Callable[[Sequence[Sequence[str]]], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text's sentences as words, the set it is of, and whether it is a report of conflict; `apart` where it is not to teach."""

    name: str
    kind: str
    sentences: list[list[str]]
    report: bool
    apart: bool = False

    @property
    def half(self) -> int:
        """Which half of its set it is of."""
        return zlib.crc32(self.name.encode()) % 2


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def apart() -> frozenset[tuple[str, str]]:
    """Set and name of the other news that tells of conflict."""
    with (HERE / "gate_apart.tsv").open(encoding="utf-8", newline="") as table:
        return frozenset((row["set"], row["name"]) for row in csv.DictReader(table, delimiter="\t"))


def at_war(sentences: Sequence[Sequence[str]]) -> bool:
    return any(token in AT_WAR for tokens in sentences for token in tokens)


def other_news(data: Path) -> list[tuple[str, str, str]]:
    """Set, name and text of all other news."""
    found = []
    for path in sorted((data / "pages" / "html").glob("*.html.gz")):
        source = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
        found.append(("pages", path.name, paragraphs(source) or page_words(source)))
    found += [("polnear", a["docid"], f"{a['title'] or ''}\n{a['text']}") for a in lines(data / "polnear" / "dev.jsonl.gz")]
    for name in ("lgl", "geovirus"):
        found += [(name, a["docid"], a["text"]) for a in lines(data / "geoparsing" / f"{name}.jsonl.gz")]
    return found


def texts(data: Path) -> list[Text]:
    """All of the sets in `data`."""
    kept_apart = apart()
    found = []
    for message in lines(data / "muc4" / "train.jsonl.gz"):
        if message["templates"]:
            found.append(Text(name=message["docid"], kind="muc", sentences=list(sentences_of(message["text"])), report=True))
    for kind, name, text in other_news(data):
        sentences = list(sentences_of(text))
        tells = ((kind, name.removesuffix(".html.gz")) in kept_apart) or (kind == "lgl" and at_war(sentences))
        found.append(Text(name=name, kind=kind, sentences=sentences, report=False, apart=tells))
    return found


def matrix(given: Sequence[Text], known: frozenset[int] | None = None) -> Any:
    """A row for each text: its words, each as heavy as they are few."""
    values: list[float] = []
    columns: list[int] = []
    starts = [0]
    for text in given:
        found = places(text.sentences)
        kept = [n for n in found if known is None or n in known]
        columns += kept
        values += [LENGTH / math.sqrt(len(found))] * len(kept)
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(given), 1 << BITS))


def train_topic(given: Sequence[Text], score: Score) -> dict[str, Any]:
    """The model as it is written down. `score` tells how far a text is above the gate's threshold by its words of conflict."""
    taught = [text for text in given if not text.apart]
    counts = Counter(n for text in taught for n in places(text.sentences))
    known = frozenset(n for n, count in counts.items() if count >= FEWEST)
    above = np.array([clipped(score(text.sentences)) for text in taught])
    y = np.array([float(text.report) for text in taught])
    weight = np.array([WEIGHTS[text.kind] for text in taught])
    found = fitted(matrix(taught, known), above, y, weight)
    scale = max(float(np.abs(found[:-2]).max()) / 127, 1e-9)
    held = np.round(found[:-2] / scale).astype(np.int8)
    return {
        "weights": base64.b64encode(zlib.compress(held.tobytes(), 9)).decode(),
        "scale": round(scale * LENGTH, 6),
        "bias": round(float(found[-2]), 4),
        "base": round(float(found[-1]), 4),
        "sure": SURE,
    }


def fitted(x: Any, above: Any, y: Any, weight: Any) -> Any:
    """Logistic regression by L-BFGS: the words' weights, the bias, and the weight of the words of conflict (at least 0.2)."""
    count = x.shape[1]

    def loss(theta: Any) -> tuple[float, Any]:
        z = x @ theta[:count] + theta[count] + theta[count + 1] * above
        error = weight * (1 / (1 + np.exp(-np.clip(z, -30, 30))) - y)
        value = float((weight * (np.logaddexp(0, z) - y * z)).sum() + DECAY / 2 * (theta[:count] ** 2).sum())
        return value, np.r_[x.T @ error + DECAY * theta[:count], error.sum(), (error * above).sum()]

    bounds = [(None, None)] * (count + 1) + [(0.2, None)]
    start = np.r_[np.zeros(count + 1), 0.5]
    return minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300}).x


def odds(model: dict[str, Any], given: Sequence[Text], score: Score) -> list[float]:
    """Log-odds of texts by a model, before any threshold; infinite where it would not be asked."""
    from marsad.intake.gate_topic import read_topic

    topic = read_topic({**model, "threshold": 0.0})
    found = []
    for text in given:
        above = score(text.sentences)
        asked = 0 <= above < SURE
        found.append(topic.odds(text.sentences, above) if asked else math.inf if above >= SURE else -math.inf)
    return found


def threshold(told: Sequence[Text], others: Sequence[Text], score: Score) -> float:
    """Where the model loses one in 200 of the reports that hold a claim, less a margin; each half of them judged by a model that
    was trained without it."""
    judged: list[float] = []
    for half in (0, 1):
        kept = [text for text in others if text.half != half]
        model = train_topic([*told, *kept], score)
        judged += odds(model, [text for text in others if text.half == half and text.report], score)
    ranked = sorted(judged)
    return round(max(ranked[len(ranked) // LOST], LOWEST - HIGHEST) - MARGIN, 4)
