"""The second pass: what shards found, joined by block as if all of it had been linked at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.engine import made

from marsad.engine import joining, schemas
from marsad.engine.local import LocalRunner
from marsad.engine.running import run
from marsad.engine.settings import Settings
from marsad.engine.shards import read_table, shard_job
from marsad.ledger.query import everything
from marsad.ledger.store import open_ledger
from marsad.linking import link
from marsad.model import ConfigError, Problem
from marsad.stages import installed_rules

SETTINGS = Settings(reader="rules")
KHARKIV = made.STRIKE.format(count=19).replace("KADUGLI, Sudan", "KHARKIV, Ukraine").replace("Kadugli", "Kharkiv")


class Here:
    """A runner that does the shards in this process; `skip` leaves that many out."""

    def __init__(self, skip: int = 0) -> None:
        self.skip = skip
        self.did: list[str] = []

    def run(self, shards, out, settings, watch):  # type: ignore[no-untyped-def]
        from marsad.engine.shards import is_done

        for shard in shards[: len(shards) - self.skip]:
            if not is_done(shard, out):
                self.did.append(shard.name)
                shard_job(shard, out, settings)
        return [Problem(stage="engine", code="poison", message="given up", at="x")] * bool(self.skip)


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawl")
    made.archive(folder / "a.warc.gz", made.pages(12))
    texts = [made.STRIKE.format(count=7), made.STRIKE.format(count=7), KHARKIV]
    made.stories(folder / "b.jsonl", texts)
    return folder


def test_joined_by_block_the_folds_are_those_of_linking_everything(crawl: Path, tmp_path: Path) -> None:
    run([str(crawl)], tmp_path, runner=Here(), settings=SETTINGS, size=1500)
    files = sorted(tmp_path.glob("shards/*/*.arrow"))
    assert len(files) >= 3
    found = joining.survey(files)
    reports = {r.id: r for path in files for r in schemas.items(read_table(path), "report")}
    claims = {c.id: c for path in files for c in schemas.items(read_table(path), "claim")}
    marked = installed_rules()["mark_copies"](sorted(reports.values(), key=lambda r: r.id))
    expected = link(list(claims.values()), marked)
    folds = joining.join(found)
    assert folds.events == expected.events and len(folds.events) >= 2
    assert (folds.statistics, folds.conditions) == (expected.statistics, expected.conditions)
    assert dict(found.copies) == {r.id: r.copy_of for r in marked if r.copy_of} != {}


def test_parts_are_linked_apart_and_nothing_is_lost(crawl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run([str(crawl)], tmp_path, runner=Here(), settings=SETTINGS, size=1500)
    files = sorted(tmp_path.glob("shards/*/*.arrow"))
    together = joining.join(joining.survey(files))
    monkeypatch.setattr(joining, "PART", 1)
    apart = joining.survey(files)
    assert len(apart.parts) > 1 and sorted(c for part in apart.parts for c in part) == sorted(apart.claims)
    assert joining.join(apart).events == together.events


def test_blocks_hold_together_by_what_one_asks_and_another_keeps() -> None:
    kept = {"a": ["k1"], "b": ["k2"], "c": ["k3"], "d": ["k9"]}
    asked = {"a": ["k1", "k2"], "b": ["k2"], "c": ["k3", "k8"], "d": ["k8", "k9"]}
    assert joining.blocks(kept, asked) == [("a", "b"), ("c",), ("d",)]


def test_a_run_writes_its_files_and_the_same_again_does_nothing(crawl: Path, tmp_path: Path) -> None:
    first = Here()
    done = run([str(crawl)], tmp_path, runner=first, settings=SETTINGS)
    names = ("reports", "claims", "events", "statistics", "conditions", "stopped", "problems")
    before = {name: (tmp_path / f"{name}.jsonl").read_bytes() for name in names}
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["stopped"] == 9 and summary["reports"] == 6 and summary["copies"] == done.summary.copies > 0
    assert before["stopped"].count(b"\n") == 9 and b'"why":' in before["stopped"]
    again = Here()
    run([str(crawl)], tmp_path, runner=again, settings=SETTINGS)
    assert first.did and not again.did
    assert {name: (tmp_path / f"{name}.jsonl").read_bytes() for name in names} == before


def test_a_driver_that_was_killed_goes_on_where_it_was(crawl: Path, tmp_path: Path) -> None:
    broken, rest = Here(skip=1), Here()
    partly = run([str(crawl)], tmp_path, runner=broken, settings=SETTINGS)
    assert [p.code for p in partly.problems] == ["poison"]
    run([str(crawl)], tmp_path, runner=rest, settings=SETTINGS)
    assert len(rest.did) == 1 and not set(rest.did) & set(broken.did)
    whole = tmp_path / "whole"
    run([str(crawl)], whole, runner=Here(), settings=SETTINGS)
    assert (whole / "events.jsonl").read_bytes() == (tmp_path / "events.jsonl").read_bytes()


def test_the_ledger_gets_all_of_it_once(crawl: Path, tmp_path: Path) -> None:
    ledger = str(tmp_path / "record.sqlite")
    first = run([str(crawl)], tmp_path / "out", runner=Here(), settings=SETTINGS, ledger=ledger)
    again = run([str(crawl)], tmp_path / "out", runner=Here(), settings=SETTINGS, ledger=ledger)
    assert first.added is not None and first.added.reports == first.summary.reports == 6
    assert again.added is not None and again.added.reports == again.added.claims == 0
    store = open_ledger(ledger)
    events = everything(store).events
    store.close()
    assert [e.claims for e in events] and len(events) == first.summary.events


def test_nothing_to_run_over_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        run([], tmp_path, runner=Here())


@pytest.mark.slow
def test_two_processes_give_the_same_shards_as_one(crawl: Path, tmp_path: Path) -> None:
    run([str(crawl)], tmp_path / "one", runner=Here(), settings=SETTINGS, size=1500)
    run([str(crawl)], tmp_path / "two", runner=LocalRunner(workers=2), settings=SETTINGS, size=1500)
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).glob("shards/*/*.arrow")} for n in ("one", "two"))
    assert one == two and len(one) > 3


def test_claims_too_uncertain_to_publish_are_in_no_file(crawl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    from marsad.engine import tables

    whole = tables.code

    def doubting(reports, stages, watch):  # type: ignore[no-untyped-def]
        claims, problems = whole(reports, stages, watch)
        return [dataclasses.replace(c, uncertain=n % 2 == 0) for n, c in enumerate(claims)], problems

    monkeypatch.setattr(tables, "code", doubting)
    ledger = str(tmp_path / "record.sqlite")
    done = run([str(crawl)], tmp_path, runner=Here(), settings=SETTINGS, ledger=ledger)
    lines = (tmp_path / "claims.jsonl").read_text().splitlines()
    assert len(lines) == done.summary.claims > 0 and not any(json.loads(line)["uncertain"] for line in lines)
    assert done.added is not None and done.added.claims > done.summary.claims
