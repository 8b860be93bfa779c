"""A report from beginning to end: read, redacted where it is for the public, composed, written."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path

from marsad.analysis.situation_reading import Earlier, Held, Question, Watch, read
from marsad.exports.situation.document import Document
from marsad.exports.situation.words import FILE, Tongue, tongue
from marsad.ledger.findings import Findings
from marsad.ledger.history import Moment
from marsad.ledger.store import Ledger
from marsad.model import ConfigError, StoreError
from marsad.reporting.assembling import document

FORMS = ("html", "pdf", "docx", "xlsx", "md")
TEMPLATES = ("report.html", "report.md", "report.typ", "style.css")


def make(
    ledger: Ledger,
    question: Question,
    *,
    form: str,
    language: str = "en",
    folder: Path | None = None,
    as_of: Moment | None = None,
    earlier: Earlier | None = None,
    public: bool = False,
    watch: Watch = lambda step: None,
) -> bytes:
    """A situation report as the bytes of a file.

    `form` is one of `FORMS`, `folder` a desk's templates. With `earlier` it tells what changed since. A `public` one names no
    private person. Raises `ConfigError` for a wrong format, language, day or template, or where a library is missing.
    """
    checked(form, language)
    held = read(ledger, question, as_of=as_of, earlier=earlier, watch=watch)
    if public:
        from marsad.reporting.public import for_public

        watch("names")
        held = for_public(ledger, held)
    watch("writing")
    return made_of(held, form=form, language=language, folder=folder, public=public)


def made_of(held: Held, *, form: str, language: str = "en", folder: Path | None = None, public: bool = False) -> bytes:
    """The same of what is held already."""
    checked(form, language)
    if folder is not None and not folder.is_dir():
        raise ConfigError(f"there is no folder {folder}: `marsad report --write-templates {folder}` makes one")
    t = tongue(language, country=held.question.country, folder=folder)
    return WRITERS[form](document(held, language=language, folder=folder, public=public), t, folder)


def of_findings(found: Findings, question: Question) -> Held:
    """What a report tells of a run that is in no ledger: what of it lies in the question's country and days."""
    question = question.checked()
    part = scoped(found, question)
    events = part.events
    beneath = tuple((s.id, found.events) for s in part.statistics)
    return Held(question=question, found=part, told=tuple(e.id for e in events), beneath=beneath)


def scoped(found: Findings, question: Question) -> Findings:
    """Those items of the country that touch the days, and of conditions all that began by the board's day."""
    import dataclasses

    from marsad.linking.names import fold

    asked = fold(question.place or "")

    def here(item: object) -> bool:
        place = getattr(item, "place", None)
        if place is None or place.country != question.country:
            return False
        return not asked or asked in fold(place.name) or asked in fold(place.admin1 or "")

    def touching(first: str | None, last: str | None) -> bool:
        first, last = first or last, last or first
        return bool(first and last and first <= question.until and last >= question.since)

    return dataclasses.replace(
        found,
        events=tuple(e for e in found.events if here(e) and touching(e.date_first, e.date_last)),
        statistics=tuple(s for s in found.statistics if here(s) and touching(s.first, s.last)),
        conditions=tuple(c for c in found.conditions if here(c) and (c.since or c.told_first or "") <= (question.at or "9")),
    )


def checked(form: str, language: str) -> None:
    if form not in FORMS:
        raise ConfigError(f"there is no format {form!r}: choose {', '.join(FORMS)}")
    tongue(language)


def as_html(made: Document, words: Tongue, folder: Path | None) -> bytes:
    from marsad.exports.situation.page import html_page

    return html_page(made, words, folder).encode("utf-8", "replace")


def as_markdown(made: Document, words: Tongue, folder: Path | None) -> bytes:
    from marsad.exports.situation.page import markdown

    return markdown(made, words, folder).encode("utf-8", "replace")


def as_pdf(made: Document, words: Tongue, folder: Path | None) -> bytes:
    from marsad.exports.situation.portable import pdf

    return pdf(made, words, folder)


def as_docx(made: Document, words: Tongue, folder: Path | None) -> bytes:
    from marsad.exports.situation.letter import docx

    return docx(made, words, folder)


def as_xlsx(made: Document, words: Tongue, folder: Path | None) -> bytes:
    from marsad.exports.situation.book import xlsx

    return xlsx(made, words)


Writer = Callable[[Document, Tongue, Path | None], bytes]
WRITERS: dict[str, Writer] = {"html": as_html, "pdf": as_pdf, "docx": as_docx, "xlsx": as_xlsx, "md": as_markdown}


def write_templates(folder: Path) -> list[Path]:
    """Copies the templates and the words into a folder, to be changed there; gives the files written.

    Raises `StoreError` where one of them is there already, or the folder can't be written.
    """
    source = resources.files("marsad.exports.situation")
    files = {name: source.joinpath("templates", name) for name in TEMPLATES} | {FILE: source.joinpath(FILE)}
    there = [name for name in files if (folder / name).exists()]
    if there:
        raise StoreError(f"{folder} holds {', '.join(there)} already: name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, file in files.items():
            (folder / name).write_bytes(file.read_bytes())
    except OSError as error:
        raise StoreError(f"can't write into {folder}: {error.strerror or error}") from error
    return [folder / name for name in files]
