"""What a fuzzer calls: each target takes any bytes, and fails where a reader raises or breaks what it promises."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date

from marsad.coding.counts import find_counts
from marsad.intake.archives import MAX_RECORD, Mark, read_archive
from marsad.intake.clean import clean_text
from marsad.intake.dates import parse_published
from marsad.intake.gate import load_gate
from marsad.intake.listings import as_capture, list_kind, read_list
from marsad.intake.stories import Story, read_capture
from marsad.intake.zipped import is_zip, read_zip
from marsad.language.dates import find_times
from marsad.language.numbers import read_number
from marsad.model import Capture, Problem

ANCHOR = date(2026, 2, 18)
CHARACTERS = 3_000


def sound(stories: Sequence[Story]) -> None:
    """Holds stories to what a report promises of its text and date."""
    for story in stories:
        assert story.report.text == clean_text(story.report.text) and story.report.id
        assert parse_published(story.report.published) == story.report.published


def page(data: bytes) -> None:
    """A page as a site may send it: its stories, and the gate's verdict on it."""
    capture = Capture(id="f", origin="f", body=data, media_type="text/html")
    stories, problems = read_capture(capture)
    assert stories or problems
    sound(stories)
    verdict = load_gate().capture(capture)
    assert verdict == load_gate().capture(capture) and verdict.score == verdict.score


def feed(data: bytes) -> None:
    """A feed or a sitemap."""
    found, problems = read_list("sitemap" if list_kind(data) == "sitemap" else "feed", data, "f", address="https://a.example/feed")
    assert found or problems
    for item in found:
        capture = as_capture(item, "f")
        if capture:
            sound(read_capture(capture)[0])


def warc(data: bytes) -> None:
    """A web archive, or an archive of ZIP."""
    items = list(read_zip(io.BytesIO(data), "f") if is_zip(data) else read_archive(io.BytesIO(data), "f"))
    marks = [item.offset for item in items if isinstance(item, Mark)]
    assert marks == sorted(marks) and all(0 <= mark <= len(data) for mark in marks)
    assert all(len(item.body) <= MAX_RECORD for item in items if isinstance(item, Capture))
    assert any(isinstance(item, (Capture, Problem)) for item in items)


def published(data: bytes) -> None:
    """A date of publication."""
    text = data[:CHARACTERS].decode("utf-8", "replace")
    for given in (text, *text.split("\n")[:8]):
        found = parse_published(given)
        assert found is None or (date.fromisoformat(found[:10]) and parse_published(found) == found)


def times(data: bytes) -> None:
    """The times that a sentence names."""
    text = data[:CHARACTERS].decode("utf-8", "replace")
    end = 0
    for time in find_times(text, anchor=ANCHOR):
        assert text[time.start : time.end] == time.words and time.start >= end
        end = time.end
        first, last = (date.fromisoformat(day) if day else None for day in (time.first, time.last))
        assert not (first and last) or first <= last


def count(data: bytes) -> None:
    """A number, and the counts of a sentence."""
    text = data[:CHARACTERS].decode("utf-8", "replace")
    read_number(text)
    for found in find_counts(text):
        assert 0 <= found.start < found.end <= len(text)
        assert found.low is None or found.high is None or found.low <= found.high


TARGETS: dict[str, Callable[[bytes], None]] = {
    "page": page,
    "feed": feed,
    "warc": warc,
    "date": published,
    "times": times,
    "count": count,
}
