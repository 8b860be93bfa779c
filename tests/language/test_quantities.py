from __future__ import annotations

import pytest

from marsad.language.numbers import read_number
from marsad.language.quantities import Quantity, find_quantities


def first(text: str) -> Quantity:
    return find_quantities(text)[0]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("at least 18 fighters", 18, None),
        ("no fewer than nine people", 9, None),
        ("more than 130,000 people", 130001, None),
        ("up to 10 soldiers", None, 10),
        ("as many as 1.3 million people", None, 1300000),
        ("fewer than 40 men", None, 39),
        ("some forty-three women", 43, 43),
        ("close to 100 soldiers", 100, 100),
        ("between 60 and 65 miners", 60, 65),
        ("60-65 miners", 60, 65),
        ("10 to 15 miners", 10, 15),
        ("dozens of farmers", 24, 99),
        ("scores of farmers", 40, 199),
        ("hundreds of farmers", 200, 999),
        ("tens of thousands of farmers", 20000, 99999),
        ("several farmers", 3, 9),
        ("several hundred farmers", 200, 999),
        ("a dozen farmers", 12, 12),
        ("half a million people", 500000, 500000),
        ("a family of five", 5, 5),
        ("a soldier", 1, 1),
        ("nobody", 0, 0),
        ("no civilians", 0, 0),
    ],
)
def test_bounds(text: str, low: int | None, high: int | None) -> None:
    quantity = first(text)
    assert (quantity.low, quantity.high, quantity.kind) == (low, high, "people")
    assert quantity.words == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("40 per cent of them", "percent"),
        ("5 million dollars was paid", "money"),
        ("40 km away", "distance"),
        ("forty minutes later", "date"),
        ("in 2023 alone", "date"),
        ("12 lorries of flour", "vehicles"),
        ("163 strikes were counted", "occurrences"),
        ("a boy of 12 died", "people"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    assert first(text).kind == kind


def test_two_figures_are_no_range_where_one_becomes_the_other() -> None:
    assert [(q.low, q.high) for q in find_quantities("The number went up from 288 to 417.")] == [(288, 288), (417, 417)]


def test_noun_phrases_end_before_verbs() -> None:
    quantities = find_quantities("Nine suspected members of Los Tiguerones fled; 2,000 trucks queue; two of them died.")
    assert [q.words for q in quantities] == ["Nine suspected members of Los Tiguerones", "2,000 trucks", "two of them"]


@pytest.mark.parametrize(
    ("words", "value"), [("sixty-nine", 69), ("two hundred and six", 206), ("12 million", 12000000), ("cat", None)]
)
def test_numbers(words: str, value: int | None) -> None:
    assert read_number(words) == value


def test_offsets_hold() -> None:
    text = "“About 12” men, 1,200 others and a nurse of the UN; no one else. " * 50
    quantities = find_quantities(text)
    assert quantities and all(text[q.start : q.end] == q.words for q in quantities)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("two hundred and six people", [(206, 206)]),
        ("between a hundred and five hundred people", [(100, 500)]),
        ("a thousand and two soldiers", [(1002, 1002)]),
    ],
)
def test_and_inside_a_number(text: str, bounds: list[tuple[int, int]]) -> None:
    assert [(q.low, q.high) for q in find_quantities(text)] == bounds


def test_a_year_before_a_noun_counts_nothing() -> None:
    first, *_ = find_quantities("In March 2020 insurgents came.")
    assert first.kind == "date"


def test_more_than_belongs_to_the_number_after_it() -> None:
    assert [q.words for q in find_quantities("On 23 March 2019 more than 150 people died.")][-1] == "more than 150 people"
