"""`marsad run` and `marsad code --gate`, as they are typed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tests.engine import made
from typer.testing import CliRunner

from marsad.cli import app


def marsad(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--engine", "ray"], "no engine"),
        (["--engine", "local:0"], "no engine"),
        (["--published", "Monday"], "not a date"),
    ],
)
def test_a_wrong_command_is_refused_before_any_work(words: list[str], told: str, tmp_path: Path) -> None:
    status, _, errors = marsad("run", str(tmp_path), "--out", str(tmp_path / "out"), *words)
    assert status == 2 and told in errors and not (tmp_path / "out").exists()


def test_standard_input_is_no_input_of_a_run(tmp_path: Path) -> None:
    status, _, errors = marsad("run", "-", "--out", str(tmp_path / "out"))
    assert status == 2 and "standard input" in errors


def test_without_pyarrow_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    status, _, errors = marsad("run", str(tmp_path), "--out", str(tmp_path / "out"))
    assert status == 2 and "marsad[engine]" in errors


@pytest.mark.slow
def test_an_archive_becomes_a_record_and_the_sums_are_told(tmp_path: Path) -> None:
    made.archive(tmp_path / "c.warc.gz", made.pages(8))
    words = ("run", str(tmp_path / "c.warc.gz"), str(tmp_path / "none"), "--out", str(tmp_path / "out"), "--engine", "local:1")
    status, _, errors = marsad(*words, "--ledger", str(tmp_path / "record.sqlite"))
    assert status == 1 and "missing" in errors
    assert "8 pages and stories, 6 (75.0%) stopped by the gate; 2 reports" in errors and "the ledger got 2 reports" in errors
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["events"] >= 1 and len((tmp_path / "out" / "stopped.jsonl").read_text().splitlines()) == 6


@pytest.mark.slow
def test_code_with_a_gate_names_what_it_stopped(tmp_path: Path) -> None:
    (tmp_path / "bakery.txt").write_text(made.BAKERY)
    (tmp_path / "strike.txt").write_text(made.STRIKE.format(count=7))
    status, out, errors = marsad("code", str(tmp_path), "--gate", "--format", "jsonl")
    origins = {json.loads(line)["origin"] for line in out.splitlines() if json.loads(line)["kind"] == "report"}
    assert status == 0 and origins == {str(tmp_path / "strike.txt")}
    assert "bakery.txt" in errors and "1 stopped by the gate" in errors
