"""MUC-4: capitals into ordinary case, claims into roles."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bench.casing import in_ordinary_case, names_with_initials, usual_case
from bench.muc import extracts, harmed, perpetrators, predicted

from marsad.language.text import load_model
from marsad.model import Actor, Claim, Count, Evidence, Thing, to_record

ATTACK = Claim(id="c", report="r", scope="incident", event_type="Violence against civilians", sub_event_type="Attack")


def test_words_take_the_case_that_they_have_elsewhere() -> None:
    usual = usual_case(["It came on Monday, and the army of Peru said so. The army left Lima."])
    assert in_ordinary_case("THE ARMY LEFT LIMA ON MONDAY. IN PERU, THE ARMY STAYED.", usual, {}) == (
        "The army left Lima on Monday. In Peru, the army stayed."
    )


def test_unknown_words_are_names_unless_they_end_like_words() -> None:
    usual = {word: word for word in ("saw", "on", "the", "day")}
    assert in_ordinary_case("X SAW USULUTAN COLLAPSING ON THE 2D DAY", usual, {}) == "X saw Usulutan collapsing on the 2d day"


def test_names_are_known_by_the_initials_behind_them() -> None:
    names = names_with_initials(["MEMBERS OF THE NATIONAL LIBERATION ARMY (NLA) FLED", "NOTHING OF THE SORT (XYZ)"])
    assert names == {"NLA": "NLA", "NATIONAL LIBERATION ARMY": "National Liberation Army", "XYZ": "XYZ"}
    usual = {w: w for w in ("national", "liberation", "army", "the", "fled")}
    assert in_ordinary_case("THE NATIONAL LIBERATION ARMY FLED", usual, names) == "The National Liberation Army fled"


@pytest.mark.parametrize(
    ("words", "roles"),
    [
        ("guerrillas", [("PerpInd", "guerrillas")]),
        ("the army", [("PerpOrg", "the army")]),
        ("Shining Path", [("PerpOrg", "Shining Path")]),
        ("FMLN guerrillas", [("PerpInd", "FMLN guerrillas"), ("PerpOrg", "FMLN")]),
    ],
)
def test_perpetrators_are_persons_or_bodies(words: str, roles: list[tuple[str, str]]) -> None:
    assert list(perpetrators(Actor(name=words, words=words))) == roles


@pytest.mark.parametrize(
    ("words", "victim"),
    [("two farmers were killed", "two farmers"), ("8 people", None), ("12", None), ("Ann Roe", "Ann Roe"), ("killed", None)],
)
def test_victims_are_those_that_the_text_tells_of(words: str, victim: str | None) -> None:
    assert harmed(Count(effect="killed", words=words)) == victim


def test_an_entity_is_given_once_and_only_violence_counts() -> None:
    model = load_model()
    bomb = replace(ATTACK, weapons=(Thing(words="a bomb", class_="other"), Thing(words="bomb", class_="other")))
    assert extracts([bomb, bomb], model)["Weapon"] == [["bomb"]]
    assert extracts([replace(bomb, sub_event_type="Agreement")], model)["Weapon"] == []
    assert extracts([replace(bomb, stance="denies")], model)["Weapon"] == []


def test_a_target_is_given_with_its_whole_phrase() -> None:
    words = "Gunmen attacked the old customs office"
    cited = (Evidence(field="claim", start=0, end=len(words), quote=words),)
    claim = replace(ATTACK, evidence=cited, targets=(Thing(words="office", class_="government building"),))
    assert extracts([claim], load_model())["Target"] == [["old customs office"]]


def test_a_shot_is_no_weapon() -> None:
    claim = replace(ATTACK, weapons=(Thing(words="shot", class_="small arms"), Thing(words="rifles", class_="small arms")))
    assert extracts([claim], load_model())["Weapon"] == [["rifles"]]


def test_every_document_has_a_line() -> None:
    reports = [{"kind": "report", "id": name, "external_id": f"doc-{name}"} for name in ("r", "s")]
    planned = replace(ATTACK, status="planned", who=(Actor(name="gunmen", words="gunmen"),))
    rows = predicted([*reports, to_record(planned)])
    assert [row["docid"] for row in rows] == ["doc-r", "doc-s"] and rows[0]["extracts"]["PerpInd"] == []
