"""PDF and DOCX reports."""

from __future__ import annotations

import hashlib
import io
import random

import docx
import pytest
from pypdf import PdfReader, PdfWriter

from marsad.intake.delivered import Hints, read_delivered
from marsad.intake.documents import DOCX, PDF, document_kind, paragraphs
from marsad.intake.stories import Story
from marsad.model import Capture, Problem

LINES = [
    "SINJA, Sudan — Eight people were killed when a shell hit a mar-",
    "ket in the town of Sinja on Monday, the governor said.",
    "",
    "Aid came on Tuesday.",
]


NOTHING = Hints()


def pdf(pages: list[list[str]]) -> bytes:
    """A PDF by hand: one font, a line of text after another."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for lines in pages:
        shown = b"".join(b"(%s) Tj T* " % line.encode("cp1252").replace(b"(", rb"\(").replace(b")", rb"\)") for line in lines)
        stream = b"BT /F1 11 Tf 14 TL 50 750 Td " + shown + b"ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        content = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>"
            % content
        )
    kids = b" ".join(b"%d 0 R" % (n + 1) for n in range(4, len(objects), 2))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages))
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return bytes(out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


def word(*lines: str) -> bytes:
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    table = made.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Killed", "8"
    made.core_properties.title, made.core_properties.author = "Situation report", "A. Writer"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(body: bytes, hints: Hints = NOTHING) -> tuple[list[Story], list[Problem]]:
    return read_delivered(Capture(id=hashlib.sha256(body).hexdigest(), origin="a", body=body), hints)


def test_a_pdf_in_paragraphs() -> None:
    body = pdf([LINES])
    (story,), problems = read(body, Hints(published="2026-02-18"))
    assert problems == [] and "a shell hit a market in the town of Sinja on Monday" in story.report.text
    assert story.report.capture == hashlib.sha256(body).hexdigest() and story.report.anchor.date == "2026-02-18"


def test_what_stands_on_every_page_is_no_text() -> None:
    told = ["Aid came to Sinja.", "The road was closed.", "Two trucks were stopped.", "Nobody was hurt."]
    pages = [["Weekly Bulletin of the Desk", "", text, f"Page {n} of 4"] for n, text in enumerate(told, 1)]
    (story,), _ = read(pdf(pages))
    assert "Bulletin" not in story.report.text and "of 4" not in story.report.text
    assert all(text in story.report.text for text in told)


def test_a_docx_with_its_table_and_fields() -> None:
    (story,), problems = read(word("Eight people were killed in Sinja on Monday, the governor said.", "Aid came."))
    assert problems == [] and "Killed | 8" in story.report.text
    assert (story.report.title, story.report.author) == ("Situation report", "A. Writer")


def test_kinds() -> None:
    assert document_kind(pdf([["x"]])) == PDF and document_kind(word("x")) == DOCX and document_kind(b"words") is None
    assert document_kind(b"PK\x03\x04 some other package") is None


def test_locked_empty_and_broken_documents() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([LINES]))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert [p.code for p in read(out.getvalue())[1]] == ["encrypted"]
    assert [p.code for p in read(pdf([[]]))[1]] == ["no_text"]
    assert [p.code for p in read(b"%PDF-1.4 nothing more")[1]] == ["incomplete"]
    assert [p.code for p in read(word("x" * 500)[:-200])[1]] == ["incomplete"]


@pytest.mark.parametrize("seed", range(15))
def test_damaged_documents_are_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    body = bytearray(pdf([LINES] * 3) if seed % 2 else word(*LINES))
    for _ in range(20):
        body[chance.randrange(8, len(body))] = chance.randrange(256)
    stories, problems = read(bytes(body))
    assert stories or problems


def test_external_entities_in_a_docx_are_not_resolved() -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word("x"))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                data = data.replace(
                    b"<w:document", b'<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document', 1
                ).replace(b">x<", b">x&e;y<")
            new.writestr(name, data)
    stories, problems = read(out.getvalue())
    assert all("root:" not in story.report.text for story in stories) and (stories or problems)


def test_bullets_and_short_lines_end_a_paragraph() -> None:
    lines = [
        "Access",
        "The road from Sinja to Dinder was closed for the whole of the week by order of",
        "the governor.",
        "• Two trucks came.",
        "• One was stopped.",
    ]
    assert list(paragraphs(lines)) == [
        "Access",
        "The road from Sinja to Dinder was closed for the whole of the week by order of the governor.",
        "• Two trucks came.",
        "• One was stopped.",
    ]
