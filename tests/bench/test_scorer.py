"""Our figures are those of the corpora's scorer, where that lies beside the checkout (`MARSAD_SHARED` or `../shared`)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from bench.figures import answers, figures, invented

from bench import quality

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("MARSAD_SHARED", ROOT.parent / "shared"))
SCORER = SHARED / "bench" / "score.py"
GOLD = ROOT / "tests" / "data" / "gold"

needs_scorer = pytest.mark.skipif(not SCORER.exists(), reason="no scorer beside the checkout")


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rules' coding of `access`."""
    target = tmp_path_factory.mktemp("coded") / "access.jsonl"
    target.write_text(quality.code_corpus(GOLD / "access", quality.stages_with("rules")), encoding="utf-8")
    return target


@needs_scorer
@pytest.mark.slow
def test_our_figures_are_the_scorer_s(coded: Path) -> None:
    theirs = quality.score(SCORER, GOLD / "access", coded)
    records = [json.loads(line) for line in coded.read_text(encoding="utf-8").split("\n") if line]
    ours = figures(answers(GOLD / "access", records)) | {"invented": invented(records)}
    assert ours == pytest.approx({k: v for k, v in theirs.items() if k in ours})
    assert set(theirs) - set(ours) == {"linking.b3", "gold.incidents", "gold.statistics", "gold.conditions"}


@needs_scorer
@pytest.mark.slow
def test_every_counted_claim_is_graded(coded: Path) -> None:
    graded = quality.graded(quality.load_scorer(SCORER), GOLD / "access", coded)
    records = [json.loads(line) for line in coded.read_text(encoding="utf-8").split("\n") if line]
    given = answers(GOLD / "access", records)
    right = sum(len(a.pairs) for a in given)
    assert sum(good for _, good in graded) >= right > 0
    assert len(graded) >= sum(len(a.coded) for a in given)


def test_reliability_of_claims_that_are_as_good_as_said() -> None:
    trust = quality.reliability([(0.75, True), (0.75, True), (0.75, True), (0.75, False)])
    assert trust["expected_calibration_error"] == 0 and trust["bands"] == [
        {"band": "0.7 to 0.8", "claims": 4, "confidence": 0.75, "right": 0.75}
    ]


def test_full_confidence_has_a_band() -> None:
    assert quality.reliability([(1.0, True)])["bands"][0]["band"] == "0.9 to 1.0"


def test_a_table_has_a_dash_where_a_corpus_measures_nothing() -> None:
    shown = quality.table({"one": {"row.f1": 0.5}, "two": {"row.f1": 1.0, "gold.incidents": 4}})
    assert shown.splitlines()[1].split() == ["row.f1", "0.500", "1.000"]
    assert shown.splitlines()[2].split() == ["gold.incidents", "–", "4"]


