"""The page of mistakes: all of them, in their sentence, and no markup from outside."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from bench.figures import Story, compare
from bench.misses import mistakes, page

from marsad.model import Claim, Count, Evidence, When

TEXT = "The mayor spoke. <script>alert(1)</script> Gunmen killed 8 people in Sinja & fled. It rained."
QUOTE = "Gunmen killed 8 people in Sinja & fled."
GOLD = Claim(
    id="g",
    report="r",
    scope="incident",
    event_type="Violence against civilians",
    sub_event_type="Attack",
    when=When(first="2026-02-16", last="2026-02-16", precision="day"),
    counts=(Count(effect="killed", low=8, high=8, words="8 people"),),
    evidence=(Evidence(field="claim", start=0, end=0, quote=QUOTE),),
)


def page_of(gold: list[Claim], coded: list[Claim]) -> tuple[list[str], str]:
    story = Story(id="r", title='A "title" <b>', text=TEXT, published="2026-02-18", gold=tuple(gold))
    found = mistakes("world", [compare(story, coded)])
    return [m.kind for m in found], page(found)


def test_every_mistake_has_its_kind() -> None:
    wrong = replace(GOLD, id="c", counts=())
    strange = replace(GOLD, id="d", sub_event_type="Sexual violence")
    assert page_of([GOLD], [wrong])[0] == ["wrong: incident killed"]
    assert page_of([GOLD], [])[0] == ["missed: incident Attack"]
    assert page_of([GOLD], [GOLD, strange])[0] == ["false alarm: incident Sexual violence"]
    assert page_of([GOLD], [GOLD])[0] == []


def test_the_sentence_is_marked_and_all_text_is_escaped() -> None:
    _, shown = page_of([GOLD], [])
    assert "<mark>Gunmen killed 8 people in Sinja &amp; fled.</mark>" in shown
    assert "<script" not in shown and "&lt;script&gt;" in shown and "A &quot;title&quot; &lt;b&gt;" in shown


def test_the_page_is_whole_and_asks_for_nothing_outside() -> None:
    _, shown = page_of([GOLD], [])
    tags: list[str] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    reader.feed(shown)
    assert not {"script", "link", "img", "iframe"} & set(tags) and not re.search(r"https?:|@import|url\(", shown)
    assert "Mistakes: 1<" in shown and shown.index("<table>") < shown.index("<details>")
