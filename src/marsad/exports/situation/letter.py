"""A report as DOCX, to be edited further: headings, tables, pictures, and links inside as bookmarks.

A desk's own `letter.docx` gives the styles, the head and the logo. What is written is XML made here, every word escaped.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document as open_docx
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm

from marsad.exports.situation.document import (
    Block,
    Bullets,
    Column,
    Document,
    Evidence,
    Index,
    Line,
    Paragraph,
    Picture,
    Run,
    Table,
    Tiles,
    Words,
)
from marsad.exports.situation.portable import raster
from marsad.exports.situation.words import Tongue
from marsad.model import ConfigError

BASE = "letter.docx"
NAMESPACE = nsdecls("w")
MADE = dt.datetime(2000, 1, 1)
"""When a file says that it was made: the same report gives the same bytes."""
WIDE = 9638
"""The width of a page's text in twentieths of a point: 17 cm."""
TONES = {"shut": "A33E00", "partly": "7A5000", "open": "00528A", "held": "44505C", "doubt": "A33E00", "quiet": "52606D"}
SIGNS = {"shut": "✖ ", "partly": "◆ ", "open": "● ", "held": "■ "}
MARKS = {"counts": "FFD9CF", "value": "FFD9CF", "where": "D6EFDC", "when": "E4E0F7", "according_to": "D5E9F7"}
ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True, kw_only=True)
class Letter:
    """A DOCX file under way."""

    docx: Any
    rtl: bool
    tongue: Tongue
    there: frozenset[str]
    marks: dict[str, int] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    def put(self, xml: str) -> None:
        """Some XML before the section's end."""
        body = self.docx.element.body
        for element in parse_xml(f"<w:body {nsdecls('w', 'r')}>{xml}</w:body>"):
            body.insert(len(body) - 1, element)

    def mark(self, anchor: str) -> str:
        """A bookmark of an anchor."""
        number = self.marks.setdefault(anchor, len(self.marks) + 1)
        return f'<w:bookmarkStart w:id="{number}" w:name="m{number}"/><w:bookmarkEnd w:id="{number}"/>'

    def run(self, words: str, *, bold: bool = False, size: float | None = None, colour: str = "", shade: str = "") -> str:
        """Some words in one look."""
        looks = "<w:b/><w:bCs/>" if bold else ""
        looks += f'<w:color w:val="{colour}"/>' if colour else ""
        looks += f'<w:sz w:val="{size * 2:g}"/><w:szCs w:val="{size * 2:g}"/>' if size else ""
        looks += f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
        looks += "<w:rtl/>" if self.rtl else ""
        held = escape(ILLEGAL.sub("\ufffd", words))
        return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{held}</w:t></w:r>'

    def runs(self, words: Words, *, bold: bool = False, size: float | None = None, colour: str = "") -> str:
        return "".join(self.one(r, bold=bold, size=size, colour=colour) for r in words)

    def one(self, run: Run, *, bold: bool, size: float | None, colour: str) -> str:
        if run.words == "\n":
            return "<w:r><w:br/></w:r>"
        tone = TONES.get(run.tone, colour)
        inner = self.run(
            SIGNS.get(run.tone, "") + run.words,
            bold=bold or run.bold,
            size=size,
            colour="00528A" if run.link or run.url else tone,
        )
        if run.link:
            number = self.marks.setdefault(run.link, len(self.marks) + 1)
            return f'<w:hyperlink w:anchor="m{number}" w:history="1">{inner}</w:hyperlink>'
        if run.url:
            return f"<w:hyperlink r:id={quoteattr(self.address(run.url))}>{inner}</w:hyperlink>"
        return inner

    def address(self, url: str) -> str:
        """The relation by which the file knows an address."""
        if url not in self.urls:
            kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
            self.urls[url] = self.docx.part.relate_to(ILLEGAL.sub("", url), kind, is_external=True)
        return self.urls[url]

    def paragraph(self, inner: str, *, style: str = "", first: str = "", space: str = "", end: bool = False) -> str:
        """A paragraph; `first` and `space` are properties, which must stand in their order."""
        named = f"<w:pStyle w:val={quoteattr(self.style(style))}/>" if style else ""
        bidi = "<w:bidi/>" if self.rtl else ""
        side = '<w:jc w:val="end"/>' if end else ""
        return f"<w:p><w:pPr>{named}{first}{bidi}{space}{side}</w:pPr>{inner}</w:p>"

    def style(self, name: str) -> str:
        """The id of a style by its name; the standard one where the desk's file lacks it."""
        known = self.docx.styles
        return str(known[name].style_id) if name in known else str(known["Normal"].style_id)

    def table(self, columns: Sequence[Column], lines: Iterable[Line]) -> str:
        """A table whose head is repeated on each page."""
        whole = sum(c.width for c in columns)
        widths = [WIDE * c.width // whole for c in columns]
        heads = [self.cell(self.run(c.head, bold=True, size=8), w, c.number) for c, w in zip(columns, widths, strict=True)]
        head = self.row(heads, True)
        body = "".join(self.line(line, columns, widths) for line in lines)
        grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
        return f"<w:tbl>{self.frame()}<w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>" + self.paragraph("", space=SMALL)

    def frame(self) -> str:
        one = 'w:val="single" w:sz="4" w:color="D9DEE4"'
        edges = f"<w:tblBorders><w:bottom {one}/><w:insideH {one}/></w:tblBorders>"
        visual = "<w:bidiVisual/>" if self.rtl else ""
        sides = '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
        return f'<w:tblPr>{visual}<w:tblW w:w="{WIDE}" w:type="dxa"/>{edges}<w:tblLayout w:type="fixed"/>{sides}</w:tblPr>'

    def row(self, cells: Sequence[str], head: bool = False) -> str:
        return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{''.join(cells)}</w:tr>"

    def cell(self, inner: str, width: int, number: bool = False, edge: str = "") -> str:
        shape = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{edge}</w:tcPr>'
        return f"<w:tc>{shape}{self.paragraph(inner, space=TIGHT, end=number)}</w:tc>"

    def line(self, line: Line, columns: Sequence[Column], widths: Sequence[int]) -> str:
        cells = []
        for number, words in enumerate(line.cells):
            inner = self.mark(line.anchor) if line.anchor and not number else ""
            inner += self.runs(words, size=8, bold=line.total)
            cells.append(self.cell(inner, widths[number], columns[number].number))
        return self.row(cells)


TIGHT = '<w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/>'
SMALL = '<w:spacing w:before="0" w:after="60" w:line="120" w:lineRule="auto"/>'


def docx(document: Document, tongue: Tongue, folder: Path | None = None) -> bytes:
    """The report as DOCX, the same bytes each time.

    Raises `ConfigError` where a desk's `letter.docx` can't be read, or typst (which draws the pictures) is not installed.
    """
    letter = Letter(docx=begun(folder), rtl=document.direction == "rtl", tongue=tongue, there=document.anchors())
    about = letter.docx.core_properties
    about.title, about.keywords = f"{document.title}, {document.subtitle}"[:255], document.stamp[:255]
    about.author, about.comments = "Marsad", ""
    about.created = about.modified = MADE
    about.last_modified_by, about.language = "Marsad", document.language
    letter.put(letter.paragraph(letter.run(document.title), style="Title"))
    letter.put(letter.paragraph(letter.run(document.subtitle), style="Subtitle"))
    for section in document.sections:
        begins = section.annex and section is next(s for s in document.sections if s.annex)
        first = "<w:pageBreakBefore/>" if begins else ""
        letter.put(letter.paragraph(letter.run(section.title), style="Heading 1", first=first))
        for block in section.blocks:
            write(letter, block, section.title)
    foot(letter, document.foot)
    out = io.BytesIO()
    letter.docx.save(out)
    return still(out.getvalue())


def begun(folder: Path | None) -> Any:
    """An empty file with a desk's styles, or the standard ones."""
    own = folder / BASE if folder else None
    try:
        made = open_docx(str(own)) if own and own.is_file() else open_docx()
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, OpcError) as error:
        raise ConfigError(f"can't read {own}: {error}") from error
    if not (own and own.is_file()):
        page = made.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)
        plain = made.styles["Normal"]
        plain.font.name, plain.font.size = "Calibri", Cm(0.36)
        plain.element.rPr.rFonts.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}cs", "Arial")
    return made


