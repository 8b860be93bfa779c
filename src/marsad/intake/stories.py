"""Capture → stories: the front door of intake once the bytes are there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from marsad.intake.anchor import set_anchor
from marsad.intake.assembly import Draft, assemble
from marsad.intake.charsets import Decoded, decode, repair, sniff_binary
from marsad.intake.clean import clean_page, clean_text, fold
from marsad.intake.dates import parse_published
from marsad.intake.headers import dateline_day, footer_publisher, footer_year, read_agency, read_dateline
from marsad.intake.inputs import MAX_STORY
from marsad.intake.languages import detect_language
from marsad.intake.names import find_agency, find_outlet
from marsad.intake.pages import Page, looks_like_html, read_page
from marsad.intake.records import Row, read_lines, read_table
from marsad.intake.splitting import split_page
from marsad.model import Capture, Problem, Report, stable_id

JSON_START = re.compile(r"\s*[\[{]")
MAX_PAGE = 8_000_000
MAX_LINES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A report, and the year in the copyright line of its page (`None` where there is none): a hint at when the page was
    saved, which the language stage may use to work out an anchor."""

    report: Report
    footer_year: int | None = None


def read_capture(capture: Capture, *, caller_published: str | None = None) -> tuple[list[Story], list[Problem]]:
    """The stories that a capture holds, and what was wrong with it.

    Reads HTML, JSON Lines, JSON and plain text; what it is follows from `media_type`, else from the bytes. Plain text is split
    into its stories; the text of a JSON story stays as given but for NFC, line breaks and control characters. Each report has
    its anchor from its own date or from `caller_published`; where neither is there the basis is `none` and the caller may infer.

    Problems: `empty`, `binary`, `too_large`, `encoding`, `truncated`, `simplified`, `no_text`, `bad_json`, `not_a_story`,
    `bad_field`, `bad_date`. Never raises on bad input.
    """
    bad = _refuse(capture)
    if bad:
        return [], [bad]
    decoded = decode(capture.body, capture.media_type)
    problems = [_lossy(decoded, capture)] if decoded.lossy else []
    stories: list[Story] = []
    for item in _items(capture, decoded.text):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            stories.append(replace(item, report=set_anchor(item.report, caller=caller_published, inferred=None)))
    if not stories and not problems:
        problems.append(_problem("empty", "holds no text", capture.origin))
    return stories, problems


def _refuse(capture: Capture) -> Problem | None:
    if len(capture.body) > MAX_STORY and not (capture.media_type or "").startswith("application/x-ndjson"):
        return _problem("too_large", f"a story file may hold {MAX_STORY // 2**20} MB", capture.origin)
    if not capture.body.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return _problem("empty", "holds no text", capture.origin)
    kind = sniff_binary(capture.body)
    return _problem("binary", f"is not text ({kind} data)", capture.origin) if kind else None


def _lossy(decoded: Decoded, capture: Capture) -> Problem:
    return _problem("encoding", f"some bytes are not {decoded.charset} and were replaced by �", capture.origin)


def _items(capture: Capture, text: str) -> Iterator[Story | Problem]:
    media = (capture.media_type or "").partition(";")[0].strip().lower()
    if media in ("application/x-ndjson", "application/jsonl", "application/jsonlines"):
        yield from _from_rows(read_lines(text, capture.origin, capture.media_type), capture)
    elif media in ("application/json", "text/json") or (media in ("", "text/plain") and _is_json(text)):
        lines = _is_lines(text)
        yield from _from_rows(read_lines(text, capture.origin) if lines else read_table(text, capture.origin), capture)
    elif media in ("text/html", "application/xhtml+xml") or looks_like_html(text):
        yield from _from_page(text, capture)
    else:
        yield from _from_text(text, capture)


def _is_json(text: str) -> bool:
    whole = text.strip()
    ends = whole[-1:] in "]}" or whole.partition("\n")[0].rstrip().endswith("}")
    return bool(JSON_START.match(whole)) and ends and '"' in whole[:2000]


def _is_lines(text: str) -> bool:
    """More lines than one, the first an object of its own."""
    first, _, rest = text.strip().partition("\n")
    return bool(rest) and first.startswith("{") and first.rstrip().endswith("}")


def _from_rows(rows: Iterator[Row | Problem], capture: Capture) -> Iterator[Story | Problem]:
    several = "first-line" in (capture.media_type or "") or capture.body.strip().count(b"\n") > 0
    for row in rows:
        if isinstance(row, Problem):
            yield row
            continue
        published = parse_published(row.published)
        origin = f"{capture.origin}#{row.at}" if several else capture.origin
        if published is None and row.published not in (None, ""):
            yield _problem("bad_date", f"`published` is no date that can be read: {str(row.published)[:60]!r}", origin)
        yield Story(report=_report_of(row, published, origin, capture))


