"""Foreign sets: reading with a mapping, keeping with licence and day, and never letting a private one out."""

from __future__ import annotations

import gzip
import os
import stat
from pathlib import Path

import pytest

from marsad.analysis.foreign import ForeignEvent, Reader, mapping_of, read_events, read_mapping
from marsad.analysis.foreign_sets import events_in, folder_of, keep_set, refuse_export, set_named, sets_in
from marsad.model import ConfigError, SourceError, StoreError, Toll

GED_COLUMNS = "id date_start date_end date_prec type_of_violence side_a side_b where_coordinates adm_1 country latitude longitude"
GED = (
    GED_COLUMNS.replace(" ", ",")
    + """,where_prec,low,best,high
214797.0,2016-01-01,2016-01-01,1.0,1.0,Government of Syria,Insurgents,Teir,Homs Governorate,Syria,34.8,36.7,1.0,4.0,4.0,6.0
2,2016-01-03,2016-01-31,4,3,IS,Civilians,Syria,,Syria,35.0,38.0,6,0,3,9
3,soon,2016-01-01,1,1,A,B,X,,Syria,1,1,1,1,1,1
4,2016-01-01,2016-01-01,9,1,A,B,X,,Syria,1,1,1,1,1,1
5,2016-01-01,2016-01-01,1,1,A,B,X,,Syria,91,1,1,1,1,1
2,2016-02-01,2016-02-01,1,1,A,B,X,,DR Congo (Zaire),1,1,1,1,1,1
6,2016-02-01,2016-02-01,1,1,A,B,X,,DR Congo (Zaire),1,1,1,1,1,1
"""
)
OWN = """
name = "Desk list"
[columns]
id = "No"
first = "When"
best = "Dead"
country = "Land"
type = ["Sort", "Art"]
[values.type]
strike = "Air/drone strike"
[format]
delimiter = ";"
encoding = "latin-1"
date = "%d.%m.%Y"
"""


def test_ged_columns_are_read_on_our_scales(tmp_path: Path) -> None:
    where = tmp_path / "ged.csv"
    where.write_text(GED, "utf-8")
    read = read_events(where, mapping_of("ged"))
    assert [e.id for e in read.events] == ["214797", "2", "6"]
    first, second, third = read.events
    assert first.killed == Toll(low=4, best=4, high=6) and first.country == "SYR" and first.admin1 == "Homs Governorate"
    assert (first.time_precision, first.geo_precision, first.type) == (1, 1, "State-based conflict")
    assert (second.last, second.time_precision, second.geo_precision, second.admin1) == ("2016-01-31", 3, 3, None)
    assert third.country == "COD"
    assert [p.at for p in read.problems] == ["ged.csv:4", "ged.csv:5", "ged.csv:6", "ged.csv:7"]
    assert {p.code for p in read.problems} == {"foreign_row"} and "soon" in read.problems[0].message
    assert not read.provider


def test_a_packed_file_is_read_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(GED, "utf-8")
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(GED.encode()))
    one, other = (read_events(tmp_path / name, mapping_of("ged")) for name in ("a.csv", "a.csv.gz"))
    assert one.events == other.events
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(GED.encode())[:200])
    with pytest.raises(SourceError):
        read_events(tmp_path / "b.csv.gz", mapping_of("ged"))


