"""The journal outlives crashes, torn lines and full disks, and belongs to one process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from marsad.intake import journal as module
from marsad.intake.journal import Entry, Journal
from marsad.intake.listings import Listed
from marsad.model import ConfigError, StoreError

ITEM = Listed(address="https://a.example/1", title="Sinja — القتلى", text="Eight died.", whole=True, published="2026-02-18")
ENTRY = Entry(address="https://a.example/1", source="A", listed=ITEM, mark="m", tries=2, due=5.5, since=3.0)


def test_entries_come_back(tmp_path: Path) -> None:
    with Journal(tmp_path / "deep" / "j.jsonl") as journal:
        journal.put([ENTRY, Entry(address="b", state="done", etag='"7"')])
    with Journal(tmp_path / "deep" / "j.jsonl") as journal:
        assert journal.get(ENTRY.address) == ENTRY and journal.entries["b"].etag == '"7"'
        assert [list(journal.pending("A", now)) for now in (5.0, 6.0)] == [[], [ENTRY]] and journal.waiting("A") == 1


def test_the_last_word_holds_and_a_torn_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    with Journal(path) as journal:
        journal.put([Entry(address="a"), Entry(address="a", state="done")])
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"address":"b","sta')
    with Journal(path) as journal:
        assert list(journal.entries) == ["a"] and journal.entries["a"].state == "done"
        journal.put([Entry(address="c")])
    assert path.read_bytes() == whole + b'{"address":"c","state":"pending"}\n'


def test_lines_that_make_no_sense_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    path.write_bytes(b'nonsense\n{"address":"a","unknown":1}\n[]\n\xff\n{"address":"b"}\n')
    with Journal(path) as journal:
        assert list(journal.entries) == ["b"]


def test_old_words_are_cleared_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLACK", 5)
    path = tmp_path / "j.jsonl"
    with Journal(path) as journal:
        for n in range(40):
            journal.put([Entry(address="a", tries=n)])
    with Journal(path) as journal:
        assert journal.entries["a"].tries == 39 and len(path.read_bytes().splitlines()) == 1
        journal.put([Entry(address="b")])
    with Journal(path) as journal:
        assert list(journal.entries) == ["a", "b"]


def test_what_is_pending_is_known_by_source(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.jsonl") as journal:
        journal.put([Entry(address=str(n), source="A") for n in range(5)])
        journal.put([Entry(address="0", source="A", state="done"), Entry(address="1", source="B")])
    with Journal(tmp_path / "j.jsonl") as journal:
        assert [e.address for e in journal.pending("A", 1.0)] == ["2", "3", "4"] and journal.waiting("B") == 1


def test_one_process_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    code = (
        "import sys\nfrom pathlib import Path\nfrom marsad.intake.journal import Journal\nJournal(Path(sys.argv[1])).__enter__()"
    )
    with Journal(path):
        with pytest.raises(ConfigError, match="another ingest"):
            Journal(path).__enter__()
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
        assert done.returncode == 1 and "another ingest" in done.stderr


def test_a_full_disk_is_told() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full here")
    journal = Journal(full)
    journal.file = full.open("ab")
    with pytest.raises(StoreError, match="can't be written"):
        journal.put([Entry(address="a")])


def test_nothing_is_written_for_a_dry_run(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    with Journal(path, keep=False) as journal:
        journal.put([Entry(address="a")])
        assert journal.get("a") is not None
    assert not path.exists()


def test_a_journal_of_another_ledger_is_forgotten(tmp_path: Path) -> None:
    with Journal(tmp_path / "j.jsonl") as journal:
        journal.put([Entry(address="a")])
        journal.clear()
        journal.put([Entry(address="b")])
    with Journal(tmp_path / "j.jsonl") as journal:
        assert list(journal.entries) == ["b"]
