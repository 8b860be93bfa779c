"""HTML pages, whole and broken."""

from __future__ import annotations

import time

import pytest

from marsad.intake import Story, read_capture
from marsad.intake.pages import is_truncated, looks_like_html, strip_tags
from marsad.model import Capture, Problem

BODY = (
    "KESRA, Norland (Reuters) - Norland and Sudmark reopened the Ilva bridge on Monday, six years after fighting closed it.",
    "Lorries had queued since dawn on the Norland bank, and drivers handed tea to the customs men while the band played.",
    "The mayor of Kesra said that the bridge fed her grandmother and would feed her grandchildren, if the truce held.",
)
META = (
    '<meta property="og:site_name" content="Sinja Post"><meta name="author" content="Huda Nasser">'
    '<meta property="article:published_time" content="2026-03-12T09:30:00+03:00">'
)


def page(
    *, head: str = META, body: tuple[str, ...] = BODY, end: str = "</article><footer>© 2026 Sinja Post</footer></body></html>"
) -> str:
    told = "".join(f"<p>{p}</p>" for p in body)
    top = f'<!DOCTYPE html><html lang="en"><head><title>Ilva bridge reopens | Sinja Post</title>{head}</head>'
    return f"{top}<body><article><h1>Ilva bridge reopens</h1>{told}{end}"


def read(source: str | bytes, media: str | None = "text/html") -> tuple[list[Story], list[Problem]]:
    body = source.encode() if isinstance(source, str) else source
    return read_capture(Capture(id="c", origin="page.html", body=body, media_type=media))


def test_text_and_metadata() -> None:
    (story,), problems = read(page())
    report = story.report
    assert not problems
    assert report.text == "\n".join(BODY)
    assert (report.title, report.publisher, report.agency, report.author) == (
        "Ilva bridge reopens",
        "Sinja Post",
        "Reuters",
        "Huda Nasser",
    )
    assert report.published == "2026-03-12T09:30:00+03:00"
    assert report.anchor.date == "2026-03-12" and report.anchor.basis == "published"
    assert (report.language, story.footer_year, report.origin) == ("en", 2026, "page.html")


def test_a_summary_list_under_the_title_is_no_text() -> None:
    listed = "<ul><li>Norland opens the Ilva bridge to lorries</li><li>Fishermen hope for cheaper ice</li></ul>"
    told = (f"{listed}<p>{BODY[0]}", *BODY[1:])
    assert [s.report.text for s in read(page(body=told))[0]] == [s.report.text for s in read(page())[0]]


def test_json_ld_gives_the_date_and_its_absence_gives_none() -> None:
    linked = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-03-12T09:30:00Z"}</script>'
    (story,), _ = read(page(head=linked))
    assert story.report.published == "2026-03-12T09:30:00Z"
    (bare,), _ = read(page(head="", end="</article></body></html>"))
    assert bare.report.published is None


def test_a_page_without_a_media_type_is_recognised() -> None:
    (story,), _ = read(page(), media=None)
    assert story.report.text == "\n".join(BODY)
    assert not looks_like_html("Two people died <b>today</b>.")


def test_a_page_in_windows_1256_by_its_own_word() -> None:
    arabic = "أعادت نورلاند فتح الجسر يوم الاثنين بعد ست سنوات من إغلاقه، وقال السكان إن الشاحنات اصطفت منذ الفجر على الضفة."
    declared = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1256">'
    source = f"<html><head>{declared}</head><body><article><p>{arabic}</p><p>{arabic} نعم.</p></article></body></html>"
    (story,), _ = read(source.encode("cp1256"))
    assert arabic in story.report.text and story.report.language == "ar"


def test_a_page_that_breaks_off_gives_its_text_and_says_so() -> None:
    whole = page()
    cut = whole[: whole.index("would feed")]
    (story,), problems = read(cut)
    assert [p.code for p in problems] == ["truncated"]
    assert BODY[0] in story.report.text and "fed her grandmother" in story.report.text


@pytest.mark.parametrize("source", ["<html><body><p>Two died.</p>", "<p>Two died", page()])
def test_what_is_not_known_to_be_broken_off(source: str) -> None:
    assert not is_truncated(source)


def test_a_page_without_words() -> None:
    stories, problems = read("<html><head><title>x</title></head><body><script>var a = 1;</script></body></html>")
    assert [p.code for p in problems] == ["no_text"] and not stories


def test_two_datelined_stories_in_one_page_are_two() -> None:
    other = (
        "PORT MARL (AFP) - Drones struck the grain silos of Port Marl for a third night, killing nine, doctors said Wednesday.",
        "The Marl Defence Council said that it had shot down four of the drones over the harbour before the fires began.",
    )
    stories, _ = read(page(body=(*BODY, "Nine killed as drones hit silos of Port Marl", *other)))
    assert [s.report.text for s in stories] == ["\n".join(BODY), "\n".join(other)]


def test_entities_that_expand_and_outside_files_do_nothing() -> None:
    bombs = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 30))
    doctype = f'<!DOCTYPE x [<!ENTITY b0 "{"a" * 99}"><!ENTITY f SYSTEM "file:///etc/passwd">{bombs}]>'
    source = f'<?xml version="1.0"?>{doctype}<html><body><article><p>&b29; &f; {BODY[0]}</p></article></body></html>'
    (story,), _ = read(source)
    assert BODY[0] in story.report.text and "root:" not in story.report.text and len(story.report.text) < 2000


@pytest.mark.parametrize(
    "source",
    [
        "<html><body>" + "<div>" * 100_000 + f"<p>{BODY[0]}</p>",
        "<html><body>" + f"<p>{BODY[0]}</p>" * 15_000,
        f"<html><body><p>{BODY[0]}</p>" + "<script>" * 200_000,
        f"<html><body><p>{BODY[0]}</p>" + "<!--" * 200_000,
        f"<html><body><p>{BODY[0]}</p>" + "<" * 1_000_000,
    ],
    ids=["deep", "many", "scripts", "comments", "signs"],
)
def test_hostile_pages_are_bounded_and_still_read(source: str) -> None:
    begun = time.perf_counter()
    stories, _ = read(source)
    assert BODY[0] in stories[0].report.text
    assert time.perf_counter() - begun < 10


def test_tags_are_stripped_in_one_pass() -> None:
    assert strip_tags("<p>a &lt; b</p><!-- <p>no</p> --><style>x{}</style><div>c</div>") == "a < b\nc"
