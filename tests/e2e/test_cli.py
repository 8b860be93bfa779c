"""The command line from end to end, with stand-ins for the stages: options, formats, exit codes, what goes where."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest
from tests import standins
from typer.testing import CliRunner, Result

import marsad.pipeline
import marsad.stages
from marsad import cli

TEXT = "8 killed in Sinja, the governor said"


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(marsad.stages, "installed_stages", standins.stages)
    monkeypatch.setattr(marsad.pipeline, "installed_stages", standins.stages)
    monkeypatch.delenv("MARSAD_LEDGER", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")


def call(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words))


def ledger_of(*texts: str) -> str:
    for number, text in enumerate(texts):
        Path(f"l{number}.txt").write_text(text, encoding="utf-8")
        assert call("code", f"l{number}.txt", "--ledger", "r.sqlite").exit_code == 0
    return "r.sqlite"


def kinds(output: str) -> list[str]:
    return [json.loads(line)["kind"] for line in output.splitlines()]


def test_piped_output_is_json_lines_and_the_summary_goes_to_stderr() -> None:
    done = call("code", "a.txt")
    assert done.exit_code == 0 and kinds(done.stdout) == ["report", "claim", "event"]
    assert done.stderr == "1 event in 1 report.\n"


def test_quiet_says_nothing_on_stderr() -> None:
    assert call("code", "a.txt", "--quiet").stderr == ""


def test_table_on_request() -> None:
    done = call("code", "a.txt", "--format", "table")
    assert "Attack" in done.stdout and "1 event in 1 report." in done.stdout and max(map(len, done.stdout.splitlines())) <= 100


def test_nothing_found_is_said_plainly() -> None:
    Path("b.txt").write_text("It rained.", encoding="utf-8")
    done = call("code", "b.txt", "--format", "table")
    assert done.exit_code == 0 and done.stdout == "no event, statistic or condition found in 1 report.\n"


def test_problems_give_status_1_one_line_each_and_the_rest_is_coded() -> None:
    done = call("code", "a.txt", "missing.txt")
    assert done.exit_code == 1
    assert kinds(done.stdout) == ["report", "claim", "event", "problem"]
    assert "problem: missing.txt: there is no such file [intake/missing]" in done.stderr.splitlines()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("code", "a.txt", "--published", "18 Feb"), "2026-02-18"),
        (("code", "a.txt", "--format", "xml"), "choose table, jsonl"),
        (("code", "a.txt", "--out", "e.docx"), "--format"),
        (("code",), "Missing argument"),
        (("code", "a.txt", "--nonsense"), "No such option"),
        (("events",), "MARSAD_LEDGER"),
        (("show", "evt-1"), "MARSAD_LEDGER"),
        (("events", "--ledger", "r.sqlite", "--country", "Atlantis"), "Atlantis"),
        (("events", "--ledger", "r.sqlite", "--since", "soon"), "soon"),
        (("conditions", "--ledger", "r.sqlite", "--at", "2026-13-01"), "2026-13-01"),
        (("places", "a.txt", "--format", "csv"), "choose table"),
        (("code", "a.txt", "--no-link", "--format", "acled-csv"), "acled-csv holds events"),
        (("conditions", "--ledger", "r.sqlite", "--format", "acled-csv"), "acled-csv holds events"),
    ],
)
def test_usage_errors_give_status_2_and_teach(words: tuple[str, ...], says: str) -> None:
    done = call(*words)
    assert done.exit_code == 2 and says in " ".join(done.stderr.split())


def test_out_writes_the_format_of_the_ending() -> None:
    for name, begins in {
        "e.csv": "id,event_type",
        "e.geojson": '{"type":"FeatureCollection"',
        "e.jsonl": '{"kind":"report"',
    }.items():
        done = call("code", "a.txt", "--out", name)
        assert done.exit_code == 0 and done.stdout == ""
        assert Path(name).read_text(encoding="utf-8").startswith(begins)


def test_out_leaves_no_half_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("e.csv").write_text("before", encoding="utf-8")
    monkeypatch.setattr("os.fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    done = call("code", "a.txt", "--out", "e.csv")
    assert isinstance(done.exception, marsad.StoreError) and "No space left" in str(done.exception)
    assert Path("e.csv").read_text(encoding="utf-8") == "before"
    assert [p.name for p in Path().iterdir() if p.name.startswith(".e")] == []


def test_csv_of_unlinked_claims() -> None:
    done = call("code", "a.txt", "--no-link", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert row["scope"] == "incident" and row["sentence"] == "8 killed in Sinja"


def test_acled_and_geojson_are_read_by_their_readers() -> None:
    (row,) = csv.DictReader(io.StringIO(call("code", "a.txt", "-f", "acled-csv").stdout))
    assert row["fatalities"] == "8" and len(row) == 31
    assert json.loads(call("code", "a.txt", "-f", "geojson").stdout)["features"][0]["geometry"]["type"] == "Point"


def test_a_ledger_keeps_the_run_and_is_asked_again() -> None:
    ledger = ledger_of(TEXT, "10 killed in Sinja", "3 killed in Dilling")
    rows = list(csv.DictReader(io.StringIO(call("events", "--ledger", ledger, "-f", "csv").stdout)))
    assert sorted((r["place"], r["killed_low"], r["killed_high"]) for r in rows) == [("Dilling", "3", "3"), ("Sinja", "8", "10")]
    assert kinds(call("events", "--ledger", ledger, "--country", "sudan", "--min-killed", "5").stdout).count("event") == 1
    assert kinds(call("events", "--ledger", ledger, "--place", "Nowhere").stdout) == []
    assert call("events", "--ledger", ledger, "--place", "Nowhere", "-f", "table").stdout == "no event matches\n"
    assert call("events", "--ledger", ledger, "--place", "Nowhere").stderr == "no event matches\n"
    assert (
        call("statistics", "--ledger", ledger).exit_code
        == call("conditions", "--ledger", ledger, "--at", "2026-02-18").exit_code
        == 0
    )


def test_coding_the_same_file_twice_changes_nothing() -> None:
    ledger = ledger_of(TEXT)
    before = call("events", "--ledger", ledger).stdout
    again = call("code", "l0.txt", "--ledger", ledger)
    assert again.exit_code == 0 and call("events", "--ledger", ledger).stdout == before
    assert "event" in kinds(again.stdout)


def test_show_gives_sentences_tolls_and_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = ledger_of(TEXT, "10 killed in Sinja")
    name = json.loads(call("events", "--ledger", ledger).stdout.splitlines()[-1])["id"]
    monkeypatch.setenv("MARSAD_LEDGER", ledger)
    done = call("show", name[:10])
    assert done.exit_code == 0
    for words in (
        "Attack · Sinja",
        "toll by the governor (official)",
        "same place and day",
        "8 killed in Sinja",
        "10 killed in Sinja",
    ):
        assert words in done.stdout
    claim = json.loads(call("events").stdout)["claims"][0]
    assert claim in call("show", claim).stdout


def test_show_of_an_unknown_or_ambiguous_id() -> None:
    ledger = ledger_of(TEXT, "3 killed in Dilling")
    for name, says in {"evt-none": "nothing has the id", "evt": "2 ids begin with"}.items():
        done = call("show", name, "--ledger", ledger)
        assert isinstance(done.exception, marsad.MarsadError) and says in str(done.exception)


def test_a_wrong_ledger_is_known_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marsad.stages, "installed_stages", lambda: pytest.fail("loaded models for nothing"))
    done = call("code", "a.txt", "--ledger", "a.txt")
    assert isinstance(done.exception, marsad.StoreError) and "not a Marsad ledger" in str(done.exception)


@pytest.mark.parametrize("command", ["code", "show", "events", "statistics", "conditions", "places", "codebook", "doctor"])
def test_every_command_teaches_by_example(command: str) -> None:
    done = call(command, "--help")
    assert done.exit_code == 0 and "Example" in done.stdout and f"marsad {command}" in done.stdout


def test_a_file_name_that_is_no_text_is_kept_and_shown() -> None:
    with open(b"caf\xe9.txt", "wb") as file:
        file.write(b"8 killed in Sinja")
    done = call("code", os.fsdecode(b"caf\xe9.txt"), "--ledger", "r.sqlite")
    assert done.exit_code == 0, done.exception
    assert json.loads(done.stdout.splitlines()[0])["origin"] == "caf\\udce9.txt"


def test_version() -> None:
    assert call("--version").stdout.startswith("marsad ")


def test_the_codebook_defines_its_words() -> None:
    done = call("codebook", "siege")
    assert done.exit_code == 0 and "besieged" in done.stdout
    assert "Armed clash" in call("codebook").stdout
    assert isinstance(call("codebook", "zzz").exception, marsad.MarsadError)
