"""Fit the weights by which a place is chosen among those of one name.

    python -m training.train_places --data DATA/geoparsing --corpus CORPUS [--corpus …]

The model is a conditional logit over the entries of a name. It is fitted near the column `prior`, on half of the documents of
LGL and GeoVirus (the other half is for `bench/places.py`) and on the gold places of composed stories. The second choice sees
the places chosen before, so both are fitted in turn. No random number is drawn: the same data give the same table. Rows whose
source is `by hand` stay as they are.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from bench.places import Row, is_development, km, read

from marsad.places import choosing, finding, load_gazetteer
from marsad.places import features as weighing
from marsad.places.candidates import Candidate
from marsad.places.features import Context, Features, features, load_weights
from marsad.places.gazetteer import Entry, Gazetteer
from marsad.places.sources import table
from marsad.places.words import Words

TABLE = Path(weighing.__file__).with_name("weights.tsv")
# The feature classes of GeoNames that are regions and those that are points; second-level units pass for either.
WIDTH = {"A": True, "P": False}
NEAR, WIDE = 30.0, 161.0
ROUNDS, STEPS, RATE = 3, 600, 0.03
SHARP, PRIOR = 3.0, 0.004
PINNED = "by hand"
# How much a place of a composed story counts beside one of a published set.
COMPOSED = 4.0
Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Point:
    """A gold place: where it stands in the text and in the world; `wide` says whether it is a region, `None` that gold is
    silent."""

    start: int
    end: int
    latitude: float
    longitude: float
    wide: bool | None


Text = tuple[str, str | None, list[Point]]


@dataclass(frozen=True, slots=True)
class Case:
    """The features of the entries of one name, which of them are right, and how much the case counts."""

    first: bool
    rows: tuple[Features, ...]
    right: tuple[bool, ...]
    weight: float


def marked(path: Path) -> Iterator[Text]:
    """Text, title and gold places of the development half of a set of marked toponyms."""
    for d in read(path):
        if is_development(d):
            found = [
                Point(t["start"], t["end"], t["lat"], t["lon"], WIDTH.get(t.get("fclass")))
                for t in d["toponyms"]
                if t["lat"] is not None
            ]
            yield d["text"], None, found


def composed(folder: Path) -> Iterator[Text]:
    """Text and title of the stories of a gold corpus, with every place of its claims wherever the story has its words."""
    places: dict[str, list[Row]] = {}
    for claim in read(folder / "gold.jsonl"):
        places.setdefault(claim["report"], []).extend(w for w in claim["where"] if w["latitude"] is not None)
    for report in read(folder / "reports.jsonl"):
        found = []
        for name, where in sorted({w["name"]: w for w in places.get(report["id"], ())}.items()):
            at = report["text"].find(name)
            while at >= 0:
                found.append(Point(at, at + len(name), where["latitude"], where["longitude"], where["precision"] == 3))
                at = report["text"].find(name, at + 1)
        yield report["text"], report.get("title"), found


@dataclass(slots=True)
class Watch:
    """Stands in for `features.features` and keeps the cases of one text."""

    gold: list[Point]
    shift: int
    weight: float
    kept: list[Case] = field(default_factory=list)

    def __call__(self, words: Words, one: Candidate, entries: tuple[Entry, ...], context: Context) -> list[Features]:
        rows = features(words, one, entries, context)
        start, end = one.start - self.shift, one.end - self.shift
        point = next((g for g in self.gold if start < g.end and g.start < end), None)
        if point is not None:
            right = tuple(answers(e, point) for e in entries)
            if any(right) and not all(right):
                self.kept.append(Case(not context.earlier.chosen, tuple(rows), right, self.weight))
        return rows


def cases(texts: Iterable[Text], gazetteer: Gazetteer, weight: float) -> list[Case]:
    """Every name that stands at a gold place, once for each of the two choices."""
    found: list[Case] = []
    for text, title, gold in texts:
        watch = Watch(gold, len(title) + 1 if title else 0, weight)
        with patch.object(choosing, "features", watch):
            finding.find_places(text, gazetteer=gazetteer, title=title)
        found += watch.kept
    return found


def answers(entry: Entry, point: Point) -> bool:
    far = km((entry.latitude, entry.longitude), (point.latitude, point.longitude))
    wide = entry.precision == 3
    fits = point.wide is None or point.wide == wide or entry.kind == "adm2"
    return fits and far is not None and far <= (WIDE if wide else NEAR)


def fit(found: list[Case], rows: list[dict[str, str]], begin: Array) -> Array:
    """The weights that make the right entries likeliest, held near those they begin with; those set by hand stay."""
    names = [r["feature"] for r in rows]
    free = np.array([float(r["source"] != PINNED) for r in rows])
    column = {name: n for n, name in enumerate(names)}
    size = sum(len(c.rows) for c in found)
    values, right, owner, weight = np.zeros((size, len(names))), np.zeros(size, bool), np.zeros(size, int), np.zeros(len(found))
    at = 0
    for n, case in enumerate(found):
        weight[n] = case.weight
        for row, good in zip(case.rows, case.right, strict=True):
            for name, value in row.items():
                values[at, column[name]] = value
            right[at], owner[at] = good, n
            at += 1
    starts = np.searchsorted(owner, np.arange(len(found)))
    now, moment, spread = begin.copy(), np.zeros(len(names)), np.zeros(len(names))
    for step in range(1, STEPS + 1):
        score = SHARP * (values @ now)
        chance = np.exp(score - np.maximum.reduceat(score, starts)[owner])
        of_all, of_right = np.add.reduceat(chance, starts), np.add.reduceat(chance * right, starts)
        pull = np.where(right, chance / of_right[owner], 0.0) - chance / of_all[owner]
        slope = -SHARP * (values.T @ (pull * weight[owner])) / weight.sum() + PRIOR * (now - begin)
        slope *= free
        moment, spread = 0.9 * moment + 0.1 * slope, 0.999 * spread + 0.001 * slope**2
        now -= RATE * (moment / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
    return now


def write(rows: list[dict[str, str]], made: tuple[Array, ...]) -> None:
    """The table anew, with the weights of both choices."""
    lines = ["feature\tprior\tfirst\tsecond\tsource"]
    for row, first, second in zip(rows, *made, strict=True):
        lines.append(f"{row['feature']}\t{row['prior']}\t{first:.3f}\t{second:.3f}\t{row['source']}")
    TABLE.write_text("\n".join(lines) + "\n", "utf-8")
    load_weights.cache_clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with lgl.jsonl.gz and geovirus.jsonl.gz")
    parser.add_argument("--corpus", type=Path, action="append", default=[], help="a gold corpus; may be given again")
    options = parser.parse_args()
    gazetteer = load_gazetteer()
    rows = table("marsad.places", TABLE.name)
    prior = np.array([float(r["prior"]) for r in rows])
    write(rows, (prior, prior))
    for _ in range(ROUNDS):
        found = cases(marked(options.data / "lgl.jsonl.gz"), gazetteer, 1.0)
        found += cases(marked(options.data / "geovirus.jsonl.gz"), gazetteer, 1.0)
        for folder in options.corpus:
            found += cases(composed(folder), gazetteer, COMPOSED)
        write(rows, tuple(fit([c for c in found if c.first is first], rows, prior) for first in (True, False)))
        print(len(found), "cases")


if __name__ == "__main__":
    main()
