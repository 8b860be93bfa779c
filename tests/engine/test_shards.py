"""One shard: the same bytes whenever and however it is done, whole or not there."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from tests.engine import made

from marsad.engine import schemas, shards
from marsad.engine.planning import plan
from marsad.engine.settings import Settings, run_digest
from marsad.engine.shards import checksum, read_table, shard_file, shard_job
from marsad.model import Capture, Claim, Report

SETTINGS = Settings(reader="rules")


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.archive(tmp_path_factory.mktemp("crawl") / "crawl.warc.gz", made.pages(12))


@pytest.fixture(scope="module")
def done(crawl: Path) -> Path:
    out = crawl.parent / "out"
    return shard_job(plan([str(crawl)])[0][0], out, SETTINGS)


def test_a_shard_holds_what_passed_what_was_stopped_and_what_was_found(done: Path) -> None:
    table = read_table(done)
    assert table.schema.equals(schemas.RESULT)
    stopped = [orjson.loads(r) for r in schemas.of_kind(table, "stopped")["record"].to_pylist()]
    assert len(stopped) == 9 and {s["why"] for s in stopped} <= {"ordinary", "no_words"}
    reports: list[Report] = schemas.items(table, "report")
    assert sorted(r.url or "" for r in reports) == [f"https://news.example/{n}" for n in (1, 5, 9)]
    assert {c.id for c in schemas.kept_captures(table)} == {r.capture for r in reports}
    claims: list[Claim] = schemas.items(table, "claim")
    assert {c.report for c in claims} == {r.id for r in reports}
    texts = {r.id: r.text for r in reports}
    assert all(texts[c.report][e.start : e.end] == e.quote for c in claims for e in c.evidence)


def test_done_again_or_carefully_it_has_the_same_checksum(crawl: Path, done: Path, tmp_path: Path) -> None:
    shard = plan([str(crawl)])[0][0]
    assert checksum(shard_job(shard, tmp_path / "again", SETTINGS)) == checksum(done)
    assert checksum(shard_job(shard, tmp_path / "careful", SETTINGS, careful=True)) == checksum(done)
    assert not [p for p in (tmp_path / "again").iterdir() if p.name.startswith(".")]


def test_a_shard_that_is_there_is_left_alone(crawl: Path, done: Path) -> None:
    before = done.stat().st_mtime_ns
    assert shard_job(plan([str(crawl)])[0][0], done.parent, SETTINGS) == done and done.stat().st_mtime_ns == before


def test_a_shard_that_is_broken_off_leaves_nothing(crawl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shards.os, "replace", full)
    shard = plan([str(crawl)])[0][0]
    with pytest.raises(OSError, match="No space"):
        shard_job(shard, tmp_path, SETTINGS)
    assert not shard_file(shard, tmp_path).exists() and list(tmp_path.iterdir()) == []


def test_without_the_gate_everything_is_read(crawl: Path, tmp_path: Path) -> None:
    table = read_table(shard_job(plan([str(crawl)])[0][0], tmp_path, dataclasses.replace(SETTINGS, gate=False)))
    assert schemas.of_kind(table, "report").num_rows == 12 and not schemas.of_kind(table, "stopped").num_rows


def test_a_page_on_which_reading_dies_costs_that_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from marsad.intake.isolation import Parser
    from marsad.model import Problem

    shard = plan([str(made.archive(tmp_path / "c.warc.gz", made.pages(8)))])[0][0]
    whole = Parser.read

    def read(self: Parser, capture: Capture, **more: object) -> object:
        if capture.url and capture.url.endswith("/5"):
            return [], [Problem(stage="intake", code="crash", message="the parser died on it", at=capture.origin)]
        return whole(self, capture)

    monkeypatch.setattr(Parser, "read", read)
    table = read_table(shard_job(shard, tmp_path / "out", SETTINGS, careful=True))
    assert [r.url for r in schemas.items(table, "report")] == ["https://news.example/1"]
    assert [p.code for p in schemas.items(table, "problem")] == ["crash"]


def test_a_damaged_archive_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    path = made.archive(tmp_path / "c.warc.gz", made.pages(8))
    path.write_bytes(path.read_bytes()[:-300])
    table = read_table(shard_job(plan([str(path)])[0][0], tmp_path / "out", SETTINGS))
    assert [p.code for p in schemas.items(table, "problem")] == ["incomplete"]
    assert len(schemas.items(table, "report")) == 2


def test_documents_and_archives_of_stories_are_read_in_the_limited_child(tmp_path: Path) -> None:
    import zipfile

    from docx import Document

    text = made.STRIKE.format(count=7)
    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    document.save(str(tmp_path / "a.docx"))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as package:
        package.writestr("in.txt", made.STRIKE.format(count=8))
        package.write(tmp_path / "a.docx", "again.docx")
    shards, problems = plan([str(tmp_path / "a.docx"), str(tmp_path / "b.zip")])
    table = read_table(shard_job(shards[0], tmp_path / "out", SETTINGS))
    found: list[Report] = schemas.items(table, "report")
    assert not problems and not schemas.items(table, "problem")
    assert sorted(r.text.count("killed 7") - r.text.count("killed 8") for r in found) == [-1, 1]
    assert {c.report for c in schemas.items(table, "claim")} == {r.id for r in found}


def test_the_digest_changes_with_the_settings() -> None:
    assert run_digest(SETTINGS) == run_digest(Settings(reader="rules"))
    assert len({run_digest(SETTINGS), run_digest(Settings()), run_digest(Settings(published="2026-02-18"))}) == 3


def test_pages_survive_their_table() -> None:
    captures = [Capture(id="a", origin="caf\udce9", body=b"\x00\xff", url=None, fetched="2026-02-18", media_type="text/html")]
    found = schemas.captures(schemas.pages(captures))
    assert found == [dataclasses.replace(captures[0], origin="caf\\udce9")]


def test_no_engine_of_one_machine_loads_spark() -> None:
    code = "import sys, marsad.engine.running, marsad.engine.local; sys.exit('pyspark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
