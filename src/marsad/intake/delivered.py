"""A capture of any kind that is read (page, text, table, PDF, DOCX) → stories, with what its source says of itself filled in."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from marsad.intake.anchor import set_anchor
from marsad.intake.dates import parse_published
from marsad.intake.documents import Document, document_kind, read_document
from marsad.intake.languages import detect_language
from marsad.intake.listings import Listed
from marsad.intake.stories import Story, identified, read_capture
from marsad.intake.zipped import is_zip, read_zip
from marsad.model import Capture, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What is known of a story from outside it; each is used only where the story itself does not say."""

    publisher: str | None = None
    language: str | None = None
    title: str | None = None
    published: str | None = None
    agency: str | None = None


def hints_of(item: Listed | None, *, publisher: str | None = None, language: str | None = None) -> Hints:
    """What a list and its source tell of a story. A source's own name goes before that of the list."""
    if item is None:
        return Hints(publisher=publisher, language=language)
    return Hints(
        publisher=publisher or item.publisher, language=language or item.language, title=item.title, published=item.published
    )


def read_delivered(
    capture: Capture, hints: Hints = Hints(), *, caller_published: str | None = None
) -> tuple[list[Story], list[Problem]]:
    """The stories of a capture and what was wrong with it, as `read_capture` gives them; PDF, DOCX and ZIP archives too."""
    if is_zip(capture.body[:8192]):
        return read_members(capture, hints, caller_published)
    kind = document_kind(capture.body[:8192], capture.media_type)
    if kind is None:
        stories, problems = read_capture(capture)
    else:
        found = read_document(capture, kind)
        if isinstance(found, Problem):
            return [], [found]
        stories, problems = read_capture(as_story(found, capture))
        stories = [dataclasses.replace(s, report=dataclasses.replace(s.report, capture=capture.id)) for s in stories]
    alone = len(stories) == 1
    return [filled(story, hints, caller_published, alone=alone) for story in stories], problems


def read_members(capture: Capture, hints: Hints, published: str | None) -> tuple[list[Story], list[Problem]]:
    """The stories of a ZIP archive that was delivered as one: their capture is the archive."""
    stories: list[Story] = []
    problems: list[Problem] = []
    for item in read_zip(io.BytesIO(capture.body), capture.origin):
        found, met = ([], [item]) if isinstance(item, Problem) else read_delivered(item, hints, caller_published=published)
        stories += [dataclasses.replace(s, report=dataclasses.replace(s.report, capture=capture.id)) for s in found]
        problems += met
    return stories, problems


def as_story(found: Document, capture: Capture) -> Capture:
    """A document as one story: its text stays as it is, tables too."""
    fields = {"title": found.title, "author": found.author, "text": found.text}
    body = json.dumps({k: v for k, v in fields.items() if v}, ensure_ascii=False).encode("utf-8", "replace")
    return dataclasses.replace(capture, id=hashlib.sha256(body).hexdigest(), body=body, media_type="application/x-ndjson")


def filled(story: Story, hints: Hints, caller_published: str | None, *, alone: bool) -> Story:
    """The story with its gaps filled, title and date only where it is the capture's only one; and with its anchor."""
    old = story.report
    report = dataclasses.replace(
        old,
        title=old.title or (hints.title if alone else None),
        publisher=hints.publisher or old.publisher if is_host(old.publisher, old.url) else old.publisher,
        agency=old.agency or hints.agency,
        language=old.language or detect_language(old.text, hints.language),
        published=old.published or (parse_published(hints.published) if alone else None),
    )
    if report != old:
        report = identified(report)
    return dataclasses.replace(story, report=set_anchor(report, caller=caller_published, inferred=None))


def is_host(publisher: str | None, address: str | None) -> bool:
    """Whether a page tells no publisher, or none but its host's name.

    >>> is_host("news.example", "https://www.news.example/a"), is_host("The News", "https://www.news.example/a")
    (True, False)
    """
    host = urlsplit(address).netloc.lower() if address else ""
    return publisher is None or publisher.lower() in (host, host.removeprefix("www."), host.partition(":")[0])
