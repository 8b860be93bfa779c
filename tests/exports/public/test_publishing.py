"""A public package: whole, the same for the same record, and without any withheld name in any byte of any file."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exports.public.stories import batch

from marsad.codebook.sensitivity import load_policy
from marsad.exports.public.anonymity import anonymity_report, suppressed, tally_rows
from marsad.exports.public.names import key
from marsad.exports.public.package import NAMES
from marsad.exports.public.publishing import as_public, publish, refusals
from marsad.ledger.append import append
from marsad.ledger.auditing import beside, entries
from marsad.ledger.findings import Findings
from marsad.ledger.history import head
from marsad.ledger.query import everything
from marsad.ledger.releasing import keep_release
from marsad.ledger.store import Ledger, open_ledger
from marsad.model import ConfigError, Event, Place, StoreError
from marsad.stages import installed_rules

OFFICIAL = "Karim Odeh"
SYLLABLES = ["za", "wo", "qui", "ny", "ba", "xe", "lu", "mor", "fi", "tha", "jo", "vek"]
PART = st.lists(st.sampled_from(SYLLABLES), min_size=3, max_size=4).map("".join).map(str.capitalize)
PERSON = st.tuples(PART, PART).filter(lambda p: p[0] != p[1]).map(" ".join)
COUNTS = st.lists(st.integers(0, 9), min_size=1, max_size=8)


def made(where: Path, names: list[str], *, first: int = 0) -> Ledger:
    ledger = open_ledger(where, write=True)
    append(ledger, batch(names, OFFICIAL, first=first), **installed_rules())
    return ledger


def freeze(ledger: Ledger, name: str) -> None:
    end = head(ledger)
    assert end is not None
    keep_release(ledger, name, json.dumps({"codebook": "c" * 64}), until=end.seq)


def leaks(files: dict[str, bytes], names: list[str]) -> list[tuple[str, str]]:
    """Where a part of a name stands, in whatever case."""
    parts = {part for name in names for part in key(name)}
    found = []
    for file, body in files.items():
        words = body.lower()
        if file.endswith(".parquet"):
            words += str(parquet.read_table(io.BytesIO(body)).to_pydict()).lower().encode()
        found += [(file, part) for part in parts if part.encode() in words]
    return found


@pytest.mark.slow
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(PERSON, min_size=1, max_size=5, unique=True))
def test_no_withheld_name_is_in_any_file_and_the_official_is(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    ledger = made(tmp_path_factory.mktemp("p") / "l.sqlite", names)
    files = publish(ledger, load_policy()).files
    ledger.close()
    assert set(files) == NAMES
    assert leaks(files, names) == []
    assert OFFICIAL.encode() in files["claims.csv"]


def test_the_same_record_and_rules_give_the_same_bytes_and_sums_hold(tmp_path: Path) -> None:
    ledger = made(tmp_path / "l.sqlite", ["Walid Mohamed", "Omran Ahmed"])
    files = publish(ledger, load_policy()).files
    assert publish(ledger, load_policy()).files == files
    out = tmp_path / "out"
    out.mkdir()
    for name, body in files.items():
        (out / name).write_bytes(body)
    assert subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=out, check=False).returncode == 0


def test_each_file_is_what_its_name_says(tmp_path: Path) -> None:
    ledger = made(tmp_path / "l.sqlite", ["Walid Mohamed"])
    files = publish(ledger, load_policy()).files
    head_line, tags, first = list(csv.reader(io.StringIO(files["events.csv"].decode())))[:3]
    assert len(head_line) == len(tags) == len(first) and all(t.startswith("#") for t in tags)
    assert dict(zip(head_line, tags, strict=True))["killed_best"] == "#affected+killed"
    told = json.loads(files["datapackage.json"])
    listed = {r["path"]: r for r in told["resources"]}
    assert listed["events.csv"]["bytes"] == len(files["events.csv"]) and listed["events.csv"]["dialect"] == {"commentChar": "#"}
    assert [f["name"] for f in listed["events.csv"]["schema"]["fields"]] == head_line
    prov = json.loads(files["provenance.json"])
    assert "marsad:file/events.csv" in prov["entity"] and "marsad:publishing" in prov["activity"]
    event = json.loads(files["events.jsonl"].splitlines()[0])
    derived = {(d["prov:generatedEntity"], d["prov:usedEntity"]) for d in prov["wasDerivedFrom"].values()}
    assert (f"marsad:{event['id']}", f"marsad:{event['reports'][0]}") in derived
    assert b"geo" in parquet.read_schema(io.BytesIO(files["events.parquet"])).metadata
    report = json.loads(files["reports.jsonl"].splitlines()[0])
    assert len(report["text"].split()) <= load_policy().words + 1 and "fled on foot" not in report["text"]


def test_a_release_of_old_comes_out_under_the_names_of_today(tmp_path: Path) -> None:
    ledger = made(tmp_path / "l.sqlite", ["Walid Mohamed"])
    freeze(ledger, "r1")
    policy = load_policy()
    before = publish(ledger, policy, release="r1").files
    assert OFFICIAL.encode() in before["claims.jsonl"]
    append(ledger, batch(["Zawoqui Nybaxe"], OFFICIAL, first=7), **installed_rules())
    assert publish(ledger, policy, release="r1").files == before
    own = tmp_path / "desk.toml"
    own.write_text(f'[people]\nredact = ["{OFFICIAL}"]\n')
    after = publish(ledger, load_policy(own), release="r1").files
    assert leaks(after, [OFFICIAL, "Walid Mohamed"]) == []
    with pytest.raises(StoreError, match="no release r2"):
        publish(ledger, policy, release="r2")


def test_a_name_found_private_later_leaves_a_release_of_old(tmp_path: Path) -> None:
    ledger = made(tmp_path / "l.sqlite", ["Walid Mohamed"])
    freeze(ledger, "r1")
    append(ledger, batch([OFFICIAL], "Lena Vogt", first=3), **installed_rules())
    assert leaks(publish(ledger, load_policy(), release="r1").files, [OFFICIAL]) == []


def test_above_the_ceiling_is_refused_with_the_reason(tmp_path: Path) -> None:
    ledger = made(tmp_path / "l.sqlite", ["Walid Mohamed"])
    found = refusals(load_policy(), "internal")
    assert {p.code for p in found} == {"above_ceiling"}
    assert any(p.message == "report.text is internal, and this desk lets out no more than public" for p in found)
    with pytest.raises(ConfigError, match="lets out no more"):
        publish(ledger, load_policy(), tier="internal")
    partner = replace(load_policy(), ceiling="partner")
    assert refusals(partner, "partner") == [] and publish(ledger, partner, tier="partner").files


def test_small_cells_are_empty_and_no_single_one_follows_from_a_total() -> None:
    found = Findings(
        events=tuple(
            Event(
                id=f"evt-{region}{n}",
                event_type="Battles",
                sub_event_type="Armed clash",
                date_first="2026-02-03",
                place=Place(name=region, words=region, country="SDN", admin1=region),
            )
            for region, many in (("A", 1), ("B", 6), ("C", 4))
            for n in range(many)
        )
    )
    rows = {r["admin1"]: r for r in tally_rows(found, load_policy())}
    assert (rows["A"]["events"], rows["A"]["suppressed"]) == (None, True)
    assert (rows["B"]["events"], rows["C"]["events"]) == (6, None)
    told = json.loads(anonymity_report(found, load_policy()))
    assert (told["records"], told["classes"], told["smallest"], told["records_below_k"]) == (11, 3, 1, 5)


@given(counts=COUNTS)
def test_what_is_shown_never_gives_away_one_small_cell(counts: list[int]) -> None:
    cells = {("2026-02", "SDN", str(n)): count for n, count in enumerate(counts)}
    hidden = suppressed(cells, 3)
    assert all(k in hidden for k, n in cells.items() if n < 3)
    assert len(hidden) != 1 or len(cells) == 1


def test_a_purged_report_still_keeps_its_names_in(tmp_path: Path) -> None:
    from marsad.ledger.purging import purge

    ledger = made(tmp_path / "l.sqlite", ["Walid Mohamed", "Omran Ahmed"])
    purge(ledger, reports=[r.id for r in everything(ledger).reports], by="Amal", reason="retention")
    assert leaks(publish(ledger, load_policy()).files, ["Walid Mohamed", "Omran Ahmed"]) == []


def test_the_public_sees_the_findings_without_problems_and_uncertain_claims(tmp_path: Path) -> None:
    ledger = made(tmp_path / "l.sqlite", ["Walid Mohamed"])
    shown = as_public(ledger, load_policy(), today="2026-06-01")
    assert shown.events and not shown.problems and not shown.uncertain


def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "marsad", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **more})


@pytest.mark.slow
def test_the_commands(tmp_path: Path) -> None:
    where = tmp_path / "l.sqlite"
    made(where, ["Walid Mohamed"]).close()
    done = run("publish", "--ledger", str(where), "--out", str(tmp_path / "out"), "--by", "Amal")
    assert done.returncode == 0 and "names withheld: 1" in done.stdout, done.stderr
    refused = run("publish", "--ledger", str(where), "--out", str(tmp_path / "more"), "--tier", "internal")
    assert refused.returncode == 1 and "[exports/above_ceiling]" in refused.stderr and not (tmp_path / "more").exists()
    assert run("publish", "--ledger", str(where), "--out", str(tmp_path)).returncode == 1
    assert run("publish", "--ledger", str(where)).returncode == 2
    listed = json.loads(run("audit", "--ledger", str(where)).stdout.splitlines()[0])
    assert (listed["by"], listed["action"], listed["records"]) == ("Amal", "publish", 1)
    assert run("purge", "--ledger", str(where)).returncode == 2
    report = everything(open_ledger(where)).reports[0].id
    assert "1 texts" in run("purge", "--report", report, "--ledger", str(where)).stdout
    assert "purged: the texts and pages of 1" in run("verify", "--ledger", str(where)).stdout
    assert entries(beside(open_ledger(where)))[0].deed.action == "purge"


SHARED = Path(__file__).parents[4] / "shared"


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the page that the project starts from is not beside this checkout")
def test_of_the_page_that_the_project_starts_from_two_residents_stay_in_and_the_high_commissioner_leaves(tmp_path: Path) -> None:
    from marsad.api import code

    code(SHARED / "seeds/arab-news-page.txt", ledger=tmp_path / "l.sqlite")
    ledger = open_ledger(tmp_path / "l.sqlite", write=True)
    assert "Walid Mohamed" in "".join(r.text for r in everything(ledger).reports)
    freeze(ledger, "r1")
    for files in (publish(ledger, load_policy()).files, publish(ledger, load_policy(), release="r1").files):
        assert leaks(files, ["Walid Mohamed", "Omran Ahmed"]) == []
        assert "Volker Türk".encode() in files["statistics.jsonl"] and "Volker Türk".encode() in files["reports.jsonl"]
