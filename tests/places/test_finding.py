"""Places in news: found, chosen by what the text says, and given the precision that it says."""

from __future__ import annotations

import pickle
import time

import pytest

from marsad.places import Gazetteer, PlaceMention, PlaceReading, find_places, load_gazetteer


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def read(text: str, gazetteer: Gazetteer, **more: object) -> PlaceReading:
    return find_places(text, gazetteer=gazetteer, **more)  # type: ignore[arg-type]


def one(text: str, words: str, gazetteer: Gazetteer, **more: object) -> PlaceMention:
    found = [m for m in read(text, gazetteer, **more).mentions if m.words == words]
    assert found, f"{words!r} is not among the mentions of {text!r}"
    return found[0]


def country(mention: PlaceMention) -> str | None:
    return mention.place.country if mention.place else None


def test_every_mention_stands_at_its_offsets_and_says_why(gazetteer: Gazetteer) -> None:
    text = "KOSTI, Sudan (AP) — Shells fell on Dilling. Syria’s Boukamal and Garin Dawa, a hamlet in Katsina State, were quiet."
    reading = read(text, gazetteer)
    assert [m.words for m in reading.mentions] == [
        "KOSTI",
        "Sudan",
        "Dilling",
        "Syria",
        "Boukamal",
        "Garin Dawa",
        "Katsina State",
    ]
    assert all(text[m.start : m.end] == m.words and m.why for m in reading.mentions)


@pytest.mark.parametrize("spelling", ["El-Fasher", "El Fasher", "al-Fashir", "Al Fasher"])
def test_spellings_of_one_town_give_one_id(spelling: str, gazetteer: Gazetteer) -> None:
    mention = one(f"Shelling in {spelling} killed four in Sudan.", spelling, gazetteer)
    assert mention.place and mention.place.id == "marsad:el-fasher" and mention.place.admin1 == "North Darfur"


def test_a_spelling_that_no_gazetteer_has_is_matched_inside_the_storys_country(gazetteer: Gazetteer) -> None:
    place = one("Sudanese troops left Kadougly. Fighters entered Sennaar in Sudan.", "Sennaar", gazetteer).place
    assert place and place.country == "SDN" and place.name == "Sennar"


def test_the_country_of_the_story_chooses_between_namesakes(gazetteer: Gazetteer) -> None:
    assert (
        country(one("Colombian police said a bomb went off in Florencia. Colombia sent troops.", "Florencia", gazetteer)) == "COL"
    )
    assert country(one("In Tripoli, Lebanese soldiers closed the port of Lebanon's second city.", "Tripoli", gazetteer)) == "LBN"
    assert country(one("In Tripoli, Libyan factions fought on. Misrata was calm.", "Tripoli", gazetteer)) == "LBY"


def test_what_the_text_puts_a_place_in_goes_before_size(gazetteer: Gazetteer) -> None:
    place = one("A man was shot in Paris, Texas, on Monday.", "Paris", gazetteer).place
    assert place and place.country == "USA" and place.admin1 == "Texas"


def test_a_lone_great_city_needs_no_context(gazetteer: Gazetteer) -> None:
    assert country(one("Thousands marched in Paris.", "Paris", gazetteer)) == "FRA"


@pytest.mark.parametrize(
    ("text", "words", "relation", "precision"),
    [
        ("Sudan: a mine went off near Kadugli.", "Kadugli", "near", 2),
        ("Sudan: a mine went off on the outskirts of Kadugli.", "Kadugli", "near", 2),
        ("Sudan: clashes north of Kadugli went on.", "Kadugli", "near", 2),
        ("Sudan: the Kadugli road was cut.", "Kadugli", "near", 2),
        ("Sudan: shells hit Kadugli.", "Kadugli", "at", 1),
        ("Sudan: fighting spread in North Darfur state.", "North Darfur state", "region", 3),
        ("Strikes hit eastern Syria.", "eastern Syria", "region", 3),
        ("A blast shook western Kabul, Afghanistan.", "Kabul", "part", 1),
    ],
)
def test_relation_and_precision(text: str, words: str, relation: str, precision: int, gazetteer: Gazetteer) -> None:
    mention = one(text, words, gazetteer)
    assert mention.place and (mention.relation, mention.place.precision) == (relation, precision)


