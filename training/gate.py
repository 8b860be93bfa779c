"""Train the gate's linear model: sentences of the composed reports that a claim cites against ordinary news composed for it.

    python -m training.gate [--out src/marsad/intake/gate.json]

Only `corpus/` and `training/ordinary.txt` are read, never a text from outside. The same files give the same bytes. Two fits by
L-BFGS, without any chance in them: sentences (words and pairs of words; and for other languages the groups of `gate_words.tsv`
alone), then stories, over what the sentences of the other folds' models say. The threshold lets through all but one in a thousand
of the training stories that hold a claim, and then two units of log-odds more, since other people's stories are told in other words.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from marsad.intake.gate import FORMAT, features, pairs_of, summary
from marsad.intake.gate_words import GROUPS, counts_of, entries_in, load_lexicon, sentences_of

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "src" / "marsad" / "intake" / "gate.json"
FOLDS = 5
LEAST = 3
DECAY = 3.0
NO_CLAIM = 0.15  # weight of what the reports leave uncoded: it is of the same matter
MARGIN = 2.0
DIGITS = 4


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
                name=f"ordinary/{number}", sentences=sentences, labels=[0.0] * count, weights=[2.0] * count, label=0.0, weight=6.0
            )
        )
    return found


def fit(x: Any, y: Any, weight: Any, decay: float) -> tuple[Any, float]:
    """Logistic regression: coefficients and bias."""

    def loss(theta: Any) -> tuple[float, Any]:
        z = x @ theta[:-1] + theta[-1]
        error = weight * (1 / (1 + np.exp(-np.clip(z, -30, 30))) - y)
        value = float((weight * (np.logaddexp(0, z) - y * z)).sum() + decay / 2 * (theta[:-1] ** 2).sum())
        return value, np.append(x.T @ error + decay * theta[:-1], error.sum())

    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 400, "ftol": 1e-9})
    return found.x[:-1], float(found.x[-1])


def vocabulary(stories: Sequence[Story]) -> dict[str, int]:
    """Words and pairs that stand in enough stories, numbered in the order of the alphabet."""
    counts = Counter(f for story in stories for f in {f for s in story.sentences for f in features(s)})
    return {word: n for n, word in enumerate(sorted(w for w, c in counts.items() if c >= LEAST))}


def matrix(stories: Sequence[Story], words: dict[str, int]) -> Any:
    rows, columns = [], []
    for row, tokens in enumerate(s for story in stories for s in story.sentences):
        known = [words[f] for f in features(tokens) if f in words]
        rows += [row] * len(known)
        columns += known
    count = sum(len(story.sentences) for story in stories)
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(count, len(words)))


def sentence_model(stories: Sequence[Story]) -> tuple[dict[str, float], float]:
    words = vocabulary(stories)
    y = np.array([label for story in stories for label in story.labels])
    weight = np.array([w for story in stories for w in story.weights])
    found, bias = fit(matrix(stories, words), y, weight, DECAY)
    return {word: float(found[n]) for word, n in words.items()}, bias


def group_model(stories: Sequence[Story]) -> tuple[list[float], float]:
    lexicon = load_lexicon()
    x = np.array([pairs_of(counts_of(entries_in(tokens, lexicon), lexicon)) for story in stories for tokens in story.sentences])
    y = np.array([label for story in stories for label in story.labels])
    weight = np.array([w for story in stories for w in story.weights])
    found, bias = fit(x, y, weight, DECAY)
    return [float(w) for w in found], bias


def scored(stories: Sequence[Story], words: dict[str, float], bias: float) -> Any:
    return np.array([summary([bias + sum(words.get(f, 0.0) for f in features(s)) for s in story.sentences]) for story in stories])


def train(stories: Sequence[Story]) -> dict[str, Any]:
    """The model as it is written down."""
    held = np.zeros((len(stories), len(summary([0.0]))))
    for fold in range(FOLDS):
        words, bias = sentence_model([s for n, s in enumerate(stories) if n % FOLDS != fold])
        inside = [n for n in range(len(stories)) if n % FOLDS == fold]
        held[inside] = scored([stories[n] for n in inside], words, bias)
    y, weight = np.array([s.label for s in stories]), np.array([s.weight for s in stories])
    story, story_bias = fit(held, y, weight, 1.0)
    chances = np.sort((held @ story + story_bias)[y == 1])
    words, bias = sentence_model(stories)
    groups, foreign_bias = group_model(stories)
    kept = {w: round(v, DIGITS) for w, v in words.items() if abs(v) >= 0.02}
    return {
        "format": FORMAT,
        "groups_named": list(GROUPS),
        "bias": round(bias, DIGITS),
        "foreign_bias": round(foreign_bias, DIGITS),
        "groups": [round(w, DIGITS) for w in groups],
        "story": [round(float(w), DIGITS) for w in story],
        "story_bias": round(story_bias, DIGITS),
        "threshold": round(float(chances[len(chances) // 1000]) - MARGIN, DIGITS),
        "words": kept,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    out = parser.parse_args().out
    folders = sorted(path.parent for path in (ROOT / "corpus").glob("*/gold.jsonl"))
    stories = [s for folder in folders for s in corpus_stories(folder)] + ordinary_stories(ROOT / "training" / "ordinary.txt")
    model = train(stories)
    out.write_text(json.dumps(model, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(stories)} stories, {len(model['words'])} words and pairs, threshold {model['threshold']}")


if __name__ == "__main__":
    main()