def write(letter: Letter, block: Block, above: str) -> None:
    """One block."""
    if isinstance(block, Paragraph):
        size = {"lead": 11.5, "note": 8.5}.get(block.style)
        colour = {"note": "52606D", "warning": "A33E00"}.get(block.style, "")
        letter.put(letter.paragraph(letter.runs(block.words, size=size, colour=colour)))
    elif isinstance(block, Bullets):
        letter.put("".join(letter.paragraph(letter.runs(i), style="List Bullet") for i in block.items))
    elif isinstance(block, Tiles):
        letter.put(tiles(letter, block))
    elif isinstance(block, Picture):
        picture(letter, block)
    elif isinstance(block, Table):
        if block.title != above:
            letter.put(letter.paragraph(letter.run(block.title), style="Heading 2"))
        letter.put(letter.table(block.columns, block.lines))
        if block.note:
            letter.put(letter.paragraph(letter.runs(block.note, size=8.5, colour="52606D")))
    elif isinstance(block, Evidence):
        letter.put("".join(evidence(letter, block)))
    elif isinstance(block, Index):
        letter.put("".join(index(letter, block)))


def tiles(letter: Letter, block: Tiles) -> str:
    """Headline figures as a table of one row."""
    width = WIDE // max(len(block.items), 1)
    edge = '<w:tcBorders><w:top w:val="single" w:sz="18" w:color="B5432A"/></w:tcBorders>'
    cells = []
    for tile in block.items:
        inner = letter.run(tile.label, size=8, colour="52606D") + "<w:r><w:br/></w:r>"
        inner += letter.runs(tile.value, bold=True, size=13)
        inner += "<w:r><w:br/></w:r>" + letter.runs(tile.note, size=8, colour="52606D") if tile.note else ""
        cells.append(letter.cell(inner, width, edge=edge))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for _ in block.items)
    return f"<w:tbl>{letter.frame()}<w:tblGrid>{grid}</w:tblGrid>{letter.row(cells)}</w:tbl>" + letter.paragraph("", space=SMALL)