def test_a_state_and_its_capital_are_told_apart(gazetteer: Gazetteer) -> None:
    text = "Nigeria: gunmen raided Sokoto. The governor of Sokoto State spoke."
    found = {m.words: m.place.id for m in read(text, gazetteer).mentions if m.place}
    assert found["Sokoto"] == "gn:2322911" and found["Sokoto State"] == "adm1:NG.51"


def test_a_dateline_is_marked(gazetteer: Gazetteer) -> None:
    reading = read("NAIROBI — Ethiopian soldiers fought militia in Gondar, Ethiopia.", gazetteer)
    assert [(m.words, m.dateline) for m in reading.mentions][:2] == [("NAIROBI", True), ("Gondar", False)]
    assert reading.country == "ETH"


def test_an_agency_in_the_dateline_is_no_place(gazetteer: Gazetteer) -> None:
    assert [m.words for m in read("KANO (Meridian) — Nothing happened in Nigeria.", gazetteer).mentions] == ["KANO", "Nigeria"]


def test_an_unknown_village_keeps_its_name_and_no_point(gazetteer: Gazetteer) -> None:
    place = one(
        "Nigeria: men rode into Garin Dawa, a hamlet of Batsari council in Katsina State, at dusk.", "Garin Dawa", gazetteer
    ).place
    assert place and (place.country, place.admin1, place.latitude, place.precision, place.id) == ("NGA", "Katsina", None, 1, None)


def test_an_unknown_name_becomes_a_place_everywhere_once_it_is_one(gazetteer: Gazetteer) -> None:
    text = "Nigerian police went to the village of Dangebire. Dangebire lay empty."
    assert [m.words for m in read(text, gazetteer).mentions] == ["Dangebire", "Dangebire"]


@pytest.mark.parametrize(
    "text",
    [
        "Reading the list took an hour. Police said so. Mobile phones were off in March.",
        "Gen. Ali Said told reporters. Said denied it. Johnson and Ali agreed.",
        "The Ministry of Health and the Rapid Support Forces met on Friday.",
        "The Media Council wrote to Boris Johnson. Johnson laughed.",
        "He spoke Arabic. In Ramadan nobody ate. At Friday prayers an imam spoke.",
    ],
)
def test_common_words_people_and_institutions_are_no_places(text: str, gazetteer: Gazetteer) -> None:
    assert [m.words for m in read(text, gazetteer).mentions] == []


def test_demonyms_are_no_mentions_but_tell_the_country(gazetteer: Gazetteer) -> None:
    text = "South Sudanese soldiers left. Syrian refugees and a South Sudanese officer stayed."
    reading = read(text, gazetteer)
    assert reading.mentions == ()
    assert [(text[a:b], c) for a, b, c in reading.demonyms] == [
        ("South Sudanese", "SSD"),
        ("Syrian", "SYR"),
        ("South Sudanese", "SSD"),
    ]
    assert reading.country == "SSD"


def test_spans_to_avoid_and_people_are_left_alone(gazetteer: Gazetteer) -> None:
    text = "Khartoum Brigade men shot Aleppo Hamid in Sudan. Kosti was calm."
    mentions = read(text, gazetteer, avoid=[(0, 16)], persons=[(26, 38)]).mentions
    assert [m.words for m in mentions] == ["Sudan", "Kosti"]


def test_entities_hint_at_unknown_places(gazetteer: Gazetteer) -> None:
    text = "Soldiers of Sudan lost Quarzamel yesterday."
    start = text.index("Quarzamel")
    assert "Quarzamel" not in [m.words for m in read(text, gazetteer).mentions]
    hinted = read(text, gazetteer, entities=[(start, start + 9, "GPE")])
    assert "Quarzamel" in [m.words for m in hinted.mentions]


def test_crossings_camps_and_quarters_of_the_curated_table(gazetteer: Gazetteer) -> None:
    text = "Lorries passed Bab al-Hawa into Syria. In Sudan, Zamzam camp was shelled. Israel shut Kerem Shalom."
    ids = [m.place.id for m in read(text, gazetteer).mentions if m.place]
    assert ids == ["marsad:bab-al-hawa", "iso:SYR", "iso:SDN", "marsad:zamzam-camp", "iso:ISR", "marsad:kerem-shalom"]


