"""PDF and DOCX → plain text, one paragraph a line. Meant to run in the limited child: see `isolation`."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from marsad.model import Capture, Problem

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCX_PARTS = (b"[Content_Types].xml", b"word/", b"_rels/", b"docProps/", b"customXml/")  # a package begins with one of them
MAX_PAGES = 1000
MAX_CHARACTERS = 4_000_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 200
MAX_PARTS = 5_000
LONGEST_MARGIN = 90
SENTENCE_END = re.compile(r"[.!?…:;”\"')\]»؟]$")
BULLET = re.compile(r"^(?:[•▪●○■‣\-–—*]|\(?\d{1,2}[.)])\s")
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The words of a document and what its own fields say of it."""

    text: str
    title: str | None = None
    author: str | None = None


def document_kind(head: bytes, media_type: str | None = None) -> str | None:
    """`PDF` or `DOCX` by the first bytes; `None` for anything else.

    >>> document_kind(b"%PDF-1.7") == PDF
    True
    """
    if b"%PDF-" in head[:1024]:
        return PDF
    if not head.startswith(b"PK\x03\x04"):
        return None
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    return DOCX if first.startswith(DOCX_PARTS) or (media_type or "").startswith(DOCX) else None


def read_document(capture: Capture, kind: str) -> Document | Problem:
    """The text of a PDF or DOCX.

    Problems: `encrypted`, `bomb`, `too_large`, `incomplete` (it can't be read), `no_text` (a scan holds pictures of words).
    """
    try:
        found = read_pdf(capture.body) if kind == PDF else read_docx(capture.body)
    except MemoryError:
        raise
    except DocumentError as error:
        return problem(error.code, str(error), capture)
    except Exception as error:  # the libraries raise whatever a broken file makes them
        return problem("incomplete", f"the document can't be read: {type(error).__name__}: {str(error)[:100]}", capture)
    if not found.text.strip():
        return problem("no_text", "the document holds no text: a scan has to be recognised first", capture)
    return found


class DocumentError(ValueError):
    """The document is not read. `code` is that of the problem it becomes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_pdf(body: bytes) -> Document:
    """The text of each page; lines that stand on most pages (headers, page numbers) are left out."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(body), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise DocumentError("encrypted", "the document is locked with a password")
    if len(reader.pages) > MAX_PAGES:
        raise DocumentError("too_large", f"a document may have {MAX_PAGES} pages")
    pages: list[list[str]] = []
    size = 0
    for page in reader.pages:
        lines = [line.strip() for line in (page.extract_text() or "").split("\n")]
        size += sum(map(len, lines))
        if size > MAX_CHARACTERS:
            raise DocumentError("too_large", f"a document may hold {MAX_CHARACTERS:,} characters")
        pages.append(lines)
    meta = reader.metadata
    return Document(
        text="\n".join(paragraphs(without_margins(pages))),
        title=words(meta.title if meta else None),
        author=words(meta.author if meta else None),
    )


def without_margins(pages: Sequence[Sequence[str]]) -> list[str]:
    """The lines of all pages without those that return, apart from their figures, at the top or foot of most.

    >>> without_margins([["Report", "One.", "page 1"], ["Report", "Two.", "page 2"], ["Report", "Three.", "page 3"]])
    ['One.', 'Two.', 'Three.']
    """
    edges = Counter(
        key
        for lines in pages
        for key in {DIGITS.sub("0", line) for line in (*lines[:3], *lines[-3:]) if 0 < len(line) <= LONGEST_MARGIN}
    )
    margin = {key for key, number in edges.items() if number >= 3 and number * 2 > len(pages)}
    kept: list[str] = []
    for lines in pages:
        for n, line in enumerate(lines):
            edge = n < 3 or n >= len(lines) - 3
            if not (edge and DIGITS.sub("0", line) in margin):
                kept.append(line)
    return kept


def paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Lines of print joined to paragraphs: an empty line, a bullet or a short last line ends one.

    >>> list(paragraphs(["Eight people were killed in the town of Sin-", "ja on Monday.", "", "Aid came."]))
    ['Eight people were killed in the town of Sinja on Monday.', 'Aid came.']
    """
    widths = sorted(len(line) for line in lines if line)
    width = widths[int(len(widths) * 0.8)] if widths else 0
    held = ""
    for line in lines:
        if held and (not line or BULLET.match(line)):
            yield held
            held = ""
        if not line:
            continue
        short = len(line) < width * 0.75
        held = joined(held, line)
        if short and (SENTENCE_END.search(line) or len(held) == len(line)):
            yield held
            held = ""
    if held:
        yield held


def joined(held: str, line: str) -> str:
    """Two lines as one; a word that was broken at the line's end is made whole."""
    if held.endswith("-") and len(held) > 1 and held[-2].isalpha() and line[:1].islower():
        return held[:-1] + line
    return f"{held} {line}" if held else line


def read_docx(body: bytes) -> Document:
    """Paragraphs and table cells in the order of the document."""
    import docx
    from docx.table import Table

    check_package(body)
    document = docx.Document(io.BytesIO(body))
    lines: list[str] = []
    size = 0
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            rows = [" | ".join(dict.fromkeys(cell.text.strip() for cell in row.cells)) for row in item.rows]
        else:
            rows = [item.text.strip()]
        lines += rows
        size += sum(map(len, rows))
        if size > MAX_CHARACTERS:
            raise DocumentError("too_large", f"a document may hold {MAX_CHARACTERS:,} characters")
    fields = document.core_properties
    return Document(text="\n".join(line for line in lines if line), title=words(fields.title), author=words(fields.author))


def check_package(body: bytes) -> None:
    """Refuse a package whose parts unpack to too much; what a part states is what is read of it at most."""
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        parts = package.infolist()
        if "word/document.xml" not in package.namelist():
            raise DocumentError("binary", "is not text (ZIP or Office data)")
    size = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or size > MAX_UNPACKED or size > max(2**20, MAX_RATIO * len(body)):
        raise DocumentError("bomb", f"unpacks to {size // 2**20} MB in {len(parts)} parts")


def words(value: object) -> str | None:
    """A field of the document as a line of text."""
    return " ".join(value.split())[:500] or None if isinstance(value, str) else None


def problem(code: str, message: str, capture: Capture) -> Problem:
    return Problem(stage="intake", code=code, message=message, at=capture.origin)
