"""The ledger: what is acknowledged is there, twice is once, folds can be rebuilt, facts can't be changed."""

from __future__ import annotations

import dataclasses
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, text
from tests import standins

from marsad.exports import jsonl
from marsad.ledger import schema
from marsad.ledger.append import Added, Batch, append, count
from marsad.ledger.audit import verify
from marsad.ledger.fold import rebuild
from marsad.ledger.judging import judge
from marsad.ledger.query import Filter, beginning_with, behind, everything, find, lookup, touching
from marsad.ledger.releasing import keep_release
from marsad.ledger.store import Ledger, open_ledger
from marsad.model import Claim, Judgement, Problem, Report, StoreError


def batch(*texts: str, version: str = "1", problems: tuple[Problem, ...] = ()) -> Batch:
    reports = [standins.report_of(t, origin=f"{i}.txt") for i, t in enumerate(texts)]
    return Batch(
        captures=[standins.capture_of(t) for t in texts],
        reports=reports,
        claims=[c for r in reports for c in standins.claims_of(r)],
        problems=problems,
        version=version,
        codebook="c",
    )


def add(ledger: Ledger, *texts: str, version: str = "1", problems: tuple[Problem, ...] = ()) -> Added:
    return append(
        ledger, batch(*texts, version=version, problems=problems), link=standins.link, mark_copies=lambda reports: reports
    )


@pytest.fixture
def ledger(address: str) -> Iterator[Ledger]:
    opened = open_ledger(address, write=True)
    yield opened
    opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "record.sqlite", write=True)


def test_what_goes_in_comes_out(ledger: Ledger) -> None:
    given = batch("8 killed in Sinja", "3 killed in Dilling")
    added = append(ledger, given, link=standins.link, mark_copies=lambda reports: reports)
    assert added == Added(captures=2, reports=2, claims=2)
    kept = everything(open_ledger(ledger.address))
    assert set(kept.reports) == set(given.reports) and set(kept.claims) == set(given.claims)
    assert set(kept.events) == set(standins.link(given.claims, given.reports).events)


def test_the_bytes_are_kept(ledger: Ledger) -> None:
    add(ledger, "8 killed in Sinja")
    with ledger.read() as connection:
        assert connection.execute(text("SELECT body FROM captures")).scalar_one() == b"8 killed in Sinja"


def test_the_same_run_twice_adds_nothing(ledger: Ledger) -> None:
    problem = Problem(stage="intake", code="empty", message="is empty", at=None)
    add(ledger, "8 killed in Sinja", problems=(problem,))
    before = count(ledger)
    assert add(ledger, "8 killed in Sinja", problems=(problem,)) == Added()
    assert count(ledger) == before and before["runs"] == 1 and before["problems"] == 1


def test_a_later_run_is_linked_with_the_earlier_one(ledger: Ledger) -> None:
    add(ledger, "8 killed in Sinja")
    add(ledger, "10 killed in Sinja")
    (event,) = everything(ledger).events
    assert len(event.claims) == 2 and event.disputed == ("killed",)


def test_rebuilding_gives_the_same_bytes_in_any_order(ledger: Ledger, tmp_path: Path) -> None:
    add(ledger, "8 killed in Sinja")
    add(ledger, "10 killed in Sinja", "3 killed in Dilling")
    before = jsonl.write(dataclasses.replace(everything(ledger), reports=()))
    with ledger.write() as connection:
        for table in schema.DERIVED:
            connection.execute(delete(table))
    assert lookup(ledger, "event") == []
    rebuild(ledger, link=standins.link, mark_copies=lambda reports: reports)
    assert jsonl.write(dataclasses.replace(everything(ledger), reports=())) == before and len(lookup(ledger, "event")) == 2
    other = open_ledger(tmp_path / "other.sqlite", write=True)
    for words in ("3 killed in Dilling", "10 killed in Sinja", "8 killed in Sinja"):
        add(other, words)
    assert [e.id for e in everything(other).events] == [e.id for e in everything(ledger).events]


