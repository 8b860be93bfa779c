"""Train the gate's linear models on the composed reports of `corpus/` and on ordinary news composed for it.

    python -m training.gate [--shared ../shared] [--out src/marsad/intake/gate.json]

Nothing else is read; the same files give the same bytes. What the gate knows of topics is trained on other sets too
(`training.gate_topic`), where `--shared` names them, and else stays as it is shipped. Two fits by L-BFGS. First sentences: those
that a claim cites against those of ordinary news, by the groups and strengths of their words; no word can speak against a claim.
Then stories: the reports against ordinary stories, alone and in rows, which teaches that a long text has more telling words by
chance. The threshold lets through 199 of 200 of the reports that hold a claim, less a
margin, since other people tell in other words.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from marsad.intake.gate import (
    BLANK,
    FORMAT,
    MOST_SENTENCES,
    Gate,
    Sentence,
    facts,
    other_in,
    read_sentence,
    read_weights,
    story_score,
    summary,
)
from marsad.intake.gate_words import GROUPS, OTHER, counts_of, entries_in, load_lexicon, sentences_of
from training.gate_topic import Text, texts, threshold, train_topic

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "src" / "marsad" / "intake" / "gate.json"
DECAY = 1.0
NO_CLAIM = 0.05  # weight of what the reports leave uncoded: it is of the same matter
ORDINARY = 6.0
LONGEST = 9
MARGIN = 0.72
DIGITS = 4
# The reports are few, and the table was thought over: what a word of each strength weighs at least and at most, two groups in
# one sentence, and the figures of `summary` (other matters say little against a story: an election may be shot at).
LEAST = (0.1, 0.7, 1.6)
MOST = (0.7, 1.5, 3.0)
BOTH = (0.0, 1.0)
STORY = [(0.5, None), (0.0, None), (0.5, None), (0.0, 2.0), (-4.0, 0.0), (-0.5, 0.0), (-0.5, 0.0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A text's sentences as words, what each is worth (1 holds a claim, 0 none) and how much it weighs; and so for the story."""

    name: str
    sentences: list[list[str]]
    labels: list[float]
    weights: list[float]
    label: float
    weight: float


def corpus_stories(folder: Path) -> list[Story]:
    """The reports of one folder of the corpus."""
    cited: dict[str, list[str]] = {}
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        claim = json.loads(line)
        cited.setdefault(claim["report"], []).append(claim["evidence"]["claim"])
    found = []
    for line in (folder / "reports.jsonl").read_text(encoding="utf-8").splitlines():
        report = json.loads(line)
        quotes = [" ".join(tokens) for quote in cited.get(report["id"], ()) for tokens in sentences_of(quote)]
        sentences = list(sentences_of(f"{report['title'] or ''}\n{report['text']}"))
        holds = [any(quote in (whole := " ".join(s)) or whole in quote for quote in quotes) for s in sentences]
        label = float(report["id"] in cited)
        found.append(
            Story(
                name=f"{folder.name}/{report['id']}",
                sentences=sentences,
                labels=[float(h) for h in holds],
                weights=[1.0 if h else NO_CLAIM for h in holds],
                label=label,
                weight=1.0 if label else NO_CLAIM,
            )
        )
    return found


def ordinary_stories(path: Path) -> list[Story]:
    """The ordinary news: stories apart by `# topic`."""
    found = []
    for number, part in enumerate(path.read_text(encoding="utf-8").split("# ")[1:]):
        sentences = list(sentences_of(part.partition("\n")[2]))
        count = len(sentences)
        found.append(
            Story(
                name=f"ordinary/{number}",
                sentences=sentences,
                labels=[0.0] * count,
                weights=[ORDINARY] * count,
                label=0.0,
                weight=1.0,
            )
        )
    return found


def fit(x: Any, y: Any, weight: Any, decay: float, bounds: Sequence[tuple[float | None, float | None]]) -> tuple[Any, float]:
    """Logistic regression: coefficients within bounds, and bias."""

    def loss(theta: Any) -> tuple[float, Any]:
        z = x @ theta[:-1] + theta[-1]
        error = weight * (1 / (1 + np.exp(-np.clip(z, -30, 30))) - y)
        value = float((weight * (np.logaddexp(0, z) - y * z)).sum() + decay / 2 * (theta[:-1] ** 2).sum())
        return value, np.append(x.T @ error + decay * theta[:-1], error.sum())

    found = minimize(
        loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)], options={"maxiter": 500}
    )
    return found.x[:-1], float(found.x[-1])


def rows_of(stories: Sequence[Story]) -> list[list[list[int]]]:
    """For each story its sentences' counts."""
    lexicon = load_lexicon()
    return [[counts_of(entries_in(tokens, lexicon), lexicon) for tokens in story.sentences] for story in stories]


