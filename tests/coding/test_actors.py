"""Actors in a text: named, unnamed, unlisted, and what "the group" stands for."""

import itertools
import re
import time

import pytest

from marsad.coding.actors import ActorMention, country_actor, find_actors, resolve

LANDS = {
    "Syrian": "SYR",
    "Sudanese": "SDN",
    "Israeli": "ISR",
    "Russian": "RUS",
    "Malian": "MLI",
    "Ethiopian": "ETH",
    "US": "USA",
    "Kurdish": "IRQ",
}


def read(text: str, country: str | None = None, when: str | None = None) -> tuple[ActorMention, ...]:
    demonyms = [(m.start(), m.end(), LANDS[m.group()]) for m in re.finditer(r"\b(?:" + "|".join(LANDS) + r")\b", text)]
    found = resolve(find_actors(text, country=country, when=when, demonyms=demonyms), text)
    for mention in found:
        assert text[mention.start : mention.end] == mention.words
        assert mention.actor is None or mention.actor.words == mention.words
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    return found


def names(text: str, country: str | None = None, when: str | None = None) -> list[tuple[str, str | None]]:
    return [(m.words, m.actor.name if m.actor else None) for m in read(text, country, when)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Al-Shabaab attacked.", [("Al-Shabaab", "Al Shabaab")]),
        ("The RSF's drones", [("RSF", "Rapid Support Forces")]),
        ("paramilitary Rapid Support Forces", [("paramilitary", None), ("Rapid Support Forces", "Rapid Support Forces")]),
        ("Daesh and ISIS", [("Daesh", "Islamic State"), ("ISIS", "Islamic State")]),
        ("Islamic State West Africa Province", [("Islamic State West Africa Province", "Islamic State West Africa Province")]),
        ("a Fano militiaman", [("Fano militiaman", "Fano")]),
        ("Fighters of JNIM fled", [("Fighters of JNIM", "Jama'at Nusrat al-Islam wal-Muslimin")]),
        ("Séléka rebels", [("Séléka rebels", "Seleka")]),
        ("Ta’ang National Liberation Army", [("Ta’ang National Liberation Army", "Ta'ang National Liberation Army")]),
    ],
)
def test_named_actors(text: str, expected: list[tuple[str, str | None]]) -> None:
    found = dict(names(text))
    assert {w: n for w, n in expected if n}.items() <= found.items()


def test_short_acronyms_need_their_capitals() -> None:
    assert names("She is here, and who else?") == []
    assert names("The WHO said so.") == [("WHO", "World Health Organization")]


def test_capital_lines_name_actors_but_no_word_acronyms() -> None:
    assert names("RAPID SUPPORT FORCES SHELL EL FASHER, WHO IS NEXT") == [("RAPID SUPPORT FORCES", "Rapid Support Forces")]


def test_an_alias_shared_by_two_goes_to_the_storys_country() -> None:
    assert names("The UPDF said so.", "UGA") == [("UPDF", "Military Forces of Uganda")]
    assert names("The UPDF said so.", "BGD") == [("UPDF", "United People's Democratic Front")]


def test_a_guarded_acronym_is_left_out_in_another_countrys_news() -> None:
    assert names("The BRA met in Lima.", "PER") == []


def test_some_names_are_this_actors_at_home_only() -> None:
    assert ("Joint Force", "Joint Force of Armed Struggle Movements") in names("The Joint Force came.", "SDN")
    assert ("Joint Force", "Joint Force of Armed Struggle Movements") not in names("The Joint Force came.", "MLI")


def test_kinds_hold_as_of_a_date() -> None:
    assert read("The RSF came.", "SDN", "2022-01-01")[0].actor.kind == "State Forces"  # type: ignore[union-attr]
    assert read("The RSF came.", "SDN", "2024-01-01")[0].actor.kind == "Rebel Groups"  # type: ignore[union-attr]
    assert read("The Taliban came.", "AFG", "2020-01-01")[0].actor.name == "Taliban"  # type: ignore[union-attr]


def test_state_forces_abroad_are_external() -> None:
    (home,) = read("The Israeli army fired.", "ISR")
    (abroad,) = read("The Israeli army fired.", "LBN")
    assert home.actor and abroad.actor
    assert (home.actor.kind, abroad.actor.kind) == ("State Forces", "External/Other Forces")
    assert home.actor.name == abroad.actor.name == "Military Forces of Israel"


@pytest.mark.parametrize(
    ("text", "country", "words", "name", "kind"),
    [
        ("Gunmen shot at him.", "NGA", "Gunmen", "Unidentified Armed Group (Nigeria)", "Political Militias"),
        ("two police officers died", "KEN", "police officers", "Police Forces of Kenya", "State Forces"),
        ("US-backed Syrian rebels hold it", "SYR", "Syrian rebels", "Syrian rebels", "Rebel Groups"),
        ("US-backed fighters hold it", "SYR", "US-backed fighters", "Unidentified Armed Group (Syria)", "Rebel Groups"),
        ("the army of Burkina Faso", "MLI", "army", "Military Forces of Burkina Faso", "External/Other Forces"),
        ("Chad's army", "TCD", "Chad's army", "Military Forces of Chad", "State Forces"),
        ("Niamey's generals", "NER", "Niamey's generals", "Military Forces of Niger", "State Forces"),
        ("fourteen farmers were killed", "COD", "farmers", "Civilians (Democratic Republic of Congo)", "Civilians"),
        ("protesters marched", "PHL", "protesters", "Protesters (the Philippines)", "Protesters"),
        ("an angry mob", "IND", "angry mob", "Rioters (India)", "Rioters"),
        ("the Russian strikes", "UKR", "Russian strikes", "Military Forces of Russia", "External/Other Forces"),
        ("Two Ethiopian women", "YEM", "Ethiopian women", "Civilians (Ethiopia)", "Civilians"),
        ("Soldiers fired", "PSE", "Soldiers", "Military Forces of Israel", "External/Other Forces"),
        ("Kurdish villagers", "TUR", "Kurdish villagers", "Civilians (Turkey)", "Civilians"),
        ("terrorist leaders died", "MLI", "terrorist leaders", "Islamist Militants (Mali)", "Rebel Groups"),
        ("bandits struck", None, "bandits", "Bandits", "Political Militias"),
    ],
)
def test_unnamed_actors(text: str, country: str | None, words: str, name: str, kind: str) -> None:
    found = {m.words: m for m in read(text, country)}
    assert words in found
    actor = found[words].actor
    assert actor is not None
    assert (actor.name, actor.kind) == (name, kind)


