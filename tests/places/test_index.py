"""The index: built whole, opened read-only, and refused where it is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from marsad.model import ConfigError
from marsad.places import index
from marsad.places.gazetteer import Gazetteer
from marsad.places.sources import Row

ROWS = [
    Row(
        ref="gn:1",
        name="Oumdar",
        names=("Oumdar", "Umm Dar"),
        kind="city",
        country="SDN",
        latitude=13.0,
        longitude=30.0,
        population=9000,
    ),
    Row(
        ref="gn:2",
        name="The Hollow",
        names=("The Hollow",),
        kind="city",
        country="GBR",
        latitude=53.0,
        longitude=-1.0,
        population=900,
    ),
    Row(ref="gn:3", name="Hollow", names=("Hollow",), kind="city", country="USA", latitude=40.0, longitude=-90.0, population=700),
]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    return index.build(tmp_path / "small.sqlite", ROWS)


def test_a_built_index_answers_by_any_spelling(built: Path) -> None:
    gazetteer = Gazetteer(built)
    found = gazetteer.find(["OUMDAR", "Umm-Dar", "al-Oumdar", "Elsewhere-on-Nothing"])
    assert {name: (entries[0].id, entries[0].match) for name, entries in found.items()} == {
        "OUMDAR": ("gn:1", "exact"),
        "Umm-Dar": ("gn:1", "exact"),
        "al-Oumdar": ("gn:1", "loose"),
    }


def test_an_article_tells_two_names_apart(built: Path) -> None:
    entries = Gazetteer(built).find(["The Hollow"])["The Hollow"]
    assert {e.id: e.match for e in entries} == {"gn:2": "exact", "gn:3": "loose"}


def test_another_spelling_is_found_only_in_its_country(built: Path) -> None:
    gazetteer = Gazetteer(built)
    assert [(e.id, e.match) for e in gazetteer.similar("Umdar", "SDN")] == [("gn:1", "fuzzy")]
    assert gazetteer.similar("Oumdar", "USA") == ()


def test_building_twice_gives_the_same_answers_and_no_part_files(built: Path, tmp_path: Path) -> None:
    again = index.build(tmp_path / "again.sqlite", ROWS)
    assert Gazetteer(again).find(["Oumdar"]) == Gazetteer(built).find(["Oumdar"])
    assert not list(tmp_path.glob("*.part"))


def test_check_passes_on_a_whole_index(built: Path) -> None:
    index.check(built)


def test_a_cut_index_is_refused_with_a_cure(built: Path) -> None:
    built.write_bytes(built.read_bytes()[:-4096])
    with pytest.raises(ConfigError, match="delete it"):
        index.opened(built)


def test_a_changed_byte_is_found_by_check(built: Path) -> None:
    body = bytearray(built.read_bytes())
    body[-10] ^= 0xFF
    built.write_bytes(bytes(body))
    with pytest.raises(ConfigError, match="damaged"):
        index.check(built)


def test_another_file_is_no_index(tmp_path: Path) -> None:
    file = tmp_path / "text.sqlite"
    file.write_text("no database")
    file.with_suffix(".json").write_text('{"bytes": 11, "places": 1}')
    with pytest.raises(ConfigError, match="damaged"):
        index.opened(file)


def test_a_missing_index_by_path_is_an_error_not_a_build(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no place index"):
        index.opened(tmp_path / "none.sqlite")


def test_a_folder_that_cannot_be_written_is_a_config_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(ConfigError, match="MARSAD_CACHE"):
        index.build(blocked / "index.sqlite", ROWS)


def test_the_cache_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MARSAD_CACHE", str(tmp_path))
    assert index.path().parent == tmp_path
