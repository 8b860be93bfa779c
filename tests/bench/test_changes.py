"""Codings compared: gained, lost, changed."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from bench.changes import Change, changes, told
from bench.figures import Row

from bench import changes as module
from marsad.model import Claim, Count, Evidence, to_record

WORDS = "Gunmen killed 8 people in Sinja on Monday"
CLAIM = Claim(
    id="clm-1",
    report="rep-1",
    scope="incident",
    sub_event_type="Attack",
    counts=(Count(effect="killed", low=8, high=8, words="8 people"),),
    evidence=(Evidence(field="claim", start=0, end=len(WORDS), quote=WORDS),),
)
OTHER = replace(CLAIM, id="clm-2", evidence=(Evidence(field="claim", start=50, end=60, quote="It rained in Dilling"),))


def coding(*claims: Claim) -> list[Row]:
    return [{"kind": "report", "id": "rep-1", "external_id": "story-1"}, *map(to_record, claims)]


def sorts(before: list[Row], after: list[Row]) -> list[str]:
    return [c.sort for c in changes(before, after)]


def test_the_same_coding_has_no_changes() -> None:
    assert changes(coding(CLAIM, OTHER), coding(OTHER, CLAIM)) == []


def test_claims_are_gained_and_lost() -> None:
    assert sorts(coding(CLAIM), coding(CLAIM, OTHER)) == ["gained"]
    assert sorts(coding(CLAIM, OTHER), coding(CLAIM)) == ["lost"]
    assert sorts(coding(CLAIM), coding(OTHER)) == ["lost", "gained"]


def test_other_values_on_the_same_words_are_a_change() -> None:
    mended = replace(CLAIM, id="clm-3", counts=())
    (change,) = changes(coding(CLAIM), coding(mended))
    assert change == Change(report="story-1", before=CLAIM, after=mended)
    assert told(change).splitlines() == [f"~ story-1  incident Attack: {WORDS}", "    counts: killed 8–8 “8 people”  →  –"]


def test_another_id_alone_is_no_change() -> None:
    assert changes(coding(CLAIM), coding(replace(CLAIM, id="clm-9", confidence=0.9))) == []


def test_a_claim_of_another_scope_is_another_claim() -> None:
    assert sorts(coding(CLAIM), coding(replace(CLAIM, id="clm-3", scope="statistic"))) == ["lost", "gained"]


def test_a_revision_is_checked_out_and_put_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    for words in (["init", "--quiet"], ["add", "a.txt"], ["commit", "--quiet", "-m", "one"]):
        subprocess.run([*git, *words], check=True)
    (tmp_path / "a.txt").write_text("two", encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    with module.worktree("HEAD") as folder:
        assert (folder / "a.txt").read_text(encoding="utf-8") == "one"
    assert not folder.exists()
    shown = subprocess.run([*git, "worktree", "list"], check=True, capture_output=True, text=True).stdout
    assert len(shown.splitlines()) == 1
