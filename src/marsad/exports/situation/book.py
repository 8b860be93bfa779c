"""A report as a workbook: its tables as sheets, every event, claim and report as a row, and links from figure to rows.

Text is text (no formula, no address that opens by itself), numbers are numbers.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from marsad.exports.rows import COLUMNS, Kind, rows
from marsad.exports.situation.document import Bullets, Document, Paragraph, Picture, Table, Tiles, Words, text_of
from marsad.exports.situation.portable import raster
from marsad.exports.situation.words import Tongue
from marsad.exports.workbook import MADE, MOST, WIDTHS, legible, put
from marsad.model import ConfigError

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

KINDS: tuple[Kind, ...] = ("events", "statistics", "conditions", "claims", "reports")
FIGURES = "figures"
LONGEST_NAME = 31
MOST_LINKS = 65_000
"""Links that a sheet holds, by the format's own limit."""
TONES = {"shut": "#A33E00", "partly": "#7A5000", "open": "#00528A", "held": "#44505C", "doubt": "#A33E00", "quiet": "#52606D"}


@dataclass(slots=True, kw_only=True)
class Book:
    """A workbook under way: `places` says on which sheet and row an anchor stands."""

    book: Any
    rtl: bool
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)
    links: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=lambda: ["history", FIGURES, *KINDS])
    sheets: dict[str, str] = field(default_factory=dict)

    def look(self, **given: Any) -> Any:
        """A cell's look, made once."""
        key = tuple(sorted(given.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"valign": "top", **given})
        return self.formats[key]

    def page(self, name: str) -> Any:
        """A new sheet."""
        made = self.book.add_worksheet(name)
        made.set_paper(9)
        made.fit_to_pages(1, 0)
        if self.rtl:
            made.right_to_left()
        return made

    def free(self, name: str) -> str:
        """A name for a sheet that no other has."""
        taken = {n.casefold() for n in self.names}
        words = sheet_name(name)
        number = 2
        while words.casefold() in taken:
            words = f"{sheet_name(name)[: LONGEST_NAME - 4]} {number}"
            number += 1
        self.names.append(words)
        return words

    def write(self, page: Any, row: int, column: int, words: Words, *, bold: bool = False) -> None:
        """A cell of words; it leads to where its first link does."""
        held = legible(text_of(words))
        if not held:
            return
        anchor = next((r.link for r in words if r.link), None)
        tone = next((TONES[r.tone] for r in words if r.tone), None)
        looks: dict[str, Any] = {"text_wrap": True, "bold": bold or all(r.bold for r in words)}
        where = self.places.get(anchor or "")
        if where and self.links.get(page.name, 0) < MOST_LINKS:
            self.links[page.name] = self.links.get(page.name, 0) + 1
            look = self.look(**looks, font_color="#00528A", underline=1)
            page.write_url(row, column, f"internal:'{where[0]}'!A{where[1] + 1}", look, held[:LONGEST_LINK])
        else:
            page.write_string(row, column, held, self.look(**looks, **({"font_color": tone} if tone else {})))


LONGEST_LINK = 255


def xlsx(document: Document, tongue: Tongue) -> bytes:
    """The report as XLSX, the same bytes each time.

    Raises `ConfigError` where XlsxWriter or typst (which draws the pictures) is not installed, or a sheet would be too long.
    """
    try:
        from xlsxwriter.workbook import Workbook
    except ImportError as error:
        raise ConfigError("XLSX reports need XlsxWriter: pip install 'marsad[report]'") from error
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    made: Workbook = Workbook(out, options)
    about = {"created": MADE, "title": f"{document.title}, {document.subtitle}", "keywords": document.stamp, "author": "Marsad"}
    made.set_properties(about)
    book = Book(book=made, rtl=document.direction == "rtl")
    titles = [b for s in document.sections for b in s.blocks if isinstance(b, Table) and b.name != "reports"]
    book.sheets = {b.name: book.free(b.title) for b in titles}
    tables = {kind: rows(document.found, kind) for kind in KINDS}
    for kind, lines in tables.items():
        if len(lines) > MOST:
            raise ConfigError(f"a sheet holds {MOST:,} rows, and there are {len(lines):,} {kind}: ask for a shorter time")
        book.places |= {str(line["id"]): (kind, number) for number, line in enumerate(lines, 1)}
    row = 1
    for anchor, _, ids in document.behind:
        book.places[anchor] = (FIGURES, row)
        row += len(ids)
    front(book, document)
    for block in titles:
        table(book, block)
    figures(book, document)
    for kind in KINDS:
        data(book, kind, COLUMNS[kind], ([line[c] for c in COLUMNS[kind]] for line in tables[kind]))
    made.close()
    return out.getvalue()


def sheet_name(words: str) -> str:
    """A name that a sheet may have.

    >>> sheet_name("a/b")
    'a b'
    """
    return "".join(" " if c in "[]:*?/\\'" else c for c in words)[:LONGEST_NAME]


