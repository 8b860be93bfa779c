"""The tables load, agree with each other, and say where a bad row is."""

import pytest

from marsad import codebook
from marsad.codebook.actors import read_actors
from marsad.codebook.outlets import read_outlets
from marsad.codebook.tables import rows_of
from marsad.codebook.things import first_letters, read_things
from marsad.model import ConfigError

HEADER = "id\tname\taliases\tkind\trole\tcountry\tparent\tfrom\tuntil\tsource\n"


def test_the_whole_codebook_is_valid_and_large_enough() -> None:
    sizes = codebook.validate()
    assert sizes["actors.tsv"] >= 450
    assert sizes["outlets.tsv"] >= 120
    assert sizes["event_types.toml"] == 25
    assert sizes["conditions.toml"] == 17


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Bad Id\tX\t\tRebel Groups\tarmed_group\tSDN\t\t\t\tpress", "line 2: 'Bad Id' is no slug"),
        ("x\tX\t\tRebels\tarmed_group\tSDN\t\t\t\tpress", "line 2: unknown kind 'Rebels'"),
        ("x\tX\t\tRebel Groups\tsoldier\tSDN\t\t\t\tpress", "line 2: unknown role 'soldier'"),
        ("x\tX\t\tRebel Groups\tarmed_group\tSudan\t\t\t\tpress", "line 2: 'Sudan' is no ISO"),
        ("x\tX\t\tRebel Groups\tarmed_group\tSDN\t\tApril\t\tpress", "line 2: 'April' is no date"),
        ("x\tX\t\tRebel Groups\tarmed_group\tSDN\t\t\t\t", "line 2: a name and a source"),
        ("x\tX\t\tRebel Groups", "line 2: 4 cells, not 10"),
    ],
)
def test_a_bad_actor_row_is_named_by_its_line(row: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_actors(HEADER + row + "\n")


def test_a_wrong_header_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"x\.tsv line 1: the columns"):
        list(rows_of("x.tsv", ("a", "b"), text="a\tc\n"))


def test_a_missing_file_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.tsv"):
        list(rows_of("nowhere.tsv", ("a",)))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("gun\tguns?\ts", "unknown class"),
        ("mine\tmines(\ts", "bad pattern"),
        ("mine\tmines\\b\ts", "no escapes"),
        ("mine\tx?\ts", "nothing"),
    ],
)
def test_a_bad_thing_row_is_refused(row: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_things("weapons.tsv", codebook.WEAPON_CLASSES, f"class\tpattern\tsource\n{row}\n")


def test_a_bad_outlet_row_is_refused() -> None:
    with pytest.raises(ConfigError, match="line 2: unknown kind 'blog'"):
        read_outlets("name\taliases\tkind\tcountry\tdomain\tsource\nX\t\tblog\t\t\ts\n")


def test_names_and_kinds_hold_for_their_time() -> None:
    kinds = {a.kind for a in codebook.actors() if a.id == "rapid-support-forces" and a.holds("2023-04-14")}
    assert kinds == {"State Forces"}
    assert {a.kind for a in codebook.actors() if a.id == "rapid-support-forces" and a.holds("2023-04-15")} == {"Rebel Groups"}
    assert {a.kind for a in codebook.actors() if a.id == "rapid-support-forces" and a.holds(None)} == {"Rebel Groups"}
    taliban = {a.name for a in codebook.actors() if a.id == "taliban" and a.holds("2020-01-01")}
    assert taliban == {"Taliban"}


def test_the_same_id_never_holds_twice_on_a_day() -> None:
    for day in ("2012-06-01", "2020-06-01", "2024-06-01", None):
        ids = [a.id for a in codebook.actors() if a.holds(day)]
        assert len(ids) == len(set(ids)), day


def test_every_meaning_has_an_example_and_a_definition() -> None:
    assert list(codebook.event_types()) == list(codebook.SUB_EVENT_TYPES)
    assert all(t.example.endswith(".") and t.definition for t in codebook.event_types().values())
    assert codebook.conditions()["siege", "besieged"].who == "besieger"
    assert codebook.conditions()["corridor", "open"].who is None


@pytest.mark.parametrize(
    ("sub", "who", "whom", "expected"),
    [
        ("Armed clash", "State Forces", "Rebel Groups", 1),
        ("Armed clash", "Rebel Groups", "Political Militias", 2),
        ("Air/drone strike", "State Forces", "Civilians", 3),
        ("Air/drone strike", "State Forces", "Rebel Groups", 1),
        ("Suicide bomb", "Rebel Groups", "Protesters", 3),
        ("Attack", "Political Militias", "Civilians", 3),
        ("Peaceful protest", "Protesters", None, None),
        ("Agreement", "State Forces", "Rebel Groups", None),
    ],
)
def test_ucdp_types_of_violence(sub: str, who: str, whom: str | None, expected: int | None) -> None:
    assert codebook.type_of_violence(sub, who=[who], whom=[whom] if whom else []) == expected


def test_plover_events() -> None:
    assert codebook.crosswalk()["Arrests"].plover_event == "COERCE"
    assert codebook.crosswalk()["Other"].plover_event is None


def test_speaker_roles_of_bodies() -> None:
    roles = codebook.speaker_roles()
    assert (roles["msf"], roles["monusco"], roles["acled"], roles["rsf"]) == ("aid", "un", "monitor", "armed_group")


def test_the_first_letters_of_every_pattern_are_found() -> None:
    for row in (*codebook.weapon_classes(), *codebook.target_classes()):
        assert first_letters(row.pattern.lower()), row


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("Barrel bombs fell.", ["aircraft"]),
        ("A TRUCK PACKED WITH EXPLOSIVES", ["car bomb"]),
        ("He wore a suicide vest.", ["suicide vest"]),
        ("Hand grenades and machetes", ["grenade", "bladed weapon"]),
        ("Police used tear gas and rubber bullets.", ["tear gas", "other"]),
        ("A convoy left.", []),
    ],
)
def test_weapons(text: str, classes: list[str]) -> None:
    assert [m.class_ for m in codebook.find_weapons(text)] == classes


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("The maternity ward burned.", ["hospital"]),
        ("A UN convoy and a water tank", ["aid convoy", "water"]),
        ("an army base beside a primary school", ["military site", "school"]),
        ("İstanbul'da a mosque", ["place of worship"]),
    ],
)
def test_targets(text: str, classes: list[str]) -> None:
    found = codebook.find_targets(text)
    assert [m.class_ for m in found] == classes
    assert all(text[m.start : m.end] == m.words for m in found)


def test_agencies_are_known_by_their_short_names() -> None:
    by_name = codebook.outlets_by_name()
    assert by_name["ap"].name == "Associated Press"
    assert by_name["ap"].kind == "agency"
    assert by_name["xinhua"].country == "CHN"
    assert by_name["radio dabanga"].kind == "radio"