def sentence_model(stories: Sequence[Story], rows: Sequence[Sequence[Sequence[int]]]) -> tuple[Any, float]:
    y = np.array([label for story in stories for label in story.labels])
    weight = np.array([w for story in stories for w in story.weights])
    x = np.array([facts(c) for counts in rows for c in counts], dtype=float)
    weight = weight * x.any(axis=1)  # a sentence without a word of the table has a score of its own
    single = list(zip(LEAST, MOST, strict=True)) * OTHER
    return fit(x, y, weight, DECAY, [*single, *[BOTH] * (x.shape[1] - len(single))])


def read(counts: Sequence[int], weights: Any, bias: float) -> Sentence:
    """A sentence as the first model reads it."""
    told = np.array(facts(counts))
    return Sentence(score=float(told @ weights) + bias if told.any() else BLANK, other=other_in(counts))


def rows_of_news(scores: Sequence[Sequence[Sentence]], start: int, count: int) -> list[Sentence]:
    """The sentences of `count` ordinary stories in a row, from one of them on."""
    return [s for n in range(count) for s in scores[(start + n * 7) % len(scores)]]


def story_model(stories: Sequence[Story], scores: Sequence[Sequence[Sentence]]) -> tuple[Any, float, Any]:
    """Coefficients, bias, and the scores of the stories that hold a claim, sorted."""
    plain = [s for story, s in zip(stories, scores, strict=True) if story.name.startswith("ordinary")]
    x, y, weight = [], [], []
    for story, own in zip(stories, scores, strict=True):
        if story.name.startswith("ordinary"):
            continue
        x.append(summary(own))
        y.append(story.label)
        weight.append(story.weight)
    for number in range(len(plain)):
        for count in range(1, LONGEST + 1):
            x.append(summary(rows_of_news(plain, number, count)))
            y.append(0.0)
            weight.append(2.0)
    labels = np.array(y)
    found, bias = fit(np.array(x), labels, np.array(weight), 1.0, STORY)
    return found, bias, np.sort((np.array(x) @ found + bias)[labels == 1])


def train(stories: Sequence[Story]) -> dict[str, Any]:
    """The model as it is written down."""
    rows = rows_of(stories)
    weights, bias = sentence_model(stories, rows)
    story, story_bias, chances = story_model(stories, [[read(c, weights, bias) for c in counts] for counts in rows])
    return {
        "format": FORMAT,
        "groups": list(GROUPS),
        "bias": round(bias, DIGITS),
        "facts": [round(float(w), DIGITS) for w in weights],
        "story": [round(float(w), DIGITS) for w in story],
        "story_bias": round(story_bias, DIGITS),
        "threshold": round(float(chances[len(chances) // 200]) - MARGIN, DIGITS),
        "topic": None,
    }


def composed(stories: Sequence[Story]) -> list[Text]:
    """The composed reports that hold a claim, and the ordinary news, as the model of topics takes them."""
    kinds = {story.name: "ordinary" if story.name.startswith("ordinary") else "report" for story in stories}
    return [
        Text(name=s.name, kind=kinds[s.name], sentences=s.sentences, report=kinds[s.name] == "report")
        for s in stories
        if s.label or kinds[s.name] == "ordinary"
    ]


def above(model: dict[str, Any]) -> Callable[[Sequence[Sequence[str]]], float]:
    """How far a text is above the threshold by its words of conflict; infinitely below where it has no stronger one."""
    gate = Gate(load_lexicon(), read_weights(model))

    def score(sentences: Sequence[Sequence[str]]) -> float:
        read = [read_sentence(s, gate.lexicon, gate.weights) for s in sentences[:MOST_SENTENCES]]
        return story_score(read, gate.weights) - gate.weights.threshold if any(s.strong for s in read) else -math.inf

    return score


def topic_of(model: dict[str, Any], stories: Sequence[Story], data: Path) -> dict[str, Any]:
    """What the gate knows of topics, as it is written down."""
    told, others, score = composed(stories), texts(data), above(model)
    return {**train_topic([*told, *others], score), "threshold": threshold(told, others, score)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--shared", type=Path, help="the folder whose `data` holds the sets that teach topics")
    options = parser.parse_args()
    folders = sorted(path.parent for path in (ROOT / "corpus").glob("*/gold.jsonl"))
    stories = [s for folder in folders for s in corpus_stories(folder)] + ordinary_stories(ROOT / "training" / "ordinary.txt")
    model = train(stories)
    shipped = json.loads(OUT.read_text(encoding="utf-8")).get("topic") if OUT.exists() else None
    model["topic"] = topic_of(model, stories, options.shared / "data") if options.shared else shipped
    options.out.write_text(json.dumps(model, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(stories)} stories, threshold {model['threshold']}")


if __name__ == "__main__":
    main()
