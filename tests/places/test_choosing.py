"""Which of several places of one name is meant, and which names are no places: by region, company, abbreviation and use."""

from __future__ import annotations

import pytest

from marsad.places import Gazetteer, PlaceReading, find_places, load_gazetteer
from marsad.places.features import Earlier, distance, kilometres, load_weights, total


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def placed(text: str, gazetteer: Gazetteer) -> dict[str, tuple[str | None, str | None]]:
    """Words of each mention → its country and region."""
    return {m.words: (m.place.country, m.place.admin1) for m in find_places(text, gazetteer=gazetteer).mentions if m.place}


def called(reading: PlaceReading) -> list[str]:
    return [m.words for m in reading.associated]


def test_small_towns_together_choose_their_region(gazetteer: Gazetteer) -> None:
    text = "Deputies searched a house in Elkhart. In Palestine and Grapeland, both in Anderson County, schools were shut."
    found = placed(text, gazetteer)
    assert found["Palestine"] == ("USA", "Texas") and found["Elkhart"] == ("USA", "Texas")


def test_the_region_that_the_text_names_chooses_between_namesakes(gazetteer: Gazetteer) -> None:
    assert placed("The fire in Paris spread. Texas sent help; Tyler did too.", gazetteer)["Paris"] == ("USA", "Texas")
    assert placed("The fire in Paris spread. France sent help; Lyon did too.", gazetteer)["Paris"][0] == "FRA"


def test_what_is_said_once_of_a_name_holds_for_the_whole_text(gazetteer: Gazetteer) -> None:
    text = "A man was shot in Moscow, Idaho, on Monday. Police in Moscow said that he lived in Moscow."
    found = [m.place.country for m in find_places(text, gazetteer=gazetteer).mentions if m.words == "Moscow" and m.place]
    assert found == ["USA", "USA", "USA"]


def test_a_town_goes_before_the_region_called_after_it(gazetteer: Gazetteer) -> None:
    text = "Syria: shells fell on Hama. Shells fell in Hama province."
    found = find_places(text, gazetteer=gazetteer).mentions
    assert [m.place.precision for m in found if m.place and m.words.startswith("Hama")] == [1, 3]


@pytest.mark.parametrize(
    ("text", "words", "region"),
    [
        ("A bomb went off in Utica, N.Y., on Monday.", "N.Y.", "New York"),
        ("A bomb went off in Peoria, Ill., on Monday.", "Ill.", "Illinois"),
        ("A bomb went off in Huntsville, TX on Monday.", "TX", "Texas"),
        ("Police of Hurricane, W. Va., said so.", "W. Va.", "West Virginia"),
    ],
)
def test_states_are_known_by_their_abbreviations(text: str, words: str, region: str, gazetteer: Gazetteer) -> None:
    assert placed(text, gazetteer)[words] == ("USA", region)


def test_an_abbreviation_needs_a_comma_or_points(gazetteer: Gazetteer) -> None:
    assert not {"OR", "IN", "ME", "Miss"} & set(placed("Give it to ME OR to Miss Okla IN time, she said.", gazetteer))


def test_a_plural_unit_is_shared_by_the_names_before_it(gazetteer: Gazetteer) -> None:
    found = find_places("Syria: towns in Homs, Hama and Idlib provinces were hit.", gazetteer=gazetteer).mentions
    assert [(m.words, m.place.precision) for m in found if m.place][1:] == [("Homs", 3), ("Hama", 3), ("Idlib", 3)]


@pytest.mark.parametrize(
    "text",
    [
        "In Nevada police shot Tyrise M. Bell in a car. Bell had run. They buried Bell on Monday.",
        "Krystal Hall, 19, was held in Ohio. Hall denied it, and nobody saw Hall again.",
        "Texas: a lawyer for Chiquita Henry spoke. Henry was at home; Henry slept.",
    ],
)
def test_surnames_are_no_towns(text: str, gazetteer: Gazetteer) -> None:
    assert not {"Bell", "Hall", "Henry"} & {m.words for m in find_places(text, gazetteer=gazetteer).mentions[:2]}


def test_names_that_others_are_called_after_are_kept_apart(gazetteer: Gazetteer) -> None:
    text = "In Minnesota the Rochester Police Department sent men. A man of Rochester was hurt."
    reading = find_places(text, gazetteer=gazetteer)
    assert called(reading) == ["Rochester"] and [m.words for m in reading.mentions] == ["Minnesota", "Rochester"]
    assert reading.associated[0].relation == "named" and reading.associated[0].start < text.index("Police")
    assert reading.associated[0].place and reading.associated[0].place.admin1 == "Minnesota"


def test_institutions_that_look_like_regions_are_none(gazetteer: Gazetteer) -> None:
    reading = find_places("The Department of Disabilities wrote to the White House in Ohio.", gazetteer=gazetteer)
    assert [m.words for m in reading.mentions] == ["Ohio"]


def test_every_feature_has_a_weight_and_sums_up(gazetteer: Gazetteer) -> None:
    first, second = load_weights()
    assert first.keys() == second.keys()
    assert total({"country": 1.0, "country_share": 0.5}, first) == first["country"] + 0.5 * first["country_share"]
    with pytest.raises(KeyError):
        total({"no_such_feature": 1.0}, first)


def test_distances_run_from_nought_to_three(gazetteer: Gazetteer) -> None:
    assert (distance(0.0), distance(100.0), distance(float("inf"))) == (0.0, 1.0, 3.0)
    cairo, giza = (next(e for e in gazetteer.find([n])[n] if e.country == "EGY" and e.kind == "city") for n in ("Cairo", "Giza"))
    assert 1 < kilometres(cairo, giza) < 30


def test_nothing_chosen_before_says_nothing() -> None:
    assert Earlier.of(()) == Earlier()