def test_arabic_names_are_found(gazetteer: Gazetteer) -> None:
    assert country(one("قصف في الفاشر بالسودان", "الفاشر", gazetteer)) == "SDN"


def test_a_border_is_named_by_its_countries(gazetteer: Gazetteer) -> None:
    mention = one("Sudan closed the Chad-Sudan border on Monday.", "Chad-Sudan border", gazetteer)
    assert mention.place and mention.place.name == "Chad-Sudan border" and mention.place.precision == 3


def test_the_capital_of_a_country_is_a_place(gazetteer: Gazetteer) -> None:
    mention = one("Shells hit the Sudanese capital.", "Sudanese capital", gazetteer)
    assert mention.place and mention.place.name == "Khartoum"


def test_the_title_counts_for_the_country_and_has_its_own_mentions(gazetteer: Gazetteer) -> None:
    reading = read("Shells fell on Kosti.", gazetteer, title="Sudan: shells on Kosti")
    assert [m.words for m in reading.titled] == ["Sudan", "Kosti"] and reading.country == "SDN"
    assert reading.mentions[0].start == len("Shells fell on ")


def test_capitals_throughout_are_read(gazetteer: Gazetteer) -> None:
    words = [m.words for m in read("SUDAN ARMY RETAKES KADUGLI AFTER LONG SIEGE", gazetteer).mentions]
    assert words == ["SUDAN", "KADUGLI"]


def test_the_same_text_gives_the_same_reading(gazetteer: Gazetteer) -> None:
    text = "KOSTI, Sudan — Fighting near Dilling and in San Pablo. Colombia sent aid to Florencia."
    assert read(text, gazetteer) == read(text, Gazetteer())


def test_a_gazetteer_pickles(gazetteer: Gazetteer) -> None:
    again = pickle.loads(pickle.dumps(gazetteer))
    assert again.find(["Kadugli"]) == gazetteer.find(["Kadugli"])


@pytest.mark.parametrize(
    "text", ["", " \n", "A" * 50_000, "Al-" * 20_000, "X's " * 20_000, "In Kosti, " * 5_000, "’" * 10_000, "Chad-" * 10_000]
)
def test_hostile_texts_are_read_in_time(text: str, gazetteer: Gazetteer) -> None:
    began = time.process_time()
    read(text, gazetteer)
    assert time.process_time() - began < 20


def test_a_number_after_a_name_is_no_part_of_it(gazetteer: Gazetteer) -> None:
    assert country(one("Russia: in St Petersburg 524 people were held.", "St Petersburg", gazetteer)) == "RUS"


def test_a_side_of_a_country_from_the_table_has_its_own_centre(gazetteer: Gazetteer) -> None:
    place = one("Mortars fell in eastern Syria.", "eastern Syria", gazetteer).place
    assert place and place.id == "marsad:eastern-syria" and place.longitude == 40.4


@pytest.mark.parametrize("text", ["The mayor is President John B", "Mr Ahmed K", "It was said by John B"])
def test_a_text_may_end_on_an_initial(text: str, gazetteer: Gazetteer) -> None:
    assert find_places(text, gazetteer=gazetteer).mentions == ()


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("A drone hit a market near Ber in northern Mali, a nurse in Timbuktu said.", "Ber in"),
        ("KALAT, PAKISTAN: 17 SOLDIERS KILLED IN ATTACK ON VAN AT MANGOCHAR", "VAN AT"),
        ("Syria: Omar Abu Laila, who runs the Deir Ezzor 24 outlet, said that a crossing near Boukamal opened.", "Deir Ezzor"),
        ("IRAQ: THE COALITION DENIED THAT IT HAD CARRIED OUT STRIKES AT THE CROSSING.", "THE CROSSING"),
    ],
)
def test_prepositions_and_bare_nouns_make_no_name(text: str, never: str, gazetteer: Gazetteer) -> None:
    assert never not in [m.words for m in read(text, gazetteer).mentions]


def test_a_square_is_not_its_namesake_in_another_country(gazetteer: Gazetteer) -> None:
    text = "BAGHDAD, Iraq — In Baghdad, Kirkuk and Mosul people gathered. On Tahrir Square in Baghdad police fired on a crowd."
    assert all(country(m) == "IRQ" for m in read(text, gazetteer).mentions if m.place and m.place.latitude is not None)
