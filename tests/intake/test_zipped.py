"""ZIP archives of stories: members of every kind are read, and no archive takes more than it may."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from marsad.intake.delivered import read_delivered
from marsad.intake.files import LocalFile, list_files, read_file
from marsad.intake.isolation import Parser
from marsad.intake.zipped import is_zip, read_zip
from marsad.model import Capture, Problem

STORY = "Eight people were killed in Sinja on Monday, the governor said."


def packed(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", packing) as package:
        for name, body in members.items():
            package.writestr(name, body)
    return held.getvalue()


def read(body: bytes) -> tuple[list[Capture], list[Problem]]:
    found = list(read_zip(io.BytesIO(body), "a.zip"))
    return [i for i in found if isinstance(i, Capture)], [i for i in found if isinstance(i, Problem)]


def docx(text: str) -> bytes:
    from docx import Document

    held = io.BytesIO()
    document = Document()
    document.add_paragraph(text)
    document.save(held)
    return held.getvalue()


def test_members_of_every_kind_are_read_and_hidden_ones_passed_over() -> None:
    made = {
        "a/one.txt": STORY.encode(),
        "two.html": f"<html><body><p>{STORY}</p></body></html>".encode(),
        "three.jsonl": (json.dumps({"text": STORY}) + "\n").encode() * 2,
        "four.csv": f"title,text\nHit,{STORY!r}\n".encode(),
        "five.docx": docx(STORY),
        ".hidden": b"x", "__MACOSX/a": b"x", "a/": b"",
    }  # fmt: skip
    captures, problems = read(packed(made))
    assert not problems
    assert [c.origin for c in captures] == [f"a.zip!{name}" for name in list(made)[:5]]
    assert [s.report.text for c in captures[:2] for s in read_delivered(c)[0]] == [STORY, STORY]
    assert STORY in read_delivered(captures[4])[0][0].report.text


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_packing_of_members(packing: int) -> None:
    captures, problems = read(packed({"a.txt": STORY.encode()}, packing))
    assert [c.body for c in captures] == [STORY.encode()] and not problems


def test_a_member_that_is_named_like_a_place_on_this_machine_stays_a_name(tmp_path: Path) -> None:
    captures, _ = read(packed({"../../etc/story.txt": STORY.encode(), "/srv/b.txt": STORY.encode()}))
    assert [c.origin for c in captures] == ["a.zip!../../etc/story.txt", "a.zip!/srv/b.txt"] and not list(tmp_path.iterdir())


def test_an_archive_with_a_document_in_it_is_no_document() -> None:
    body = packed({"one.txt": STORY.encode(), "two.docx": docx(STORY)}, zipfile.ZIP_STORED)
    assert b"word/" in body[:8192] and is_zip(body) and len(read(body)[0]) == 2


def test_bombs_are_stopped_early() -> None:
    body = packed({"a.txt": STORY.encode(), "b.txt": bytes(64 * 2**20), "c.txt": STORY.encode()})
    captures, problems = read(body)
    assert len(body) < 80_000 and len(captures) == 1 and [p.code for p in problems] == ["bomb"]


def test_archives_in_archives_locked_damaged_and_empty_ones_are_told() -> None:
    inner = packed({"a.txt": STORY.encode()})
    assert [p.code for p in read(packed({"in.zip": inner, "in.gz": b"\x1f\x8b\x08" + bytes(20)}))[1]] == ["packing", "packing"]
    locked = bytearray(inner)
    locked[6] |= 1
    locked[inner.rindex(b"PK\x01\x02") + 8] |= 1
    assert [p.code for p in read(bytes(locked))[1]] == ["encrypted"]
    flipped = bytearray(packed({"a.txt": STORY.encode() * 99, "b.txt": STORY.encode()}))
    flipped[60] ^= 0x55
    captures, problems = read(bytes(flipped))
    assert [p.code for p in problems] == ["incomplete"] and [c.origin for c in captures] == ["a.zip!b.txt"]
    assert [p.code for p in read(inner[:-30])[1]] == ["incomplete"] and [p.code for p in read(packed({}))[1]] == ["no_story"]


def test_problems_are_told_to_a_number() -> None:
    problems = read(packed({f"{n}.zip": b"PK\x03\x04" for n in range(300)}))[1]
    assert len(problems) == 201 and problems[-1].code == "more"


def test_a_file_is_read_in_the_limited_child_and_a_delivered_one_as_one_capture(tmp_path: Path) -> None:
    body = packed({"a.txt": STORY.encode(), "b.txt": f"{STORY} It was noon.".encode()})
    (tmp_path / "a.zip").write_bytes(body)
    (file,) = list_files([str(tmp_path)])
    assert isinstance(file, LocalFile) and file.kind == "zip" and is_zip(body) and not is_zip(docx(STORY))
    with Parser() as parser:
        found = list(read_file(file, parser))
    assert [i.origin for i in found if isinstance(i, Capture)] == [f"{file.path}!a.txt", f"{file.path}!b.txt"]
    stories, problems = read_delivered(Capture(id="z", origin="o", body=body, media_type="application/zip"))
    assert [s.report.capture for s in stories] == ["z", "z"] and not problems
