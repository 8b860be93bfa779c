"""GeoPackage: what QGIS and sf find in it."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import geopandas
import pyogrio
import pytest
from tests.exports.test_exports import FOUND

from marsad.exports import BINARY, SUFFIXES, geopackage
from marsad.exports.rows import COLUMNS
from marsad.ledger.findings import Findings, arrange
from marsad.model import Event, Place, Toll


def written(found: Findings, where: Path, kind: str = "events") -> Path:
    where.write_bytes(BINARY["gpkg"](found, kind))  # type: ignore[arg-type]
    return where


def test_layers_and_tables(tmp_path: Path) -> None:
    path = written(FOUND, tmp_path / "a.gpkg")
    layers = dict(pyogrio.list_layers(path))
    assert layers == {"events": "Point", "conditions": "Point", "statistics": "Point", "sources": None, "codebook": None}
    assert path.read_bytes()[60:64] == (10200).to_bytes(4, "big"), "user_version: older programs read 1.2 without a warning"
    events = geopandas.read_file(path, layer="events")
    assert list(events.columns) == [*COLUMNS["events"], "geometry"] and events.crs.to_epsg() == 4326
    assert sorted(events["id"]) == sorted(e.id for e in FOUND.events)
    sources = pyogrio.read_dataframe(path, layer="sources")
    assert list(sources["id"]) == [r.id for r in FOUND.reports] and "text" not in sources.columns
    codebook = pyogrio.read_dataframe(path, layer="codebook")
    assert {"Armed clash", "killed_best"} <= set(codebook["word"])


def test_one_kind_alone(tmp_path: Path) -> None:
    path = written(FOUND, tmp_path / "c.gpkg", "claims")
    assert [name for name, _ in pyogrio.list_layers(path)] == ["claims", "sources", "codebook"]
    assert len(pyogrio.read_dataframe(path, layer="claims")) == len(FOUND.claims)


def test_a_region_is_no_point_and_an_unknown_toll_is_no_zero(tmp_path: Path) -> None:
    here = Place(name="Sinja", words="Sinja", latitude=13.15, longitude=33.93, precision=1)
    told = Event(id="a", event_type="Battles", sub_event_type="Armed clash", place=here, killed=Toll(low=8, best=9))
    wide = dataclasses.replace(told, id="b", place=dataclasses.replace(here, name="Sennar", precision=3), killed=Toll())
    frame = geopandas.read_file(written(arrange(events=[told, wide]), tmp_path / "a.gpkg"), layer="events").set_index("id")
    assert (frame.geometry["a"].x, frame.geometry["a"].y) == (33.93, 13.15)
    assert frame.geometry["b"] is None and frame["latitude"]["b"] == 13.15
    assert frame["killed_low"].isna().to_dict() == {"a": False, "b": True}
    assert frame["killed_best"]["a"] == 9 and frame["killed_high"].isna().all()


def test_types_are_the_same_without_rows(tmp_path: Path) -> None:
    full, none = (pyogrio.read_info(written(f, tmp_path / "x.gpkg"), layer="events") for f in (FOUND, arrange()))
    assert list(full["fields"]) == list(none["fields"]) and list(full["ogr_types"]) == list(none["ogr_types"])
    types = dict(zip(full["fields"], full["ogr_types"], strict=True))
    assert (types["killed_best"], types["latitude"], types["who"]) == ("OFTInteger64", "OFTReal", "OFTString")


def test_the_same_findings_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    first = geopackage.write(FOUND)
    time.sleep(1.1)
    assert geopackage.write(FOUND) == first
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == before, "somebody else's GeoPackages keep their dates"


def test_endings_mean_formats() -> None:
    assert {SUFFIXES[s] for s in (".gpkg", ".parquet", ".xlsx")} == set(BINARY)
