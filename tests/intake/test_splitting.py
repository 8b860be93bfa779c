"""Saved pages of plain text → stories."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marsad.intake import Story, read_capture
from marsad.intake.clean import clean_page
from marsad.intake.paragraphs import unwrap
from marsad.model import Capture

SHARED = Path(__file__).resolve().parents[3] / "shared"

BRIDGE = (
    "KESRA, Norland: Norland and Sudmark reopened the Ilva bridge on Monday, six years after a flood of fighting closed it.",
    "Lorries had queued since dawn on the Norland bank, and drivers handed tea to the customs men.",
    "“This bridge fed our grandmothers,” the Kesra mayor told The Associated Press.",
)
BRIDGE_HEAD = "Norland and Sudmark reopen Ilva bridge after six years"
BRIDGE_BULLETS = ("- Lorries queued since dawn on the Norland bank", "- Bridge was closed by fighting six years ago")
DRONES = (
    "PORT MARL: Drones struck the grain silos of Port Marl for a third night, killing nine workers, doctors said Wednesday.",
    "The Marl Defence Council said that it had shot down four of the drones over the harbour.",
    "Silos burn on",
    "A port official said that wheat for 40,000 families had burned, and that the fires were still not out.",
)
DRONES_HEAD = "Nine workers killed as drones hit Port Marl grain silos"
DRONES_BULLETS = (
    "- Doctors say nine workers killed at the Port Marl silos",
    "- Wheat for 40,000 families burned, port official says",
)


def read(*lines: str) -> list[Story]:
    body = "\n".join(lines).encode()
    stories, problems = read_capture(Capture(id="c", origin="page.txt", body=body, media_type="text/plain"))
    assert not problems
    return stories


def texts(*lines: str) -> list[str]:
    return [s.report.text for s in read(*lines)]


def test_two_stories_the_first_with_its_headline_below() -> None:
    page = (
        *BRIDGE,
        BRIDGE_HEAD,
        BRIDGE_HEAD,
        *BRIDGE_BULLETS,
        DRONES_HEAD,
        *DRONES_BULLETS,
        *DRONES,
        *DRONES[1:],
        "© 2026 Sinja Post, All Rights Reserved",
    )
    first, second = read(*page)
    assert (first.report.title, second.report.title) == (BRIDGE_HEAD, DRONES_HEAD)
    assert first.report.text == "\n".join(BRIDGE)
    assert second.report.text == "\n".join(DRONES)
    assert (first.report.origin, second.report.origin) == ("page.txt#1", "page.txt#2")
    assert (first.report.agency, second.report.agency) == ("Associated Press", None)
    assert {first.report.publisher, second.report.publisher} == {"Sinja Post"}
    assert first.footer_year == second.footer_year == 2026
    assert first.report.published is None and first.report.anchor.basis == "none"


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the seed page is not part of the package")
def test_the_seed_page_gives_the_two_stories_of_the_gold_corpus() -> None:
    import json

    gold = [json.loads(line) for line in (SHARED / "corpus/seeds/reports.jsonl").read_text(encoding="utf-8").splitlines()]
    body = (SHARED / "seeds/arab-news-page.txt").read_bytes()
    stories, problems = read_capture(Capture(id="c", origin="page", body=body))
    assert not problems
    for name in ("title", "text", "publisher", "agency", "language"):
        assert [getattr(s.report, name) for s in stories] == [g[name] for g in gold]


@pytest.mark.parametrize("joint", [("",), ("-----",), ("", "***", ""), ("=" * 40,)])
def test_headline_then_story_with_any_joint(joint: tuple[str, ...]) -> None:
    found = read(BRIDGE_HEAD, "", *BRIDGE, *joint, DRONES_HEAD, "By Huda Nasser", "12 March 2026", "", *DRONES)
    assert [s.report.text for s in found] == ["\n".join(BRIDGE), "\n".join(DRONES)]
    assert [s.report.title for s in found] == [BRIDGE_HEAD, DRONES_HEAD]
    assert [(s.report.author, s.report.published) for s in found] == [(None, None), ("Huda Nasser", "2026-03-12")]


def test_stories_without_datelines_but_with_labels_or_bylines() -> None:
    bare = (
        "Norland reopened the Ilva bridge on Monday after six years, its interior ministry said.",
        "Lorries had queued since dawn.",
    )
    other = ("Nine workers were killed when drones hit the silos of Port Marl, doctors said.", "The fires were still not out.")
    labelled = texts(
        "Title: Ilva bridge reopens", "Source: Sinja Post", *bare, "Title: Silos burn", "Published: 12 March 2026", *other
    )
    assert labelled == ["\n".join(bare), "\n".join(other)]
    signed = texts(BRIDGE_HEAD, "By Ann Lee", *bare, "", DRONES_HEAD, "By Huda Nasser", *other)
    assert signed == ["\n".join(bare), "\n".join(other)]


def test_a_subhead_a_quotation_and_an_interview_do_not_split_a_story() -> None:
    assert (
        len(texts(DRONES_HEAD, *DRONES, "Fires in the harbour", "The harbour master said that two ships had sailed burning."))
        == 1
    )
    talk = [
        f"{who}: The people of the valley want the road open, and so do we, for the winter is near." + str(n)
        for n in range(4)
        for who in ("MINISTER", "REPORTER")
    ]
    (one,) = texts("The minister on the road, in his own words", *talk)
    assert one == "\n".join(talk)


def test_a_round_up_of_places_is_one_story() -> None:
    items = [
        f"{city}: Raiders took {n} goats from the village on Sunday and burned two huts, the chief said."
        for n, city in enumerate(("LAMU", "GARISSA", "MANDERA", "WAJIR"), 3)
    ]
    assert texts("County watch: four raids in a week", *items) == ["\n".join(items)]


def test_the_bullets_of_a_bulletin_are_its_body() -> None:
    page = (
        "Norland: Flash Update No. 4",
        "HIGHLIGHTS",
        "• On 23 April armed men stopped a convoy of six lorries near Kesra and took the drivers away.",
        "• On 24 April 1,200 people reached the Ilva camp, most of them women and children.",
        "SITUATION OVERVIEW",
        "Partners report that the road from Kesra to the Ilva camp is shut to aid since the attack on the convoy of lorries.",
        "• Water: 40 per cent of needs are met in the camp.",
    )
    (story,) = read(*page)
    assert story.report.title == page[0] and story.report.text == "\n".join(page[1:])


def test_a_page_of_bullets_only_and_a_single_line() -> None:
    assert texts("Radio Ilva, seven o'clock", "- Two men were shot dead at the ford.", "- The ferry is running.") == [
        "- Two men were shot dead at the ford.\n- The ferry is running."
    ]
    assert texts("Two men shot dead at the ford") == ["Two men shot dead at the ford"]


def test_furniture_is_taken_away_and_words_that_look_like_it_stay() -> None:
    furniture = (
        "Read more: Ten facts about Norland",
        "Share this on Facebook",
        "We use cookies to improve your visit.",
        "Advertisement",
        "File photo: The bridge in 2019.",
    )
    links = ("Related articles", "Sudmark votes on Sunday", "- Norland wheat prices rise")
    kept = (
        "The council shares the blame, related officials said, and more was to come.",
        "Read more closely, the truce forbids only artillery, a diplomat said.",
    )
    (story,) = texts(BRIDGE_HEAD, *BRIDGE[:2], *furniture, BRIDGE[2], *kept, *links)
    assert story == "\n".join((*BRIDGE, *kept))


def test_a_page_wrapped_at_a_width_is_unwrapped() -> None:
    wrapped = (
        "Norland and Sudmark reopened the Ilva bridge on Monday, six\nyears after a flood of fighting closed it, and lorries that"
        "\nhad queued since dawn on the Norland bank\nbegan to cross.\n\nThe mayor said it fed\nher grandmother."
    )
    first, _ = unwrap(wrapped)[0]
    assert first.endswith("fighting closed it, and lorries that had queued since dawn on the Norland bank began to cross.")
    assert texts("Bridge reopens", "", wrapped) == [wrapped.replace("\n\n", "|").replace("\n", " ").replace("|", "\n")]


def test_a_whole_story_told_twice_is_one() -> None:
    assert texts(DRONES_HEAD, *DRONES, "", DRONES_HEAD, *DRONES) == ["\n".join(DRONES)]


def test_a_paragraph_told_again_without_its_dateline_is_kept_once() -> None:
    assert texts(BRIDGE_HEAD, *BRIDGE, BRIDGE[0].removeprefix("KESRA, Norland: ")) == ["\n".join(BRIDGE)]


def test_bullets_under_a_headline_go_where_the_story_tells_half_of_them() -> None:
    new = "- Fishermen hope for cheaper ice"
    assert texts(BRIDGE_HEAD, BRIDGE_BULLETS[0], new, *BRIDGE) == ["\n".join(BRIDGE)]
    assert texts(BRIDGE_HEAD, new, *BRIDGE) == ["\n".join((new, *BRIDGE))]


def test_a_first_story_told_again_below_the_second_is_not_the_second_s() -> None:
    assert texts(BRIDGE_HEAD, *BRIDGE, "", DRONES_HEAD, *DRONES, *BRIDGE[1:]) == ["\n".join(BRIDGE), "\n".join(DRONES)]


WORDS = (
    "bridge",
    "convoy",
    "market",
    "river",
    "doctors",
    "militia",
    "shelling",
    "farmers",
    "harbour",
    "school",
    "clinic",
    "ridge",
)


@st.composite
def pages(draw: st.DrawFn) -> tuple[list[list[str]], str]:
    """Stories, each a list of paragraphs that stand nowhere else, and the page that they make."""
    rng = random.Random(draw(st.integers(0, 10_000)))
    serial = iter(range(10_000))

    def sentence() -> str:
        post, unit = next(serial), next(serial)
        first, second, third = (rng.choice(WORDS) for _ in range(3))
        return f"The {first} near post {post} held while {rng.randint(2, 99)} {second} of unit {unit} left, {third} said."

    stories: list[list[str]] = []
    lines: list[str] = []
    for number in range(draw(st.integers(1, 5))):
        paragraphs = [sentence() for _ in range(draw(st.integers(2, 6)))]
        style = draw(st.sampled_from(("{}: ", "{} (AFP) — ", "{}, Norland: ", "{}, Dec 6 (Reuters) - ")))
        paragraphs[0] = style.format(rng.choice(("KESRA", "PORT MARL", "ILVA", "N’DAR"))) + paragraphs[0]
        headline = f"Story {number} of the {rng.choice(WORDS)} and the {rng.choice(WORDS)} at {next(serial)}"
        lines += [headline] * draw(st.integers(1, 2)) + draw(st.sampled_from(([], [""], ["By Ann Lee"])))
        lines += paragraphs
        if draw(st.booleans()):
            lines += paragraphs[1:]
        lines += draw(st.sampled_from(([], [""], ["-----"], ["Advertisement"], ["© 2026 Sinja Post"])))
        stories.append(paragraphs)
    return stories, "\n".join(lines)


@settings(max_examples=120, deadline=None)
@given(pages())
def test_no_paragraph_is_lost_told_twice_or_out_of_order(made: tuple[list[list[str]], str]) -> None:
    stories, page = made
    assert texts(page) == ["\n".join(paragraphs) for paragraphs in stories]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(alphabet="Aab. -•:\n—“”(AP)©129", max_size=60), max_size=12))
def test_any_text_is_read_and_its_long_lines_are_kept(lines: list[str]) -> None:
    page = "\n".join(lines)
    stories, _ = read_capture(Capture(id="c", origin="p", body=page.encode(), media_type="text/plain"))
    told = "\n".join(f"{s.report.title}\n{s.report.text}" for s in stories)
    for line in clean_page(page).split("\n"):
        if len(line.split()) >= 8 and line.endswith(".") and line[:1].isalpha() and not set(line) & set("©:-—(“"):
            assert line in told
