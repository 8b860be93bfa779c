"""All measurements in one run, and their figures on the page."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from bench import run

RESULTS: dict[str, Any] = {
    "quality": {
        "corpora": {"all": {"row.f1": 0.25, "invented": 0.0}, "seeds": {"row.f1": 0.5}},
        "calibration": {
            "expected_calibration_error": 0.031,
            "claims": 10,
            "bands": [{"band": "0.8 to 0.9", "claims": 10, "confidence": 0.84, "right": 0.8}],
        },
    },
    "baseline": {"corpora": {"all": {"row.f1": 0.125, "invented": 0.0}}},
    "muc": {"documents": 200, "roles": {"Weapon": {"precision": 50.0, "recall": 40.0, "f1": 44.4}}},
}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return Path(shutil.copy(run.PAGE, tmp_path / "accuracy.md"))


def test_figures_stand_between_their_markers(page: Path) -> None:
    run.write_docs(RESULTS, page)
    text = page.read_text(encoding="utf-8")
    assert "| figure | seeds | all | rules alone |" in text and "| `row.f1` | 0.500 | 0.250 | 0.125 |" in text
    assert "| `invented` | – | 0.000 | 0.000 |" in text
    assert "Expected calibration error 0.031 over 10 claims." in text and "| Weapon | 50.0 | 40.0 | 44.4 |" in text


def test_writing_twice_changes_nothing_and_a_missing_measurement_keeps_its_table(page: Path) -> None:
    run.write_docs(RESULTS, page)
    once = page.read_text(encoding="utf-8")
    run.write_docs(RESULTS, page)
    run.write_docs({}, page)
    assert page.read_text(encoding="utf-8") == once


def test_a_page_without_a_place_is_refused(tmp_path: Path) -> None:
    bare = tmp_path / "bare.md"
    bare.write_text("# Nothing\n", encoding="utf-8")
    with pytest.raises(ValueError, match="muc"):
        run.write_docs({"muc": RESULTS["muc"]}, bare)


def test_every_measurement_is_a_program_that_the_readme_names() -> None:
    readme = (run.ROOT / "bench" / "README.md").read_text(encoding="utf-8")
    for program in {words[0] for words in run.commands(Path("s"), Path("o")).values()}:
        assert (run.ROOT / "bench" / f"{program}.py").exists() and f"`{program}.py`" in readme


def test_a_failure_is_named_and_the_rest_still_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    class Done:
        def __init__(self, returncode: int) -> None:
            self.returncode = returncode

    def call(command: list[str], check: bool) -> Done:
        ran.append(Path(command[1]).stem)
        return Done(1 if ran[-1] == "places" else 0)

    monkeypatch.setattr(run.subprocess, "run", call)
    assert run.measure(["places", "pages"], tmp_path, tmp_path) == ["places"] and ran == ["places", "pages"]