def test_any_csv_is_read_with_a_mapping(tmp_path: Path) -> None:
    where = tmp_path / "liste.csv"
    where.write_bytes("No;When;Dead;Land;Art\n7;18.02.2026;3;Sudan;strike\n8;19.02.2026;;Türkei;other\n".encode("latin-1"))
    read = read_events(where, read_mapping(OWN, "own.toml"))
    assert read.events[0] == ForeignEvent(
        id="7",
        first="2026-02-18",
        last="2026-02-18",
        type="Air/drone strike",
        country="SDN",
        killed=Toll(low=3, best=3, high=3),
        row=2,
    )
    assert read.events[1].killed == Toll() and read.events[1].country == "Türkei"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[columns]\nid = 'a'", r"\[columns\] has to say which column is first"),
        ("[columns]\nid='a'\nfirst='b'\nweather='c'", "there is no field 'weather'"),
        ("[columns\n", "own.toml"),
        ("columns = 3", r"\[columns\] has to be a table"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_mapping(text, "own.toml")


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    where = tmp_path / "a.csv"
    where.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(ConfigError, match=r"a\.csv has no column id"):
        read_events(where, mapping_of("ged"))
    with pytest.raises(SourceError):
        read_events(tmp_path / "none.csv", mapping_of("ged"))
    with pytest.raises(ConfigError, match="there is no mapping"):
        mapping_of(tmp_path / "none.toml")


def kept(tmp_path: Path, text: str = GED, mapping: str = "ged", **more: object) -> Path:
    where = tmp_path / "given.csv"
    where.write_text(text, "utf-8")
    folder = folder_of(tmp_path / "record.sqlite")
    keep_set(folder, where, mapping_of(mapping), accessed="2026-02-18", **more)  # type: ignore[arg-type]
    return folder


def test_a_set_is_kept_read_only_with_licence_and_day(tmp_path: Path) -> None:
    folder = kept(tmp_path, name="GED 19.1")
    item = set_named(folder, "ged")
    assert (item.name, item.licence, item.accessed, item.private, item.events) == (
        "GED 19.1",
        "CC BY 4.0",
        "2026-02-18",
        False,
        3,
    )
    assert item.countries == ("COD", "SYR") and len(item.sha256) == 64
    assert [e.id for e in events_in(folder, item)] == ["214797", "2", "6"]
    assert next(events_in(folder, item)) == read_events(tmp_path / "given.csv", mapping_of("ged")).events[0]
    files = list((folder / item.slug).iterdir())
    assert files and all(stat.S_IMODE(f.stat().st_mode) == 0o444 for f in files)
    refuse_export(item)


def test_the_same_name_twice_is_refused_unless_replaced(tmp_path: Path) -> None:
    kept(tmp_path)
    with pytest.raises(ConfigError, match="there is a set 'UCDP GED' already"):
        kept(tmp_path)
    folder = kept(tmp_path, "\n".join(GED.splitlines()[:2]) + "\n", replace=True)
    assert [s.events for s in sets_in(folder)] == [1]
    assert [p.name for p in folder.iterdir()] == ["ucdp-ged"], "nothing half-written is left"


PROVIDER = """event_id_cnty,event_date,disorder_type,event_type,actor1,assoc_actor_1,country,admin1,latitude,longitude,fatalities
AAA1,18 February 2026,D,Battles,A,,Sudan,Sennar,13.1,33.9,4
"""


@pytest.mark.parametrize("mapping", ["acled", "other.toml"])
def test_an_export_from_an_account_is_private_whatever_it_is_read_with(tmp_path: Path, mapping: str) -> None:
    if mapping != "acled":
        (tmp_path / mapping).write_text(
            "name='x'\n[columns]\nid='event_id_cnty'\nfirst='event_date'\nbest='fatalities'\n", "utf-8"
        )
        mapping = str(tmp_path / mapping)
    folder = kept(tmp_path, PROVIDER, mapping, licence="terms of use", name="mine")
    item = set_named(folder, "mine")
    assert item.private and next(events_in(folder, item)).killed.best == 4
    with pytest.raises(ConfigError, match="never exported"):
        refuse_export(item)
    assert stat.S_IMODE((folder / "mine").stat().st_mode) == 0o700
    assert all(stat.S_IMODE(f.stat().st_mode) == 0o400 for f in (folder / "mine").iterdir())


def test_no_set_without_licence_and_day(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="under which licence"):
        kept(tmp_path, PROVIDER, "acled")
    where = tmp_path / "given.csv"
    with pytest.raises(ConfigError, match="no day of access"):
        keep_set(tmp_path / "f", where, mapping_of("ged"), accessed="lately")
    with pytest.raises(ConfigError, match="a ledger on a server"):
        folder_of("postgresql://u@h/n")


def test_a_set_that_is_none_or_not_one_is_said(tmp_path: Path) -> None:
    folder = kept(tmp_path, name="GED a")
    kept(tmp_path, name="GED b")
    with pytest.raises(LookupError, match="more than one"):
        set_named(folder, "ged")
    with pytest.raises(LookupError, match="no foreign set is called 'acled'"):
        set_named(folder, "acled")
    where = folder / "ged-a" / "set.json"
    os.chmod(where, 0o644)
    where.write_text("{}", "utf-8")
    with pytest.raises(StoreError):
        sets_in(folder)


def test_a_mapping_s_own_values_come_through() -> None:
    assert isinstance(mapping_of("ged"), Reader) and mapping_of("acled").private