def picture(letter: Letter, block: Picture) -> None:
    letter.put(letter.paragraph(letter.run(block.title), style="Heading 2"))
    letter.docx.add_picture(io.BytesIO(raster(block.svg)), width=Cm(17))
    drawn = letter.docx.element.body.xpath(".//wp:docPr")[-1]
    drawn.set("descr", ILLEGAL.sub("", block.alt))
    if block.note:
        letter.put(letter.paragraph(letter.runs(block.note, size=8.5, colour="52606D")))


def evidence(letter: Letter, block: Evidence) -> Iterator[str]:
    yield letter.paragraph(letter.mark(block.anchor) + letter.runs(block.heading, bold=True), first="<w:keepNext/>", space=TIGHT)
    facts = "".join(
        letter.run(f"{name}: ", size=8, colour="52606D") + letter.runs(words, size=8) + letter.run("   ", size=8)
        for name, words in block.facts
    )
    yield letter.paragraph(facts, space=TIGHT)
    for quote in block.quotes:
        says = letter.runs(quote.says, size=8.5) + letter.run(": ", size=8.5) + letter.runs(quote.states, size=8.5)
        yield letter.paragraph(letter.mark(quote.anchor) + says, first="<w:keepNext/>", space=TIGHT)
        cited = "".join(
            letter.run(words, size=9, shade=MARKS.get(name.split(".")[0], "FFF1B8") if name else "")
            for words, name in quote.pieces
        )
        yield letter.paragraph(cited, space=TIGHT + '<w:ind w:left="300"/>')
        source = letter.runs(quote.source, size=7.5, colour="52606D") + letter.run(
            f" · {quote.anchor}", size=7.5, colour="52606D"
        )
        yield letter.paragraph(source, space='<w:spacing w:before="0" w:after="120"/><w:ind w:left="300"/>')
    if block.note:
        yield letter.paragraph(letter.runs(block.note, size=8, colour="52606D"))


def index(letter: Letter, block: Index) -> Iterator[str]:
    """The figures and what they are made of; what is not set out stands without a link."""
    for item in block.items:
        inner = letter.mark(item.anchor) + letter.runs(item.label, bold=True, size=8) + letter.run(": ", size=8)
        for number, (name, words) in enumerate(item.items):
            inner += letter.run(" · ", size=7.5) if number else ""
            link = name if name in letter.there else None
            inner += letter.one(Run(words=words, link=link), bold=False, size=7.5, colour="")
        if item.more:
            inner += letter.run(" " + letter.tongue.say("behind_more", n=letter.tongue.number(item.more)), size=7.5)
        yield letter.paragraph(inner, space=TIGHT)


def foot(letter: Letter, words: str) -> None:
    """What stands under each page: what the report is of, and the page's number."""
    paragraph = letter.docx.sections[0].footer.paragraphs[0]._p
    number = '<w:r><w:t xml:space="preserve">   </w:t></w:r><w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    made = parse_xml(
        letter.paragraph(letter.run(words, size=7, colour="52606D") + number).replace("<w:p>", f"<w:p {NAMESPACE}>", 1)
    )
    paragraph.getparent().replace(paragraph, made)


def still(made: bytes) -> bytes:
    """The same archive with one moment for all of its files."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            head = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            head.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(head, old.read(name))
    return out.getvalue()
