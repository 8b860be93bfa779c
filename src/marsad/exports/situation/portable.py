"""A report as PDF, set by Typst: shaped Arabic, right to left, links inside, fonts within. No system library or font is needed.

The words of a report reach the typesetter as data in a JSON file, never as mark-up.
"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

from marsad.exports.situation.document import Block, Document, Evidence, Index
from marsad.exports.situation.words import Tongue, right_to_left
from marsad.model import ConfigError, plain

TEMPLATE = "report.typ"
MOST_PAGES = 5_000
DOTS = 170.0


def pdf(document: Document, tongue: Tongue, folder: Path | None = None) -> bytes:
    """The report as PDF, the same bytes each time.

    Raises `ConfigError` where typst is not installed, or a desk's template is wrong.
    """
    return compiled(template(folder), data_of(document, tongue), "pdf", folder)


def raster(svg: str) -> bytes:
    """A drawing as PNG, for formats that hold no SVG. Raises `ConfigError` where typst is not installed."""
    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg", width: 17cm)\n'
    return typeset({"main.typ": source.encode(), "drawing.svg": svg.encode("utf-8", "replace")}, "png")


def template(folder: Path | None) -> bytes:
    """The template of a desk's folder, else the one that is shipped."""
    own = folder / TEMPLATE if folder else None
    if own and own.is_file():
        return own.read_bytes()
    return resources.files("marsad.exports.situation").joinpath("templates", TEMPLATE).read_bytes()


def compiled(source: bytes, data: dict[str, Any], form: str, folder: Path | None) -> bytes:
    """A template set with its data; pictures beside a desk's template (a logo) can be used in it."""
    files = {"main.typ": source, "document.json": json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")}
    if folder:
        beside = (p for p in sorted(folder.iterdir()) if p.suffix.lower() in (".png", ".svg", ".jpg", ".jpeg"))
        files |= {p.name: p.read_bytes() for p in beside}
    return typeset(files, form)


def typeset(files: dict[str, bytes], form: str) -> bytes:
    try:
        import typst
    except ImportError as error:
        raise ConfigError("PDF and DOCX reports need typst: pip install 'marsad[report]'") from error
    with resources.as_file(resources.files("marsad.exports.situation").joinpath("fonts")) as fonts:
        try:
            wanted: dict[str, Any] = {"format": form, "font_paths": [str(fonts)], "ignore_system_fonts": True}
            made: Any = typst.compile(files, timestamp=0, ppi=DOTS, **wanted)
        except typst.TypstError as error:
            raise ConfigError(f"the template {TEMPLATE}: {error}") from error
    return bytes(made[0] if isinstance(made, list) else made)


def data_of(document: Document, tongue: Tongue) -> dict[str, Any]:
    """The document as the template reads it: plain values, each block with its kind."""
    annexes = [s.name for s in document.sections if s.annex]
    sections = [
        {
            "name": s.name,
            "title": s.title,
            "annex": s.annex,
            "first": s.name == annexes[0] if annexes else False,
            "blocks": [block_of(b, tongue) for b in s.blocks],
        }
        for s in document.sections
    ]
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "language": document.language,
        "direction": document.direction,
        "stamp": document.stamp,
        "foot": document.foot,
        "sections": sections,
        "anchors": dict.fromkeys(sorted(document.anchors()), True),
        "pages": [tongue.figures(str(n)) for n in range(1, MOST_PAGES)] if tongue.digits != "0123456789" else [],
    }


def block_of(block: Block, tongue: Tongue) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": type(block).__name__, **plain(block)}
    if isinstance(block, Evidence):
        for quote in made["quotes"]:
            quote["rtl"] = right_to_left("".join(words for words, _ in quote["pieces"]))
    if isinstance(block, Index):
        for item in made["items"]:
            item["more"] = tongue.say("behind_more", n=tongue.number(item["more"])) if item["more"] else ""
    return made
