"""A report as its readers see it, whatever the format: sections of text, tables, pictures and evidence, with links inside.

Writers (`page`, `markdown`, `portable`, `letter`, `book`) know these types and nothing of conflict. Text is plain: no writer
takes mark-up from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from marsad.ledger.findings import Findings

Tone = Literal["", "open", "partly", "shut", "held", "doubt", "quiet"]
Style = Literal["text", "lead", "note", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Some words; `"\\n"` alone begins a new line. `link` is the anchor of what they lead to, `url` an address."""

    words: str
    link: str | None = None
    url: str | None = None
    bold: bool = False
    tone: Tone = ""


Words = tuple[Run, ...]
NOTHING = Findings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph."""

    words: Words
    style: Style = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The head of a column; `width` is its share of the table, `number` sets figures apart."""

    head: str
    width: int = 1
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a table, a cell for each column; other parts of the report may lead to its `anchor`."""

    cells: tuple[Words, ...]
    anchor: str | None = None
    total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under heads. `name` is short, and says in a workbook which sheet it is."""

    name: str
    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    note: Words = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A headline figure with what it counts and what is uncertain about it."""

    label: str
    value: Words
    note: Words = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """Headline figures side by side."""

    items: tuple[Tile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing as SVG, made here; `alt` says in words what it shows."""

    name: str
    title: str
    svg: str
    alt: str
    note: Words = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One claim: who says it where, what it states, and the sentence with the cited words marked (`pieces`: words and field)."""

    anchor: str
    source: Words
    says: Words
    states: Words
    pieces: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """An item of the record with the claims that it rests on."""

    anchor: str
    heading: Words
    facts: tuple[tuple[str, Words], ...]
    quotes: tuple[Quote, ...]
    note: Words = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A figure of the report and the items that it is made of, each with its id and a few words."""

    anchor: str
    label: Words
    items: tuple[tuple[str, str], ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What the figures of the report are made of."""

    items: tuple[Behind, ...]


Block = Paragraph | Bullets | Table | Tiles | Picture | Evidence | Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the report; a template may leave one out or move it by its `name`."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    annex: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report. `stamp` says what it is of, so that the next report can begin where this one ended.

    `found` are the records that a workbook lists; `behind` says of each figure, by its anchor and
    label, all that it is made of.
    """

    title: str
    subtitle: str
    language: str
    direction: Literal["ltr", "rtl"]
    sections: tuple[Section, ...]
    stamp: str
    foot: str
    labels: dict[str, str] = field(default_factory=dict)
    found: Findings = NOTHING
    behind: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    def section(self, name: str) -> Section | None:
        """The section of that name; `None` where the report has none."""
        return next((s for s in self.sections if s.name == name), None)

    def anchors(self) -> frozenset[str]:
        """Everything in the report that can be led to."""
        return frozenset(a for s in self.sections for b in s.blocks for a in anchors_of(b))


def anchors_of(block: Block) -> Iterator[str]:
    """The anchors of a block."""
    if isinstance(block, Table):
        yield from (line.anchor for line in block.lines if line.anchor)
    elif isinstance(block, Evidence):
        yield block.anchor
        yield from (q.anchor for q in block.quotes)
    elif isinstance(block, Index):
        yield from (b.anchor for b in block.items)


def runs(words: object, **given: object) -> Words:
    """One run as words."""
    return (Run(words=str(words), **given),)  # type: ignore[arg-type]


def text_of(words: Words) -> str:
    """The plain text of some runs."""
    return "".join(run.words for run in words)
