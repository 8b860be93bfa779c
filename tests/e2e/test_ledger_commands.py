"""`marsad judge`, `judgements`, `check`, `release`, `--as-of` and `--at` on a ledger of ready-made claims."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import time
from pathlib import Path

import pytest
from tests.faults import deliveries
from typer.testing import CliRunner, Result

import marsad.stages
from marsad import cli
from marsad.ledger.history import head
from marsad.ledger.store import open_ledger
from marsad.model import MarsadError, StoreError

LEDGER = "r.sqlite"


@pytest.fixture(autouse=True)
def ledger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(marsad.stages, "installed_stages", lambda: pytest.fail("loaded models for nothing"))
    monkeypatch.setenv("MARSAD_LEDGER", LEDGER)
    monkeypatch.setenv("MARSAD_BY", "Amal")
    deliver(range(5))


def deliver(numbers: range) -> None:
    store = open_ledger(LEDGER, write=True)
    for _ in deliveries.deliver(store, numbers):
        pass
    store.close()


def call(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words))


def good(*words: str) -> str:
    done = call(*words)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def ids(kind: str = "events", *words: str) -> list[str]:
    return [json.loads(line)["id"] for line in good(kind, *words).splitlines()]


def judged(output: str) -> str:
    """The id of the judgement that a command printed."""
    return output.split(":")[0]


def test_merge_and_undo() -> None:
    before = good("events")
    one, other = ids()[:2]
    said = good("judge", "merge", one[:12], other[:12], "--reason", "the same market")
    assert "merge" in said and "by Amal: the same market" in said and "now:" in said
    merged = ids()
    assert len(merged) == len(before.splitlines()) - 1
    shown = good("show", one if one in merged else other)
    assert "the same market" in shown
    undone = good("judge", "undo", judged(said)[:9], "--reason", "two after all")
    assert judged(said) in undone
    assert good("events") == before


def test_split_and_undo() -> None:
    event = next(json.loads(x) for x in good("events").splitlines() if len(json.loads(x)["claims"]) > 1)
    before = good("events")
    said = good("judge", "split", event["claims"][0], event["claims"][1], "-r", "another town", "--by", "Omar")
    assert "by Omar" in said
    homes = [json.loads(x)["claims"] for x in good("events").splitlines()]
    assert not any(set(event["claims"][:2]) <= set(claims) for claims in homes)
    good("judge", "undo", judged(said), "-r", "no")
    assert good("events") == before


def test_reject_and_accept_an_event_and_a_claim() -> None:
    before = good("events")
    event = json.loads(before.splitlines()[0])
    good("judge", "reject", event["id"], "-r", "an exercise")
    assert event["id"] not in ids()
    good("judge", "accept", event["id"], "-r", "it was none")
    assert event["id"] in ids()
    claim = json.loads(good("events").splitlines()[1])["claims"][-1]
    good("judge", "reject", claim, "-r", "misread")
    assert not any(claim in json.loads(x)["claims"] for x in good("events").splitlines())


def test_correct() -> None:
    event = ids()[0]
    good("judge", "correct", event, "killed", "10-12-14", "-r", "the hospital's list")
    found = next(json.loads(x) for x in good("events").splitlines() if json.loads(x)["id"] == event)
    assert found["killed"] == {"low": 10, "best": 12, "high": 14}


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("merge", "evt-none", "evt-other", "-r", "x"), 1, "nothing has the id 'evt-none'"),
        (("merge", "evt", "evt", "-r", "x"), 1, "ids begin with 'evt'"),
        (("merge", "{event}", "{event}", "-r", "x"), 2, "given twice"),
        (("merge", "{event}", "{condition}", "-r", "x"), 2, "different kinds"),
        (("merge", "{event}", "-r", "x"), 2, "Missing argument"),
        (("reject", "{event}"), 2, "--reason"),
        (("reject", "{event}", "-r", "  "), 2, "needs a reason"),
        (("reject", "{report}", "-r", "x"), 1, "is a report"),
        (("correct", "{event}", "colour", "red", "-r", "x"), 2, "may be date, place"),
        (("correct", "{event}", "killed", "many", "-r", "x"), 2, "is no figure"),
        (("correct", "{condition}", "state", "sleepy", "-r", "x"), 2, "is no state of a"),
        (("undo", "jdg-none", "-r", "x"), 1, "`marsad judgements` lists them"),
        (("reject", "{event}", "-r", "x", "--ledger", "none.sqlite"), 1, "nothing has the id"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(words: tuple[str, ...], status: int, says: str) -> None:
    event = json.loads(good("events").splitlines()[0])
    names = {"{event}": event["id"], "{condition}": ids("conditions")[0], "{report}": event["reports"][0]}
    before = head(open_ledger(LEDGER))
    done = call("judge", *(names.get(w, w) for w in words))
    told = " ".join((done.output + done.stderr + str(done.exception)).split())
    assert says in told, told
    assert done.exit_code == status or (status == 1 and isinstance(done.exception, MarsadError))
    assert head(open_ledger(LEDGER)) == before


def test_who_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MARSAD_BY")
    monkeypatch.setattr("getpass.getuser", lambda: "the-login")
    good("judge", "reject", ids()[0], "-r", "x")
    assert json.loads(good("judgements"))["by"] == "the-login"


def test_the_list_of_judgements() -> None:
    assert good("judgements") == "" and "no judgement yet" in good("judgements", "-f", "table")
    first = judged(good("judge", "reject", ids()[0], "-r", "x"))
    second = judged(good("judge", "undo", first, "-r", "y"))
    found = [json.loads(line) for line in good("judgements").splitlines()]
    assert [(j["id"], j["verb"]) for j in found] == [(first, "reject"), (second, "undo")]
    assert "(undone)" in good("judgements", "-f", "table")


def test_as_of_gives_what_was_known_then() -> None:
    before = {kind: good(kind) for kind in ("events", "statistics", "conditions")}
    event = ids()[0]
    shown = good("show", event)
    last = head(open_ledger(LEDGER))
    assert last
    moment, number = last.at, str(last.seq)
    time.sleep(0.01)
    deliver(range(5, 12))
    good("judge", "reject", event, "-r", "x")
    for kind, text in before.items():
        assert good(kind) != text
        assert good(kind, "--as-of", number) == good(kind, "--as-of", moment) == text
    assert good("show", event, "--as-of", number) == shown
    assert good("judgements", "--as-of", number) == ""
    good("events", "--as-of", number, "--out", "then.csv")
    first = Path("then.csv").read_bytes()
    deliver(range(12, 15))
    good("events", "--as-of", number, "--out", "then.csv")
    assert Path("then.csv").read_bytes() == first
    assert good("events", "--as-of", "2001-01-01", "-f", "table") == "no event matches\n"


def test_a_moment_that_is_none() -> None:
    for command in (("events",), ("show", "evt-1"), ("check",), ("judgements",)):
        done = call(*command, "--as-of", "yesterday")
        assert done.exit_code == 2 and "yesterday" in done.stderr


def test_at_gives_what_held_then() -> None:
    found = [json.loads(line) for line in good("events").splitlines()]
    day = found[0]["date_first"]
    assert ids("events", "--at", day) == [e["id"] for e in found if e["date_first"] <= day <= e["date_last"]]
    assert good("conditions", "--at", "2001-01-01") == ""
    states = [json.loads(line) for line in good("conditions").splitlines()]
    assert ids("conditions", "--at", "2027-01-01") == [c["id"] for c in states if c["until"] is None]


def test_check_compares_statistics_with_events() -> None:
    found = [json.loads(line) for line in good("check").splitlines()]
    assert found and all(c["kind"] == "check" and c["statistic"]["kind"] == "statistic" for c in found)
    assert any(c["events"] or c["perhaps"] for c in found)
    table = " ".join(good("check", "-f", "table").split())
    assert "no verdict on either" in table and f"{len(found)} statistic" in table
    rows = list(csv.DictReader(io.StringIO(good("check", "-f", "csv"))))
    assert [r["statistic"] for r in rows] == [c["statistic"]["id"] for c in found]
    good("check", "--measure", "killed", "--out", "c.csv")
    assert Path("c.csv").read_text(encoding="utf-8").startswith("statistic,measure,low")
    assert call("check", "-f", "geojson").exit_code == 2
    assert good("check", "--place", "Nowhere", "-f", "table") == "no statistic matches\n"


def bytes_of(folder: str) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(Path(folder).iterdir())}


def test_a_release_is_the_same_bytes_for_ever() -> None:
    events = good("events")
    assert "released: one" in good("release", "one", "--out", "one")
    made = bytes_of("one")
    assert made["events.jsonl"].decode() == events
    deliver(range(5, 12))
    good("judge", "reject", ids()[0], "-r", "an exercise")
    good("release", "two", "--out", "two")
    assert "made again: one" in good("release", "one", "--out", "again")
    assert bytes_of("again") == made
    good("release", "one", "--out", "again")
    assert bytes_of("again") == made and bytes_of("two") != made


def test_a_release_holds_all_it_should_and_its_checksums_hold() -> None:
    good("release", "one", "--out", "one")
    made = bytes_of("one")
    rows = {f"{kind}.{form}" for kind in ("events", "statistics", "conditions", "claims") for form in ("csv", "jsonl")}
    assert set(made) == rows | {"reports.csv", "codebook.csv", "CHANGELOG.md", "changes.csv", "manifest.json", "SHA256SUMS"}
    for line in made["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(made[name]).hexdigest() == digest
    assert subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd="one", check=False).returncode == 0
    manifest = json.loads(made["manifest.json"])
    last = head(open_ledger(LEDGER))
    assert last and manifest["seq"] == last.seq - 1 and len(manifest["chain"]) == 64 and manifest["previous"] is None
    words = {(r["list"], r["word"]) for r in csv.DictReader(io.StringIO(made["codebook.csv"].decode()))}
    assert {("sub-event type", "Armed clash"), ("condition state", "besieged"), ("column", "killed_best")} <= words
    assert b"told it" not in made["reports.csv"] and b"said on the phone" not in made["reports.csv"]


def test_the_changelog_says_what_became_of_each_event_and_why() -> None:
    good("release", "one", "--out", "one")
    assert "The first release" in Path("one/CHANGELOG.md").read_text(encoding="utf-8")
    one, other, gone = ids()[:3]
    merge = judged(good("judge", "merge", one, other, "-r", "the same market"))
    reject = judged(good("judge", "reject", gone, "-r", "an exercise"))
    deliver(range(5, 8))
    good("release", "two", "--out", "two")
    rows = list(csv.DictReader(io.StringIO(Path("two/changes.csv").read_text(encoding="utf-8"))))
    kinds = {r["kind"] for r in rows}
    assert {"new", "merged", "withdrawn"} <= kinds
    (withdrawn,) = [r for r in rows if r["kind"] == "withdrawn" and r["id"] == gone]
    assert reject in withdrawn["judgements"] and "an exercise" in withdrawn["judgements"]
    assert any(merge in r["judgements"] for r in rows if r["kind"] == "merged")
    text = Path("two/CHANGELOG.md").read_text(encoding="utf-8")
    assert "Since one." in text and "an exercise" in text and "the same market" in text
    good("release", "three", "--out", "three")
    assert "Nothing changed." in Path("three/CHANGELOG.md").read_text(encoding="utf-8")


def test_releases_are_listed() -> None:
    assert call("release", "--list").stderr == "no release yet\n"
    good("release", "one", "--out", "one")
    good("release", "two", "--out", "two")
    found = [json.loads(line) for line in good("release", "--list").splitlines()]
    assert [(r["name"], r["previous"]) for r in found] == [("one", None), ("two", "one")]


def test_a_release_that_would_come_out_otherwise_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    good("release", "one", "--out", "one")
    monkeypatch.setattr("marsad.exports.delimited.cell", lambda value: "other")
    done = call("release", "one", "--out", "again")
    assert isinstance(done.exception, StoreError) and "events.csv" in str(done.exception)
    assert bytes_of("again") == {}


def test_a_release_needs_a_name_and_a_folder_of_its_own() -> None:
    assert call("release", "one").exit_code == 2 and call("release").exit_code == 2
    assert call("release", "a\nb", "--out", "x").exit_code == 2
    Path("full").mkdir()
    Path("full/mine.txt").write_text("x", encoding="utf-8")
    done = call("release", "one", "--out", "full")
    assert isinstance(done.exception, StoreError) and "mine.txt" in str(done.exception)
    assert call("release", "--list").stdout == ""


@pytest.mark.parametrize(
    "command",
    ["check", "release", "judgements", *(f"judge {verb}" for verb in ("merge", "split", "accept", "reject", "correct", "undo"))],
)
def test_every_command_teaches_by_example(command: str) -> None:
    text = good(*command.split(), "--help")
    assert "Example" in text and f"marsad {command}" in text
