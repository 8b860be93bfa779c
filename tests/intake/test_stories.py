"""Tables of stories, anchors, ids, languages."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marsad.intake import Story, detect_language, read_capture, set_anchor
from marsad.model import Anchor, Capture, Problem, Report

TEXT = (
    "KESRA — Two people died in the town on Monday, police said.\n\n- One was a child.\n© 2026 Sinja Post. All rights reserved."
)


def read(body: str | bytes, media: str | None = None, published: str | None = None) -> tuple[list[Story], list[Problem]]:
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return read_capture(Capture(id="c", origin="x", body=raw, media_type=media), caller_published=published)


def lines(*rows: object) -> str:
    return "\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows)


def test_a_line_is_a_story_and_its_text_stays_as_it_is() -> None:
    row = {
        "id": 7,
        "title": " Two  die ",
        "text": TEXT,
        "publisher": "Sinja Post",
        "author": ["A B", "C D"],
        "published": "2026-03-12",
        "url": "https://x.example/a",
        "language": "en-GB",
        "extra": {},
    }
    (story,), problems = read(lines(row))
    report = story.report
    assert not problems and report.text == TEXT
    assert (report.external_id, report.title, report.author, report.language) == ("7", "Two die", "A B, C D", "en")
    assert (report.published, report.anchor) == ("2026-03-12", Anchor(date="2026-03-12", basis="published"))


def test_a_broken_line_costs_that_line_only() -> None:
    body = lines(
        {"text": "One died."}, '{"text": "Two', "[1]", "", {"title": "no text"}, {"text": 5}, "null", {"text": "Six died."}
    )
    stories, problems = read(body, "application/x-ndjson")
    assert [(s.report.text, s.report.origin) for s in stories] == [("One died.", "x#1"), ("Six died.", "x#8")]
    assert [(p.code, p.at) for p in problems] == [
        ("bad_json", "x:2"),
        ("not_a_story", "x:3"),
        ("no_text", "x:5"),
        ("no_text", "x:6"),
        ("not_a_story", "x:7"),
    ]


def test_wrong_types_and_dates_are_named_and_the_story_is_read() -> None:
    (story,), problems = read(lines({"text": "One died.", "title": {"en": "x"}, "publisher": True, "published": "soon"}))
    assert [p.code for p in problems] == ["bad_field", "bad_field", "bad_date"]
    assert (story.report.title, story.report.publisher, story.report.published) == (None, None, None)


@pytest.mark.parametrize(
    "body",
    [
        '[{"text": "One died."}, {"text": "Two died."}]',
        '{"articles": [{"content": "One died."}, {"body": "Two died."}]}',
        '[\n {"text": "One died."},\n {"text": "Two died."}\n]',
    ],
)
def test_arrays_and_wrapped_arrays(body: str) -> None:
    assert [s.report.text for s in read(body, "application/json")[0]] == ["One died.", "Two died."]


@pytest.mark.parametrize(
    "body",
    ["[" * 200_000, '{"a":' * 100_000, '{"text": "a", "id": ' + "9" * 6000 + "}", "{", "[]", "[[]]", '"text"', "nul"],
)
def test_hostile_json_is_a_problem_and_no_traceback(body: str) -> None:
    for media in ("application/json", "application/x-ndjson"):
        stories, problems = read(body, media)
        assert problems and not stories


def test_lone_surrogates_nulls_and_huge_lines() -> None:
    (story,), _ = read('{"text": "\\ud800One\\u0000 died.", "title": "\\udfff"}')
    assert story.report.text == "\ufffdOne died."
    json.dumps(story.report.text).encode()
    (long,), _ = read("word " * 300_000, "text/plain")
    assert len(long.report.text) > 1_000_000


def test_the_id_depends_on_the_story_and_not_on_the_file() -> None:
    row = {"title": "Two die", "text": TEXT, "published": "2026-03-12"}
    one = read(lines(row))[0][0].report
    other = read_capture(Capture(id="d", origin="elsewhere", body=lines({"text": "x"}, row).encode()))[0][1].report
    assert one.id == other.id and one.origin != other.origin
    assert read(lines({**row, "published": "2026-03-13"}))[0][0].report.id != one.id
    assert read(lines(row), published="2020-01-01")[0][0].report.id == one.id


def test_the_order_of_anchors() -> None:
    bare = Report(id="r", origin="x", text="")
    assert set_anchor(replace(bare, published="2026-03-12"), "2026-01-01", "2025-01-01").anchor.basis == "published"
    called = set_anchor(bare, "12 March 2026", "2025-01-01")
    assert (called.anchor, called.published) == (Anchor(date="2026-03-12", basis="caller"), "2026-03-12")
    assert set_anchor(called, "2026-03-12", "2025-01-01") == called
    inferred = set_anchor(bare, None, "2025-01-01")
    assert (inferred.anchor, inferred.published) == (Anchor(date="2025-01-01", basis="inferred"), None)
    assert set_anchor(bare, None, None).anchor == Anchor(date=None, basis="none")


def test_the_caller_s_date_reaches_stories_that_state_none() -> None:
    stories, _ = read(lines({"text": "One died."}, {"text": "Two died.", "published": "2026-03-01"}), published="2026-03-12")
    assert [(s.report.anchor.date, s.report.anchor.basis) for s in stories] == [
        ("2026-03-12", "caller"),
        ("2026-03-01", "published"),
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Two people were killed when a shell hit a market in the town on Monday, police said.", "en"),
        ("Deux personnes ont été tuées lundi lorsqu'un obus est tombé sur un marché de la ville.", "fr"),
        ("قتل شخصان عندما سقطت قذيفة على سوق في المدينة يوم الاثنين، حسبما قالت الشرطة.", "ar"),
        ("Two died.", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert detect_language(text) == language
    assert detect_language(text, "so") == "so" and detect_language(text, "English") == "en"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([None, "text/plain", "text/html", "application/json", "application/x-ndjson"]))
def test_any_bytes_give_stories_or_problems(body: bytes, media: str | None) -> None:
    stories, problems = read(body, media)
    assert stories or problems
    for story in stories:
        assert story.report.text.strip() and story.report.id.startswith("rep-")
        story.report.text.encode()