def front(book: Book, document: Document) -> None:
    """The first sheet: what the report says in words and pictures."""
    page = book.page(book.free(document.labels["about"]))
    page.hide_gridlines(2)
    page.set_column(0, 0, 46)
    page.set_column(1, 1, 30)
    page.set_column(2, 2, 60)
    page.write_string(0, 0, legible(document.title), book.look(bold=True, font_size=18))
    page.set_row(0, 30)
    page.set_row(1, 20)
    page.write_string(1, 0, legible(document.subtitle), book.look(font_size=12, font_color="#52606D"))
    row = 3
    for section in (s for s in document.sections if not s.annex):
        page.write_string(row, 0, legible(section.title), book.look(bold=True, font_size=13, bottom=1, bottom_color="#B5432A"))
        row += 1
        for block in section.blocks:
            if isinstance(block, Tiles):
                for tile in block.items:
                    page.write_string(row, 0, legible(tile.label), book.look())
                    book.write(page, row, 1, tile.value, bold=True)
                    book.write(page, row, 2, tile.note)
                    row += 1
            elif isinstance(block, Paragraph):
                row = sentence(book, page, row, block.words)
            elif isinstance(block, Bullets):
                for item in block.items:
                    row = sentence(book, page, row, item)
            elif isinstance(block, Picture):
                page.write_string(row, 0, legible(block.title), book.look(bold=True))
                row = picture(page, row + 1, block)
            else:
                target = book.sheets.get(block.name) if isinstance(block, Table) else None
                if target:
                    page.write_url(
                        row, 0, f"internal:'{target}'!A1", book.look(font_color="#00528A", underline=1), legible(target)
                    )
                    row += 1
        row += 1
    sentence(book, page, row, ())
    page.write_string(row, 0, legible(document.foot), book.look(font_color="#52606D", font_size=8))


def sentence(book: Book, page: Any, row: int, words: Words) -> int:
    """Words over the sheet's three columns."""
    held = legible(text_of(words))
    if not held:
        return row
    page.merge_range(row, 0, row, 2, "", book.look(text_wrap=True))
    page.write_string(row, 0, held, book.look(text_wrap=True))
    page.set_row(row, 15 * (1 + len(held) // 125))
    return row + 1


def picture(page: Any, row: int, block: Picture) -> int:
    """A drawing over as many rows as it is high."""
    drawn = raster(block.svg)
    width, height = int.from_bytes(drawn[16:20], "big"), int.from_bytes(drawn[20:24], "big")
    scale = 680 / width
    options = {"image_data": io.BytesIO(drawn), "x_scale": scale, "y_scale": scale, "description": legible(block.alt)[:255]}
    page.insert_image(row, 0, f"{block.name}.png", {**options, "object_position": 2})
    return row + int(height * scale / 20) + 2


def table(book: Book, block: Table) -> None:
    """A table of the report as a sheet."""
    page = book.page(book.sheets[block.name])
    for number, column in enumerate(block.columns):
        page.set_column(number, number, max(10, 7 * column.width))
        page.write_string(0, number, legible(column.head), book.look(bold=True, bottom=2))
    for row, line in enumerate(block.lines, 1):
        for number, words in enumerate(line.cells):
            book.write(page, row, number, words, bold=line.total)
    page.freeze_panes(1, 0)
    page.set_landscape()
    note(book, page, len(block.lines) + 2, block)


def note(book: Book, page: Any, row: int, block: Table) -> None:
    held = legible(text_of(block.note))
    if held:
        page.write_string(row, 0, held, book.look(font_color="#52606D"))


def figures(book: Book, document: Document) -> None:
    """Which events each figure is made of: a row for each."""
    page = book.page(FIGURES)
    labels = (document.labels["figures_sheet"], document.labels["events"], document.labels["id"])
    for number, (words, width) in enumerate(zip(labels, (60, 12, 24), strict=True)):
        page.write_string(0, number, legible(words), book.look(bold=True, bottom=2))
        page.set_column(number, number, width)
    row = 0
    for _, label, ids in document.behind:
        for name in ids:
            row += 1
            if row > MOST:
                return
            page.write_string(row, 0, legible(label))
            page.write_number(row, 1, len(ids))
            where = book.places.get(name)
            if where and book.links.get(FIGURES, 0) < MOST_LINKS:
                book.links[FIGURES] = book.links.get(FIGURES, 0) + 1
                page.write_url(row, 2, f"internal:'{where[0]}'!A{where[1] + 1}", book.look(font_color="#00528A"), name)
            else:
                page.write_string(row, 2, legible(name))
    page.freeze_panes(1, 0)


def data(book: Book, name: str, columns: Sequence[str], lines: Iterable[Sequence[Any]]) -> None:
    """Rows of one kind, as an export has them."""
    page = book.page(name)
    for number, column in enumerate(columns):
        page.write_string(0, number, column, book.look(bold=True, bottom=2))
        page.set_column(number, number, WIDTHS.get(column, 13))
    last = 0
    for last, line in enumerate(lines, 1):
        for number, value in enumerate(line):
            put(page, last, number, value)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, last, max(0, len(columns) - 1))
