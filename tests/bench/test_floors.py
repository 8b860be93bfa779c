"""What accuracy may not fall under: the pinned corpora coded in full, held against `bench/floors.json`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bench.figures import answers, figures, invented
from bench.quality import code_corpus

from marsad.stages import Stages, installed_stages

ROOT = Path(__file__).resolve().parent.parent.parent
GOLD = ROOT / "tests" / "data" / "gold"
FLOORS: dict[str, dict[str, float]] = json.loads((ROOT / "bench" / "floors.json").read_text(encoding="utf-8"))
CEILINGS = FLOORS.pop("ceilings")


@pytest.fixture(scope="module")
def stages() -> Stages:
    return installed_stages()


@pytest.fixture(scope="module")
def reached(stages: Stages) -> dict[str, dict[str, float]]:
    """The figures of each pinned corpus."""
    found = {}
    for name in FLOORS:
        records = [json.loads(line) for line in code_corpus(GOLD / name, stages).split("\n") if line]
        assert not [r for r in records if r["kind"] == "problem"]
        found[name] = figures(answers(GOLD / name, records)) | {"invented": invented(records)}
    return found


@pytest.mark.parametrize("corpus", FLOORS)
def test_no_figure_falls_under_its_floor(reached: dict[str, dict[str, float]], corpus: str) -> None:
    under = {k: (round(reached[corpus][k], 3), floor) for k, floor in FLOORS[corpus].items() if reached[corpus][k] < floor}
    assert not under, f"{corpus}: reached, floor: {under}"


@pytest.mark.parametrize("corpus", FLOORS)
def test_no_figure_rises_over_its_ceiling(reached: dict[str, dict[str, float]], corpus: str) -> None:
    over = {k: (round(reached[corpus][k], 3), ceiling) for k, ceiling in CEILINGS.items() if reached[corpus][k] > ceiling}
    assert not over, f"{corpus}: reached, ceiling: {over}"


@pytest.mark.parametrize("corpus", FLOORS)
def test_the_pinned_corpora_are_whole(corpus: str) -> None:
    reports = [json.loads(line) for line in (GOLD / corpus / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = {r["id"]: f"{r['title']}\n{r['text']}" for r in reports}
    for line in (GOLD / corpus / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        claim = json.loads(line)
        assert all(quote in texts[claim["report"]] for quote in claim["evidence"].values()), claim["key"]
