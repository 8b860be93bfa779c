"""Local files of every kind, told apart by their first bytes."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Iterator
from pathlib import Path

import pytest

from marsad.intake.files import LocalFile, list_files, read_file
from marsad.intake.isolation import Parser
from marsad.intake.listings import Listed
from marsad.model import Capture, Problem

STORY = "Eight people were killed in Sinja on Monday, the governor said."
FEED = (
    f"<rss version='2.0'><channel><item><title>A</title><link>https://a.example/1</link><description>{STORY}</description></item>"
)
FEED += "<item><title>B</title><link>https://a.example/2</link></item></channel></rss>"


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    with Parser() as made:
        yield made


def read(path: Path, parser: Parser) -> list[Capture | Listed | Problem]:
    found = list(list_files([str(path)]))
    return [item for file in found for item in (read_file(file, parser) if isinstance(file, LocalFile) else [file])]


def test_kinds_by_content(tmp_path: Path) -> None:
    made = {
        "a.bin": (b"WARC/1.0\r\n", "archive"), "b.bin": (b"PAR1", "parquet"), "c.pdf": (b"%PDF-1.4", "document"),
        "d.csv": (b"title,text\n", "csv"), "e.xml": (FEED.encode(), "feed"), "f.xml": (b"<urlset>", "sitemap"),
        "g.xml": (b"<?xml version='1.0'?><notes/>", "xml"), "h.html": (b"<html>", "story"),
        "i.txt": (b"about <rss> feeds", "story"),
        "l.zip": (b"PK\x03\x04", "zip"),
        "j.jsonl.gz": (gzip.compress(b"{}"), "packed"), "k.warc.gz": (gzip.compress(b"WARC/1.0\r\n"), "archive"),
    }  # fmt: skip
    for name, (body, _) in made.items():
        (tmp_path / name).write_bytes(body)
    found = [file for file in list_files([str(tmp_path)]) if isinstance(file, LocalFile)]
    assert {file.path.name: file.kind for file in found} == {name: kind for name, (_, kind) in made.items()}


@pytest.mark.parametrize("suffix, pack", [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_packed_lines_and_pages(tmp_path: Path, parser: Parser, suffix: str, pack: object) -> None:
    lines = "".join(json.dumps({"id": n, "text": STORY}) + "\n" for n in range(5)).encode()
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(pack(lines))  # type: ignore[operator]
    (found,) = read(path, parser)
    assert isinstance(found, Capture) and found.body == lines and found.media_type == "application/x-ndjson"


def test_a_packed_file_that_breaks_off_gives_what_was_there(tmp_path: Path, parser: Parser) -> None:
    lines = "".join(json.dumps({"id": n, "text": f"{STORY} {n * 7919}"}) + "\n" for n in range(60_000)).encode()
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines)[:-2000])
    found = read(tmp_path / "a.jsonl.gz", parser)
    assert [item.code for item in found if isinstance(item, Problem)] == ["incomplete"]
    assert [isinstance(item, Capture) for item in found].count(True) >= 1


def test_a_feed_in_a_file(tmp_path: Path, parser: Parser) -> None:
    (tmp_path / "f.xml").write_text(FEED, encoding="utf-8")
    one, two = read(tmp_path / "f.xml", parser)
    assert isinstance(one, Capture) and one.url == "https://a.example/1" and STORY in one.body.decode()
    assert isinstance(two, Listed) and two.address == "https://a.example/2"


def test_what_is_not_read_is_told(tmp_path: Path, parser: Parser) -> None:
    (tmp_path / "x.xml").write_bytes(b"<?xml version='1.0'?><notes/>")
    (tmp_path / "p.png").write_bytes(b"\x89PNG\r\n")
    codes = [item.code for item in read(tmp_path, parser) if isinstance(item, Problem)]
    assert codes == ["binary", "no_list"] and [
        p.code for p in list_files([str(tmp_path / "none")]) if isinstance(p, Problem)
    ] == ["missing"]
