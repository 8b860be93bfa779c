"""The parser child: bombs stay small, what hangs or dies costs one file, and the child can do no harm."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from marsad.intake import isolation, worker
from marsad.intake.delivered import Hints
from marsad.intake.documents import DOCX
from marsad.intake.isolation import Limits, Parser
from marsad.model import Capture, Problem

MEGABYTE = 2**20
PAGE = (
    b"<html><body><article><h1>Sinja</h1><p>"
    + b"Eight people were killed in Sinja on Monday. " * 9
    + b"</p></article></body></html>"
)


def capture(body: bytes, media: str | None = None, url: str | None = None) -> Capture:
    return Capture(id=hashlib.sha256(body).hexdigest(), origin="a", body=body, media_type=media, url=url)


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    with Parser() as made:
        yield made


def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, act: str) -> None:
    """Have the child do something else than its work on every task."""
    script = tmp_path / "stand_in.py"
    script.write_text(f"import os, sys, time\nwhile line := sys.stdin.buffer.readline():\n    {act}\n", encoding="utf-8")

    class Subprocess:
        PIPE, DEVNULL, TimeoutExpired = (
            isolation.subprocess.PIPE,
            isolation.subprocess.DEVNULL,
            isolation.subprocess.TimeoutExpired,
        )
        Popen = staticmethod(lambda command, **how: real([sys.executable, str(script)], **how))

    real = isolation.subprocess.Popen
    monkeypatch.setattr(isolation, "subprocess", Subprocess)


def test_stories_come_back_with_their_hints(parser: Parser) -> None:
    stories, problems = parser.read(
        capture(PAGE, url="https://a.example/x"), Hints(publisher="The Example", published="2026-02-18")
    )
    (story,) = stories
    assert problems == [] and story.report.publisher == "The Example" and story.report.url == "https://a.example/x"
    assert (story.report.published, story.report.anchor.date, story.report.language) == ("2026-02-18", "2026-02-18", "en")


def test_problems_come_back_too(parser: Parser) -> None:
    stories, problems = parser.read(capture(b"\x89PNG\r\n"))
    assert stories == [] and [p.code for p in problems] == ["binary"]


def gigabytes_in_a_kilobyte() -> bytes:
    machine = zlib.compressobj(9, wbits=31)
    return gzip.compress(b"".join([*(machine.compress(bytes(MEGABYTE)) for _ in range(512)), machine.flush()]), 9)


def test_a_bomb_of_512_megabytes_stays_under_200(tmp_path: Path) -> None:
    """As a packed file, as a record of an archive, and as a response in it that says that it is packed twice."""
    inner = gigabytes_in_a_kilobyte()
    assert len(inner) < 4_000
    (tmp_path / "a.txt.gz").write_bytes(inner)
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    told = StatusAndHeaders("200 OK", [("Content-Type", "text/html"), ("Content-Encoding", "gzip, gzip")], protocol="HTTP/1.1")
    writer.write_record(writer.create_warc_record("https://a.example/", "response", payload=io.BytesIO(inner), http_headers=told))
    (tmp_path / "a.warc.gz").write_bytes(out.getvalue())
    (tmp_path / "b.warc.gz").write_bytes(gzip.decompress(inner))
    with Parser() as parser:
        once = list(parser.packed(tmp_path / "a.txt.gz", "a", packing="gzip", media_type="text/plain"))
        record = list(parser.archive(tmp_path / "a.warc.gz", "a"))
        whole = list(parser.packed(tmp_path / "b.warc.gz", "a", packing="gzip", media_type="text/plain"))
        peak = parser.peak_memory()
    assert [p.code for p in record if isinstance(p, Problem)] == ["bomb"]
    assert [p.code for p in whole if isinstance(p, Problem)] == ["bomb"]
    assert all(isinstance(p, Problem) for p in (*once, *record, *whole))
    assert peak is None or peak < 200 * MEGABYTE, peak


def test_a_document_that_is_a_bomb(parser: Parser) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", b"0" * (200 * MEGABYTE))
    stories, problems = parser.read(capture(out.getvalue(), DOCX))
    assert stories == [] and [p.code for p in problems] == ["bomb"]


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
BOMBS = {
    "laughs": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">' + LAUGHS + b"]>",
    "blowup": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "' + b"A" * 50_000 + b'">]>',
    "file": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY l9 SYSTEM "file:///etc/hostname">]>',
}


@pytest.mark.parametrize("name", BOMBS)
def test_entities_are_not_resolved(parser: Parser, name: str) -> None:
    words = b"&a;" * 500 + b"&l9;"
    feed = (
        BOMBS[name]
        + b"<rss version='2.0'><channel><title>F</title><item><title>"
        + words
        + b"</title><link>https://a.example/1</link></item></channel></rss>"
    )
    site = BOMBS[name] + b"<urlset><url><loc>https://a.example/1</loc><title>" + words + b"</title></url></urlset>"
    for kind, body in (("feed", feed), ("sitemap", site)):
        found, _ = parser.listing(kind, body, "a")  # type: ignore[arg-type]
        assert len(found) <= 1 and all(len(item.title or "") < 5_000 and "root:" not in (item.title or "") for item in found)
    peak = parser.peak_memory()
    assert peak is None or peak < 260 * MEGABYTE


def test_what_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, tmp_path, "time.sleep(60)")
    with Parser(Limits(seconds=0.5)) as parser:
        assert [p.code for p in parser.read(capture(PAGE))[1]] == ["too_slow"]


@pytest.mark.parametrize(
    "act", ["os.abort()", "os._exit(3)", "os.kill(os.getpid(), 9)", "print('{', flush=True)", "print('nonsense', flush=True)"]
)
def test_what_dies_or_babbles_is_one_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, act: str) -> None:
    stand_in(monkeypatch, tmp_path, act)
    with Parser(Limits(seconds=20)) as parser:
        assert [p.code for p in parser.read(capture(PAGE))[1]] == ["crash"]
    monkeypatch.undo()
    with parser:
        assert len(parser.read(capture(PAGE))[0]) == 1


def test_a_page_that_needs_too_much_memory_fails_alone() -> None:
    with Parser(Limits(memory=420 * MEGABYTE)) as parser:
        lines = b"".join(b'{"text": "%s"}\n' % (b"Eight died in Sinja. " * 20) for _ in range(60_000))
        _, problems = parser.read(capture(lines * 4, "application/x-ndjson"))
        assert [p.code for p in problems if p.code in ("too_much_memory", "crash")], problems
        assert len(parser.read(capture(PAGE))[0]) == 1


def test_a_child_is_replaced_now_and_then() -> None:
    with Parser(Limits(tasks=1)) as parser:
        parser.listing("sitemap", b"<urlset><url><loc>https://a.example/</loc></url></urlset>", "a")
        assert parser.child is None


@pytest.mark.parametrize(
    "event, arguments",
    [
        ("socket.connect", (None, None)),
        ("subprocess.Popen", ()),
        ("os.system", ()),
        ("open", ("a", "w", os.O_WRONLY)),
        ("os.exec", ()),
    ],
)
def test_the_child_refuses_to_do_harm(event: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises(PermissionError):
        worker.refuse(event, arguments)
    worker.refuse("open", ("a", "r", os.O_RDONLY))


def test_the_limits_are_in_force(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom marsad.intake import worker\nworker.limit(600 * 2**20)\n"
        "def tried(act):\n    try:\n        act()\n"
        "    except (OSError, MemoryError) as error:\n        return type(error).__name__\n"
        "import socket, subprocess\n"
        "print(tried(lambda: bytearray(700 * 2**20)), tried(lambda: open(sys.argv[1], 'w')),"
        " tried(lambda: socket.create_connection(('127.0.0.1', 9))), tried(lambda: subprocess.run(['true'])))"
    )
    done = isolation.subprocess.run([sys.executable, "-c", code, str(tmp_path / "x")], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["MemoryError", "PermissionError", "PermissionError", "PermissionError"]
    assert not (tmp_path / "x").exists()


def test_an_archive_goes_on_behind_a_record_that_kills_the_child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The child is made to die at a record; the parent starts another one behind it."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for n in range(6):
        told = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        body = b"<html>deadly" if n == 2 else b"<html>%d" % n
        writer.write_record(
            writer.create_warc_record(f"https://a.example/{n}", "response", payload=io.BytesIO(body), http_headers=told)
        )
    (tmp_path / "a.warc.gz").write_bytes(out.getvalue())
    script = tmp_path / "deadly.py"
    script.write_text(
        "import os\nfrom marsad.intake import archives, worker\nold = archives.taken\n"
        "def taken(record, at):\n"
        "    for item in old(record, at):\n        if b'deadly' in getattr(item, 'body', b''):\n"
        "            os._exit(9)\n        yield item\n"
        "archives.taken = taken\nworker.main()\n",
        encoding="utf-8",
    )
    real = isolation.subprocess.Popen
    monkeypatch.setattr(isolation.subprocess, "Popen", lambda command, **how: real([sys.executable, str(script)], **how))
    with Parser() as parser:
        items = list(parser.archive(tmp_path / "a.warc.gz", "a"))
    assert [item.url for item in items if isinstance(item, Capture)] == [f"https://a.example/{n}" for n in (0, 1, 3, 4, 5)]
    assert [item.code for item in items if isinstance(item, Problem)] == ["crash"]
