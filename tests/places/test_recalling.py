"""Places told without a name: which named place "the crossing", "the town" and "the site" are, and which are none."""

from __future__ import annotations

import pytest

from marsad.places import Gazetteer, find_places, load_gazetteer, unnamed
from marsad.places.recalling import load_nouns


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def recalled(text: str, gazetteer: Gazetteer) -> list[tuple[str, str]]:
    """Words → the name of the place that they stand for."""
    found = find_places(text, gazetteer=gazetteer).recalled
    assert all(text[m.start : m.end] == m.words and m.place and m.place.words == m.words and m.why for m in found)
    return [(m.words, m.place.name) for m in found if m.place]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jordan: lorries reached Nassib crossing. The gate was shut in Amman's name.", [("The gate", "Nassib")]),
        ("Sudan: shells fell on Babanusa. In Juba he said that the town had fallen.", [("the town", "Babanusa")]),
        ("Syria: rebels left Nassib crossing for Daraa. Troops retook the site in July.", [("the site", "Nassib")]),
        ("Sudan: fire broke out in Zamzam camp. Two died as men entered the camp.", [("the camp", "Zamzam camp")]),
        ("AMMAN — Nobody in the city knew.", []),
        ("Congo: rebels took Goma. A fire broke out at Muzenze prison. The city was calm.", [("The city", "Goma")]),
        ("Sudan: shells fell on Babanusa. The town hall burned. The town of Kosti was calm.", []),
    ],
)
def test_a_noun_stands_for_the_place_of_its_kind_named_last(
    text: str, found: list[tuple[str, str]], gazetteer: Gazetteer
) -> None:
    assert recalled(text, gazetteer) == found


def test_the_second_bridge_is_the_second_bridge(gazetteer: Gazetteer) -> None:
    text = "Myanmar: men fled to the second Friendship Bridge from Bridge No. 1. Jets bombed the second bridge on Saturday."
    assert ("the second bridge", "Friendship Bridge No. 2") in recalled(text, gazetteer)


def test_a_title_may_name_what_the_text_recalls(gazetteer: Gazetteer) -> None:
    reading = find_places("Two died in the town.", gazetteer=gazetteer, title="Sudan: shells fall on Babanusa")
    assert [(m.words, m.start) for m in reading.recalled] == [("the town", 12)]


def test_a_far_mention_is_not_recalled(gazetteer: Gazetteer) -> None:
    text = "Sudan: shells fell on Babanusa. " + "Nobody knew what was to come of it all. " * 80 + "The town was quiet."
    assert recalled(text, gazetteer) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("A crossing run by the SDF was shut.", True),
        ("The third crossing is at nobody's hands.", True),
        ("The second one is held by the militia.", True),
        ("The crossing was shut.", False),
        ("A crossing at Nassib was shut.", False),
        ("An army camp near Kosti burned.", False),
    ],
)
def test_places_without_a_name_are_told_apart_from_those_named_before(text: str, told: bool) -> None:
    assert unnamed(text, 0, len(text)) is told


def test_only_the_stretch_asked_for_counts() -> None:
    text = "The gate was open. A crossing run by the SDF was shut."
    assert unnamed(text, 19, len(text)) and not unnamed(text, 0, 18)


def test_every_noun_has_kinds_that_places_have() -> None:
    known = {"any", "same", "city", "town", "capital", "crossing", "bridge", "camp", "airport", "port", "adm1"}
    assert {k for kinds in load_nouns().values() for k in kinds} <= known


def test_a_spelling_alike_but_far_away_is_not_taken(gazetteer: Gazetteer) -> None:
    text = "Sudan: in Kadugli and Dilling, both in South Kordofan, shells fell near the village of Sennaar."
    found = {m.words: m.place for m in find_places(text, gazetteer=gazetteer).mentions}
    assert found["Sennaar"] and found["Sennaar"].latitude is None