def test_a_new_coding_of_a_report_takes_the_old_ones_place(ledger: Ledger) -> None:
    report = standins.report_of("8 killed in Sinja")
    (claim,) = standins.claims_of(report)
    better = dataclasses.replace(claim, confidence=0.9)
    for coded in ([claim], [better], []):
        append(
            ledger,
            Batch(reports=[report], claims=coded, version="1", codebook="c"),
            link=standins.link,
            mark_copies=lambda reports: reports,
        )
        assert list(everything(ledger).claims) == coded
    assert count(ledger)["claims"] == 2 and count(ledger)["codings"] == 3 and count(ledger)["reports"] == 1


def test_copies_are_marked_over_all_runs(ledger: Ledger) -> None:
    def mark(reports: list[Report] | tuple[Report, ...]) -> list[Report]:
        return [reports[0], *(dataclasses.replace(r, copy_of=reports[0].id) for r in reports[1:])]

    for words in ("8 killed in Sinja", "9 killed in Sinja"):
        append(ledger, batch(words), link=standins.link, mark_copies=mark)  # type: ignore[arg-type]
    assert sum(r.copy_of is not None for r in everything(ledger).reports) == 1


@pytest.mark.parametrize("table", [table.name for table in schema.FACTS])
def test_facts_can_not_be_changed_or_deleted(ledger: Ledger, table: str) -> None:
    add(ledger, "8 killed in Sinja", problems=(Problem(stage="intake", code="empty", message="x"),))
    (event,) = lookup(ledger, "event")
    said = Judgement(id="jdg-1", verb="accept", subject=event.id, by="Amal", reason="seen", at="")
    judge(ledger, said, link=lambda claims, reports, _=(): standins.link(claims, reports), mark_copies=lambda reports: reports)
    keep_release(ledger, "one", "{}", until=1)
    column = schema.METADATA.tables[table].columns.values()[0].name
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):
        with pytest.raises(StoreError, match="append-only"), ledger.write() as connection:
            connection.execute(text(statement))


def test_a_quote_that_is_not_in_the_text_is_refused_and_nothing_kept(ledger: Ledger) -> None:
    given = batch("8 killed in Sinja")
    cited = dataclasses.replace(given.claims[0].evidence[0], start=1)
    wrong = dataclasses.replace(given.claims[0], evidence=(cited,))
    for claims in ([wrong], [dataclasses.replace(wrong, evidence=())], [dataclasses.replace(given.claims[0], report="rep-none")]):
        with pytest.raises(StoreError):
            append(ledger, dataclasses.replace(given, claims=claims), link=standins.link, mark_copies=lambda reports: reports)
    assert not any(count(ledger).values())


def test_a_failure_while_linking_keeps_nothing(ledger: Ledger) -> None:
    def fail(claims: object, reports: object) -> None:
        raise RuntimeError("bug")

    with pytest.raises(RuntimeError):
        append(ledger, batch("8 killed in Sinja"), link=fail, mark_copies=lambda reports: reports)  # type: ignore[arg-type]
    assert not any(count(ledger).values())


def test_filters(ledger: Ledger) -> None:
    add(ledger, "8 killed in Sinja", "3 killed in Dilling")

    def names(**asked: object) -> list[str]:
        return [e.place.name for e in find(ledger, "event", Filter(**asked)).events if e.place]  # type: ignore[arg-type]

    assert len(names()) == 2
    assert names(place="sinj") == names(min_killed=5) == ["Sinja"]
    assert len(names(actor="rapid support", country="SDN", type="attack")) == 2
    assert names(country="TCD") == names(actor="%") == names(since="2026-02-17") == names(until="2026-02-15") == []
    assert len(names(since="2026-02-16", until="2026-02-16")) == 2
    assert len(names(limit=1)) == 1
    assert len(find(ledger, "event", Filter(place="sinja")).claims) == 1
    assert find(ledger, "condition").conditions == ()


