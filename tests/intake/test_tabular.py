"""Tables of stories: which column is which, broken rows, Parquet."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import pytest

from marsad.intake.stories import read_capture
from marsad.intake.tabular import CHUNK, read_csv, read_parquet
from marsad.model import Capture, Problem, Report

STORY = "Eight people were killed in Sinja on Monday, the governor said."


def rows(items: list[Capture | Problem]) -> list[dict[str, object]]:
    return [json.loads(line) for item in items if isinstance(item, Capture) for line in item.body.decode().splitlines()]


def codes(items: list[Capture | Problem]) -> list[str]:
    return [item.code for item in items if isinstance(item, Problem)]


def table(text: str | bytes) -> list[Capture | Problem]:
    return list(read_csv(io.BytesIO(text.encode() if isinstance(text, str) else text), "a.csv"))


def reports(items: list[Capture | Problem]) -> list[Report]:
    return [story.report for item in items if isinstance(item, Capture) for story in read_capture(item)[0]]


def test_columns_are_known_by_their_names() -> None:
    found = table(
        f'Article ID,Headline,Full Text,Date,Source,colour\n7,"Shell, market","{STORY}\nMore.",2026-02-18,Nile Wire,red\n'
    )
    (report,) = reports(found)
    assert (report.external_id, report.title, report.text) == ("7", "Shell, market", f"{STORY}\nMore.")
    assert (report.published, report.publisher) == ("2026-02-18", "Nile Wire") and "colour" not in rows(found)[0]


@pytest.mark.parametrize("sign", [";", "\t", "|", ","])
def test_delimiters(sign: str) -> None:
    assert rows(table(f"title{sign}body\nA{sign}words here\n")) == [{"title": "A", "text": "words here"}]


def test_charsets_and_a_mark_at_the_start() -> None:
    assert rows(table("\ufefftext,title\nعربي,x\n")) == [{"text": "عربي", "title": "x"}]
    assert rows(table("text\nEl niño murió\n".encode("cp1252"))) == [{"text": "El niño murió"}]


def test_bad_rows_cost_themselves_only() -> None:
    found = table("text,title\none\n" + "x" * (6 * 2**20) + ",a\n\x00\n,,,\ntwo,b,c,d\n")
    assert codes(found) == ["bad_row"] and [row["text"] for row in rows(found)] == ["one", "two"]


def test_tables_without_a_text_or_without_rows() -> None:
    assert codes(table("colour,size\nred,1\n")) == ["no_columns"]
    assert codes(table("")) == ["empty"] and codes(table("text,title\n")) == ["empty"]


def test_large_tables_come_in_parts_that_know_their_rows() -> None:
    found = table("id,text\n" + "".join(f"{n},{'word ' * 200}\n" for n in range(3000)))
    parts = [item for item in found if isinstance(item, Capture)]
    assert len(parts) > 1 and all(len(item.body) < CHUNK + 5_000 for item in parts) and len(rows(found)) == 3000
    origins = [report.origin for report in reports(found)]
    assert len(set(origins)) == 3000 and origins[-1] == "a.csv#3000"


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as parquet

    made = pyarrow.table(
        {"body": [STORY, None], "pub_date": [dt.date(2026, 2, 18), None], "authors": [["A", "B"], []], "n": [1, 2]}
    )
    parquet.write_table(made, tmp_path / "a.parquet")
    found = list(read_parquet(tmp_path / "a.parquet", "a"))
    assert rows(found)[0] == {"text": STORY, "published": "2026-02-18", "author": ["A", "B"]}
    assert reports(found)[0].author == "A, B" and reports(found)[0].published == "2026-02-18"
    data = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "b.parquet").write_bytes(data[: len(data) - 30])
    assert codes(list(read_parquet(tmp_path / "b.parquet", "b"))) == ["incomplete"]
    parquet.write_table(made.select(["n"]), tmp_path / "c.parquet")
    assert codes(list(read_parquet(tmp_path / "c.parquet", "c"))) == ["no_columns"]


def test_parquet_without_the_package_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (found,) = read_parquet(tmp_path / "a.parquet", "a")
    assert isinstance(found, Problem) and found.code == "needs_extra" and "marsad[parquet]" in found.message
