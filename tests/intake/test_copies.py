"""Which reports are copies of which."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from marsad.intake import mark_copies
from marsad.model import Report

STORY = (
    "KESRA (AFP) — Nine dock workers were killed when drones hit the grain silos of Port Marl before dawn on Wednesday, doctors"
    " at the harbour clinic said.",
    "The Marl Defence Council said that its gunners had shot down four of the aircraft over the breakwater and that the fires"
    " were under control by noon.",
    "A spokesman for the rebels of the hills denied that they had any drones, and accused smugglers of having set the silos"
    " alight to hide a theft of wheat.",
    "Wheat for some forty thousand families was lost, said the port authority, which has asked the United Nations for a ship.",
)
OTHER = (
    "PORT MARL — Doctors here counted nine dead on Wednesday after a night attack with drones on the silos by the quay.",
    "Four of the machines were brought down, the defence council announced, and by midday the firemen had won.",
    "Rebels in the hills said they own no drones; thieves of wheat, they claimed, burned the place to cover their tracks.",
)


def report(
    name: str,
    lines: tuple[str, ...],
    published: str | None = "2026-03-12",
    publisher: str = "Sinja Post",
    agency: str | None = "AFP",
) -> Report:
    return Report(
        id=name, origin=name, text="\n".join(lines), title=name, published=published, publisher=publisher, agency=agency
    )


def originals(*reports: Report) -> dict[str, str | None]:
    return {r.id: r.copy_of for r in mark_copies(reports)}


def test_a_cut_copy_under_another_dateline_points_at_the_wire_s_own() -> None:
    carried = report("carried", ("PORT MARL: " + STORY[0].partition("— ")[2], *STORY[1:3]))
    wire = report("wire", STORY, publisher="AFP", agency=None)
    independent = report("independent", OTHER, agency=None)
    assert originals(carried, wire, independent) == {"carried": "wire", "wire": None, "independent": None}


def test_the_first_published_is_the_original_and_undated_ones_come_last() -> None:
    assert originals(report("a", STORY, None), report("b", STORY, "2026-03-13"), report("c", STORY, "2026-03-12")) == {
        "a": "c",
        "b": "c",
        "c": None,
    }


def test_a_story_with_a_new_toll_is_an_update_and_no_copy() -> None:
    update = ("KESRA (AFP) — Twelve" + STORY[0].partition("Nine")[2], *STORY[1:])
    assert originals(report("first", STORY), report("update", update, "2026-03-13")) == {"first": None, "update": None}
    retyped = (STORY[0].replace("Nine", "9"), *STORY[1:])
    assert originals(report("first", STORY), report("retyped", retyped, "2026-03-13"))["retyped"] == "first"


def test_short_texts_are_copies_only_where_they_are_the_same() -> None:
    assert originals(report("a", ("Two died.",)), report("b", ("Two died.",)), report("c", ("Two men died.",))) == {
        "a": None,
        "b": "a",
        "c": None,
    }


def test_one_report_met_twice_is_no_copy_of_itself() -> None:
    assert [r.copy_of for r in mark_copies([report("a", STORY), report("a", STORY)])] == [None, None]


@settings(max_examples=60, deadline=None)
@given(
    st.randoms(use_true_random=False),
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from([None, "2026-03-12", "2026-03-13T08:00"])),
        min_size=2,
        max_size=9,
    ),
)
def test_the_order_of_input_changes_nothing(rng: random.Random, made: list[tuple[int, int, str | None]]) -> None:
    texts = (STORY, OTHER, tuple(reversed(STORY)))
    reports = [
        report(f"r{n}", texts[which][: 4 - cut] or texts[which], day, agency=None if n % 3 else "AFP")
        for n, (which, cut, day) in enumerate(made)
    ]
    wanted = originals(*reports)
    rng.shuffle(reports)
    assert originals(*reports) == wanted
    assert all(wanted[target] is None for target in wanted.values() if target)


def test_a_large_collection_finds_its_copies_quickly() -> None:
    rng = random.Random(3)
    words = [f"word{n}" for n in range(3000)]
    texts = [" ".join(rng.choices(words, k=200)) for _ in range(500)]
    reports = [report(f"r{n:03}", (text,)) for n, text in enumerate(texts)] + [
        report(f"s{n:03}", (text.rpartition(" ")[0],), "2026-03-14") for n, text in enumerate(texts)
    ]
    found = originals(*reports)
    assert sum(found[f"s{n:03}"] == f"r{n:03}" for n in range(500)) == 500
    assert not any(found[f"r{n:03}"] for n in range(500))