def test_looking_up_an_id(ledger: Ledger) -> None:
    add(ledger, "8 killed in Sinja", "3 killed in Dilling")
    event = find(ledger, "event", Filter(place="Sinja")).events[0]
    assert beginning_with(ledger, event.id[:10]) == [event.id]
    assert beginning_with(ledger, "evt-%") == []
    assert behind(ledger, event.id).events == (event,)
    claim = behind(ledger, event.claims[0])
    assert [c.id for c in claim.claims] == [event.claims[0]] and len(claim.reports) == 1
    assert len(behind(ledger, event.reports[0]).claims) == 1


def test_touching_gives_the_run_and_its_events(ledger: Ledger) -> None:
    add(ledger, "8 killed in Sinja", "3 killed in Dilling")
    report: Report = standins.report_of("8 killed in Sinja")
    found = touching(ledger, [report.id])
    assert [r.id for r in found.reports] == [report.id] and [e.place.name for e in found.events if e.place] == ["Sinja"]


def test_files_that_are_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html>" * 500, encoding="utf-8")
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE t (x)")
    other.close()
    (tmp_path / "empty.db").touch()
    for name, words in {
        "page.html": "not a Marsad ledger",
        "other.db": "not a Marsad ledger",
        "none.db": "there is no ledger",
    }.items():
        with pytest.raises(StoreError, match=words):
            open_ledger(tmp_path / name)
    for name in ("page.html", "other.db"):
        with pytest.raises(StoreError, match="not a Marsad ledger"):
            open_ledger(tmp_path / name, write=True)
    with pytest.raises(StoreError, match="not a Marsad ledger"):
        open_ledger(tmp_path / "empty.db")
    with pytest.raises(StoreError, match="is a folder"):
        open_ledger(tmp_path)
    with pytest.raises(StoreError, match="no folder"):
        open_ledger(tmp_path / "no" / "l.db", write=True)


def test_a_ledger_of_a_newer_version(file: Ledger) -> None:
    with file.write() as connection:
        connection.exec_driver_sql("PRAGMA user_version=99")
    with pytest.raises(StoreError, match="newer Marsad"):
        open_ledger(file.path)


def test_a_full_disk_keeps_nothing_and_says_so(file: Ledger) -> None:
    add(file, "8 killed in Sinja")
    before = count(file)
    program = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "from tests.ledger.test_ledger import add, open_ledger\n"
        "from marsad.model import StoreError\n"
        "try:\n"
        "    add(open_ledger(sys.argv[1], write=True), *[f'{i} killed in Sinja ' + 'x' * 900 for i in range(900)])\n"
        "except StoreError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(file.path)], capture_output=True, text=True)
    assert "Traceback" not in done.stderr and str(file.path) in done.stdout
    assert count(file) == before
    add(file, "3 killed in Dilling")
    assert count(file)["reports"] == 2


def test_a_reader_can_not_write(ledger: Ledger) -> None:
    reader = open_ledger(ledger.address)
    with pytest.raises(StoreError, match="reading only"):
        add(reader, "8 killed in Sinja")


def test_it_is_safe_against_power_cuts(file: Ledger) -> None:
    with file.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_eight_writers_lose_nothing(address: str) -> None:
    program = (
        "import sys\n"
        "from tests.ledger.test_ledger import add, open_ledger\n"
        "ledger = open_ledger(sys.argv[1], write=True)\n"
        "for i in range(5):\n"
        "    add(ledger, f'{i} killed in Sinja, told by {sys.argv[2]}')\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, address, name]) for name in "abcdefgh"]
    assert [p.wait(120) for p in running] == [0] * 8
    claims: tuple[Claim, ...] = everything(open_ledger(address)).claims
    assert len(claims) == 40 and verify(open_ledger(address)) == []