@pytest.mark.parametrize(
    "text", ["People died.", "Three victims were found.", "The group", "strikes hit the town", "Their houses burned"]
)
def test_no_actor(text: str) -> None:
    assert [m for m in read(text, "SDN") if m.actor is not None] == []


def test_a_word_may_have_another_reading_where_it_acts() -> None:
    (youths,) = read("Local youths came", "KEN")
    assert youths.actor and youths.agent
    assert (youths.actor.kind, youths.agent.kind, youths.armed) == ("Civilians", "Political Militias", None)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("the Blue Valley Liberation Front said", "Blue Valley Liberation Front", "Rebel Groups"),
        ("the Front for the Defence of the Plains said", "Front for the Defence of the Plains", "Rebel Groups"),
        ("the Tres Rios gang said", "Tres Rios", "Political Militias"),
        ("the Bur Hakaba clan said", "Bur Hakaba Communal Militia (Somalia)", "Identity Militias"),
        ("the 3rd Brigade said", "Military Forces of Somalia", "State Forces"),
    ],
)
def test_unlisted_groups_are_told_by_their_form(text: str, name: str, kind: str) -> None:
    (mention,) = [m for m in read(text, "SOM") if m.actor]
    assert mention.actor and (mention.actor.name, mention.actor.kind) == (name, kind)


@pytest.mark.parametrize("text", ["On 13 July fighters came", "Village volunteers came", "Clan militiamen came", "Two men came"])
def test_common_words_make_no_group_names(text: str) -> None:
    assert all(m.generic for m in read(text, "SOM"))


def test_the_text_defines_short_names() -> None:
    text = "The Blue Valley Liberation Front (BVLF) took Karsa. The BVLF lost Beda."
    assert [n for _, n in names(text)] == ["Blue Valley Liberation Front"] * 3


def test_a_clan_may_be_named_again_without_its_word() -> None:
    text = "Men of the Halaf clan came. The Halaf fired first. They met in Halaf town."
    assert [w for w, n in names(text, "IRQ") if n and n.startswith("Halaf")] == ["Men of the Halaf clan", "Halaf"]


@pytest.mark.parametrize(
    ("text", "country", "words", "name"),
    [
        ("Al Shabaab came. The group left.", "SOM", "group", "Al Shabaab"),
        ("The RSF came. Its fighters looted.", "SDN", "fighters", "Rapid Support Forces"),
        ("M23 and Wazalendo fought. The rebels left.", "COD", "rebels", "M23"),
        ("Wazalendo met the M23. The militia left.", "COD", "militia", "Wazalendo"),
        ("The Israeli army fired. The army said so.", "LBN", "army", "Military Forces of Israel"),
        ("Rebels took Goma. The M23 said so.", "COD", "Rebels", "M23"),
        ("The Azawad Liberation Front came. The front left.", "MLI", "front", "Azawad Liberation Front"),
        ("Fano raided it. His men left.", "ETH", "men", "Fano"),
        ("Soldiers came. The government agreed.", "MLI", "government", "Government of Mali"),
        ("The Arakan Army came. The army left.", "MMR", "army", "Military Forces of Myanmar"),
        ("The RSF came. Gunmen shot him.", "SDN", "Gunmen", "Unidentified Armed Group (Sudan)"),
    ],
)
def test_references(text: str, country: str, words: str, name: str) -> None:
    assert dict(names(text, country))[words] == name


def test_no_name_crosses_a_sentence() -> None:
    text = "He met Hamas\nFighters left."
    found = find_actors(text, sentences=[(0, 12), (13, 27)])
    assert [m.words for m in found] == ["Hamas", "Fighters"]


def test_country_actors() -> None:
    assert country_actor("SYR").name == "Government of Syria"
    assert country_actor("UKR", kind="military", story_country="RUS").kind == "External/Other Forces"
    assert country_actor(None, kind="civilians").name == "Civilians"
    with pytest.raises(KeyError):
        country_actor("SYR", kind="nobody")


def test_the_same_text_gives_the_same_mentions() -> None:
    text = "The RSF and the army fought near El Fasher. The militia fled."
    assert read(text, "SDN") == read(text, "SDN")


@pytest.mark.parametrize(
    "text", ["", "\n\n", "’'’'’", "Army of the " * 3000, "al-" * 20000, "Islamic State " * 3000, "x" * 100_000]
)
def test_odd_text_is_read_in_bounded_time(text: str) -> None:
    begin = time.process_time()
    resolve(find_actors(text, country="SYR"), text)
    assert time.process_time() - begin < 3