def _report_of(row: Row, published: str | None, origin: str, capture: Capture) -> Report:
    dateline = read_dateline(row.text.lstrip()[:400])
    agency = row.agency or read_agency(row.text, publisher=row.publisher, dateline=dateline)
    return identified(
        Report(
            id="",
            origin=origin,
            text=row.text,
            external_id=row.external_id,
            capture=capture.id,
            title=row.title,
            publisher=row.publisher,
            agency=(find_agency(agency) or agency) if agency else None,
            author=row.author,
            url=row.url or capture.url,
            language=detect_language(row.text, row.language),
            published=published,
        )
    )


def identified(report: Report) -> Report:
    """The report with its id: a hash of what it says and who published it when, wherever the file lies."""
    parts = (fold(report.title or ""), report.publisher, report.published, report.text)
    return replace(report, id=stable_id("rep", *parts))


def _from_page(source: str, capture: Capture) -> Iterator[Story | Problem]:
    page = read_page(source, capture.url)
    if page.truncated:
        yield _problem("truncated", "the page breaks off before its end", capture.origin)
    if page.simplified and page.text:
        yield _problem("simplified", "no article could be made out: all the page's text was taken", capture.origin)
    if not page.text:
        yield _problem("no_text", "the page holds no text", capture.origin)
        return
    drafts = assemble(split_page(clean_page(repair(page.text))), titled=page.title is not None)
    dated = sum(1 for d in drafts if d.lines and read_dateline(d.lines[0]))
    if len(drafts) != 1 and dated < len(drafts):
        drafts = [
            Draft(title=page.title, lines=tuple(line for d in drafts for line in ([d.title] if d.title else []) + list(d.lines)))
        ]
    yield from _from_drafts([_on_page(d, page, alone=len(drafts) == 1) for d in drafts], capture, page)


def _on_page(draft: Draft, page: Page, *, alone: bool) -> Draft:
    """A page's title is its only story's title; a first line that was taken for a headline goes back to the text."""
    if not alone or not page.title or not draft.title or fold(draft.title) == fold(page.title):
        return draft if not alone or draft.title else replace(draft, title=page.title)
    return replace(draft, title=page.title, lines=(draft.title, *draft.lines))


def _from_text(text: str, capture: Capture) -> Iterator[Story | Problem]:
    if len(text) > MAX_PAGE or text.count("\n") > MAX_LINES:
        yield _problem("too_large", f"a page of text may hold {MAX_PAGE:,} characters and {MAX_LINES:,} lines", capture.origin)
        return
    drafts = assemble(split_page(clean_page(repair(text))))
    drafts = [d if d.lines else replace(d, title=None, lines=(d.title or "",)) for d in drafts]
    yield from _from_drafts(drafts, capture, None)


def _from_drafts(drafts: Sequence[Draft], capture: Capture, page: Page | None) -> Iterator[Story]:
    for number, draft in enumerate(drafts, 1):
        origin = f"{capture.origin}#{number}" if len(drafts) > 1 else capture.origin
        yield _story(draft, origin, capture, page, alone=len(drafts) == 1)


def _story(draft: Draft, origin: str, capture: Capture, page: Page | None, *, alone: bool) -> Story:
    text = clean_text("\n".join(draft.lines))
    stated: dict[str, str] = {}
    for header in draft.headers:
        stated.setdefault(header.field, header.value)
    footer = draft.footer or (page.footer if page else None)
    year = footer_year(footer) if footer else None
    dateline = read_dateline(text[:400])
    publisher = (page.publisher if page else None) or stated.get("publisher") or (footer_publisher(footer) if footer else None)
    publisher = (find_outlet(publisher) or publisher) if publisher else None
    agency = stated.get("agency") or read_agency(text, publisher=publisher, dateline=dateline)
    own = page if page and alone else None
    published = parse_published(stated.get("published")) or (own.published if own else None) or dateline_day(dateline, text, year)
    report = Report(
        id="",
        origin=origin,
        text=text,
        capture=capture.id,
        title=draft.title,
        publisher=publisher,
        agency=(find_agency(agency) or agency) if agency else None,
        author=(own.author if own else None) or stated.get("author"),
        url=stated.get("url") or (page.url if page else None) or capture.url,
        language=detect_language(text, stated.get("language")),
        published=published,
    )
    return Story(report=identified(report), footer_year=year)


def _problem(code: str, message: str, at: str) -> Problem:
    return Problem(stage="intake", code=code, message=message, at=at)
