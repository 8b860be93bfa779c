"""The whole program on real input: nothing stands in for anything."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import marsad.api
import marsad.pipeline
import marsad.stages
from marsad import cli
from marsad.exports import export, jsonl
from marsad.ledger.fold import rebuild
from marsad.ledger.query import everything
from marsad.ledger.store import open_ledger
from marsad.model import from_record
from marsad.stages import Stages

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
STORY = (
    "KHARTOUM, Sudan: A drone strike on a market in El Fasher killed at least 12 people on Monday, local doctors said.\n"
    "The Rapid Support Forces denied that it was behind the attack.\n"
)


@pytest.fixture(scope="module")
def stages() -> Stages:
    return marsad.stages.installed_stages()


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch: pytest.MonkeyPatch, stages: Stages) -> None:
    monkeypatch.setattr(marsad.stages, "installed_stages", lambda: stages)
    monkeypatch.setattr(marsad.pipeline, "installed_stages", lambda: stages)
    monkeypatch.delenv("MARSAD_LEDGER", raising=False)


def call(*words: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli.app, list(words), input=stdin)


def records(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_the_examples_give_a_record(tmp_path: Path) -> None:
    done = call("code", str(EXAMPLES), "--ledger", str(tmp_path / "r.sqlite"))
    assert done.exit_code == 0, done.stderr
    kinds = {r["kind"] for r in records(done.stdout)}
    assert {"report", "claim", "event", "condition"} <= kinds and "problem" not in kinds


def test_every_quote_stands_in_its_report() -> None:
    found = records(call("code", str(EXAMPLES)).stdout)
    texts = {r["id"]: r["text"] for r in found if r["kind"] == "report"}
    claims = [r for r in found if r["kind"] == "claim"]
    assert claims
    for claim in claims:
        assert "claim" in {e["field"] for e in claim["evidence"]}
        for e in claim["evidence"]:
            assert texts[claim["report"]][e["start"] : e["end"]] == e["quote"]


def test_records_come_back_as_they_went() -> None:
    lines = call("code", str(EXAMPLES)).stdout.splitlines()
    assert [marsad.model.dump(from_record(json.loads(line))) for line in lines] == lines


def test_the_order_of_files_does_not_show() -> None:
    files = sorted(str(p) for p in EXAMPLES.iterdir())
    assert call("code", *files).stdout == call("code", *files[::-1]).stdout


def test_a_story_on_standard_input_is_dated_by_the_caller() -> None:
    done = call("code", "-", "--published", "2026-02-18", stdin=STORY)
    assert done.exit_code == 0, done.stderr
    (report,) = [r for r in records(done.stdout) if r["kind"] == "report"]
    assert (report["anchor"]["date"], report["anchor"]["basis"]) == ("2026-02-18", "caller")
    (event,) = [r for r in records(done.stdout) if r["kind"] == "event"]
    assert event["sub_event_type"] == "Air/drone strike" and event["place"]["country"] == "SDN"
    assert event["date_first"] == event["date_last"] == "2026-02-16" and event["killed"]["low"] == 12


def test_python_gives_the_same_as_the_command_line(tmp_path: Path, stages: Stages) -> None:
    file = tmp_path / "story.txt"
    file.write_text(STORY, encoding="utf-8")
    result = marsad.api.code(file, published="2026-02-18", stages=stages)
    assert jsonl.write(result) == call("code", str(file), "--published", "2026-02-18").stdout


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("empty.txt", b""),
        ("blank.txt", b" \n\t\n"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
        ("broken.jsonl", b'{"id": "1", "text": "Rain fell on the quiet town all day."}\n{"id": "2", "text"\n'),
        ("nul.txt", b"\x00" * 5000),
        ("list.json", b"[1, 2, 3]"),
    ],
)
def test_bad_input_is_a_problem_and_the_rest_is_coded(tmp_path: Path, name: str, body: bytes) -> None:
    (tmp_path / name).write_bytes(body)
    (tmp_path / "good.txt").write_text(STORY, encoding="utf-8")
    done = call("code", str(tmp_path), "--published", "2026-02-18")
    assert done.exit_code == 1 and done.exception.__class__ is SystemExit
    problems = [r for r in records(done.stdout) if r["kind"] == "problem"]
    assert problems and all(name in p["at"] and p["stage"] == "intake" for p in problems)
    assert f"problem: {tmp_path / name}" in done.stderr
    assert any(r["kind"] == "event" for r in records(done.stdout))


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe" + "Clashes broke out in Khartoum on Monday, the army said.".encode("utf-16-le"),
        "Two people were killed in Düsseldorf on Monday, police said.".encode("cp1252"),
        b"<html><body><p>Two people were killed in Goma on Monday, the army said.",
        b"<html>" + b"<div>" * 5000 + b"Two people were killed in Goma on Monday, the army said.",
        ("killed " * 4_000).encode(),
        ("8" * 50_000 + " people were killed in Goma on Monday.").encode(),
        ("(" * 700 + "“" * 700).encode(),
        ("word\u202e\u0000\u0301" * 3000).encode(),
    ],
    ids=["utf-16", "cp1252", "cut html", "deep html", "one word", "long number", "brackets", "marks"],
)
def test_hostile_input_never_gives_a_traceback(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "story"
    file.write_bytes(body)
    done = call("code", str(file))
    assert done.exit_code in (0, 1) and done.exception.__class__ in (SystemExit, type(None))
    assert "crash" not in done.stderr
    assert any(r["kind"] in ("report", "problem") for r in records(done.stdout))


def test_a_ledger_refolds_to_the_same_bytes_and_keeps_a_run_once(tmp_path: Path, stages: Stages) -> None:
    path = tmp_path / "r.sqlite"
    for _ in range(2):
        assert call("code", str(EXAMPLES), "--ledger", str(path)).exit_code == 0
    ledger = open_ledger(path, write=True)
    before = export(everything(ledger), "jsonl")
    rebuild(ledger, link=stages.link, mark_copies=stages.mark_copies)
    assert export(everything(ledger), "jsonl") == before
    one_by_one = tmp_path / "s.sqlite"
    for file in sorted(EXAMPLES.iterdir(), reverse=True):
        call("code", str(file), "--ledger", str(one_by_one))
    assert export(everything(open_ledger(one_by_one)), "jsonl") == before


def test_show_opens_every_row_of_a_run(tmp_path: Path) -> None:
    ledger = str(tmp_path / "r.sqlite")
    found = records(call("code", str(EXAMPLES), "--ledger", ledger).stdout)
    for kind in ("event", "statistic", "condition", "claim", "report"):
        name = next(r["id"] for r in found if r["kind"] == kind)
        done = call("show", name, "--ledger", ledger)
        assert done.exit_code == 0 and name in done.stdout


def test_places_are_where_they_say(tmp_path: Path) -> None:
    file = tmp_path / "story.txt"
    file.write_text(STORY, encoding="utf-8")
    found = records(call("places", str(file)).stdout)
    fasher = next(r for r in found if "Fasher" in r["words"])
    assert fasher["place"]["country"] == "SDN" and abs(fasher["place"]["latitude"] - 13.63) < 0.1 and fasher["why"]
    assert "El Fasher" in call("places", str(file), "--format", "table").stdout
    assert call("places", str(tmp_path / "none.txt")).exit_code == 1


def test_doctor_finds_this_installation_whole() -> None:
    done = call("doctor")
    assert done.exit_code == 0 and "All is well." in done.stdout and "checksums hold" in done.stdout
    assert "reader.onnx sha256" in " ".join(done.stdout.split()) and "places in" in done.stdout


def test_doctor_says_what_to_do_about_weights_that_were_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from marsad.coding import encoder

    shutil.copytree(encoder.folder(), tmp_path / "weights")
    with (tmp_path / "weights" / "tokenizer.json").open("a") as file:
        file.write(" ")
    monkeypatch.setattr(encoder, "folder", lambda: tmp_path / "weights")
    encoder.load_encoder.cache_clear()
    done = call("doctor")
    encoder.load_encoder.cache_clear()
    told = " ".join(done.stdout.split())
    assert done.exit_code == 1 and "tokenizer.json is not the one that was shipped" in told and "git checkout" in told


def process(*words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("MARSAD_LEDGER", "COLUMNS")}
    return subprocess.run([sys.executable, "-m", "marsad", *words], capture_output=True, text=True, env=environment, **options)


def test_as_a_process_from_standard_input() -> None:
    done = process("code", "-", "--published", "2026-02-18", input=STORY)
    assert done.returncode == 0 and done.stderr.startswith("1 event") and records(done.stdout)[0]["kind"] == "report"


def test_as_a_process_errors_are_one_line(tmp_path: Path) -> None:
    for words, status in ((("events", "--ledger", str(tmp_path / "no.sqlite")), 1), (("show", "x"), 2), (("code",), 2)):
        done = process(*words)
        assert done.returncode == status and done.stdout == "" and "Traceback" not in done.stderr and done.stderr.strip()


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    program = f'"{sys.executable}" -m marsad codebook | head -n 1'
    done = subprocess.run(["sh", "-c", program], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""


def test_help_is_quick() -> None:
    begun = os.times()
    assert process("--help").returncode == 0
    ended = os.times()
    assert ended.children_user - begun.children_user + ended.children_system - begun.children_system < 1.0
