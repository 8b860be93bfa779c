"""The R script, run by R itself: files in sf, tallies that agree with ours, a server in ACLED's dialect and by redirect."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from tests.conftest import R_MISSING
from tests.ledger.invented import batch_of
from tests.server.conftest import on_a_port

from marsad.analysis.tallies import tally
from marsad.exports import BINARY, export
from marsad.ledger.append import append
from marsad.ledger.findings import Findings
from marsad.ledger.query import everything
from marsad.ledger.store import Ledger, open_ledger
from marsad.server.app import create_app
from marsad.server.settings import Settings
from marsad.stages import installed_rules

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "r" / "marsad.R"
pytestmark = pytest.mark.slow


@cache
def has(*packages: str) -> bool:
    program = shutil.which("Rscript")
    asked = "stopifnot(" + ", ".join(f'requireNamespace("{p}", quietly = TRUE)' for p in packages) + ")"
    return program is not None and subprocess.run([program, "-e", asked], capture_output=True, timeout=120).returncode == 0


def r(code: str, folder: Path) -> dict[str, object]:
    """What R says of `found`, a list, after some lines; warnings are errors."""
    if not has("sf", "jsonlite", "httr2"):
        pytest.skip(R_MISSING)
    told = 'cat(jsonlite::toJSON(found, auto_unbox = TRUE, na = "null", digits = 8))'
    lines = f'options(warn = 2)\nsource("{SCRIPT}")\n{code}\n{told}\n'
    (folder / "run.R").write_text(lines, "utf-8")
    done = subprocess.run(["Rscript", "--vanilla", "run.R"], cwd=folder, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    opened = open_ledger(tmp_path_factory.mktemp("r") / "record.sqlite", write=True)
    append(opened, batch_of(list(range(40))), **installed_rules())
    return opened


@pytest.fixture(scope="module")
def found(ledger: Ledger) -> Findings:
    return everything(ledger)


def test_sf_reads_every_layer_and_the_same_points(found: Findings, tmp_path: Path) -> None:
    (tmp_path / "e.gpkg").write_bytes(BINARY["gpkg"](found, "events"))
    (tmp_path / "e.geojson").write_text(export(found, "geojson"), "utf-8")
    got = r(
        """
        e <- marsad_layer("e.gpkg"); j <- marsad_layer("e.geojson"); j <- j[j$kind == "event", ]
        marsad_map(e, "map.png", "Invented")
        found <- list(ids = e$id, epsg = st_crs(e)$epsg, x = st_coordinates(e)[, 1], json = nrow(j), xs = st_coordinates(j)[, 1],
          sources = nrow(marsad_layer("e.gpkg", "sources")), killed = e$killed_best,
          conditions = nrow(marsad_layer("e.gpkg", "conditions")))
        """,
        tmp_path,
    )
    events = {e.id: e for e in found.events}
    assert set(got["ids"]) == set(events) and got["epsg"] == 4326 and got["json"] == len(events)  # type: ignore[call-overload]
    longitudes = [events[i].place.longitude for i in got["ids"]]  # type: ignore[attr-defined, union-attr]
    assert got["x"] == pytest.approx(longitudes) and sorted(got["xs"]) == pytest.approx(sorted(longitudes))  # type: ignore[call-overload]
    assert got["killed"] == [events[i].killed.best for i in got["ids"]]  # type: ignore[attr-defined]
    assert (got["sources"], got["conditions"]) == (len(found.reports), len(found.conditions))
    assert (tmp_path / "map.png").stat().st_size > 8_000


@pytest.mark.parametrize("by", ["month,who", "who,sub_event_type", "country"])
def test_r_s_tallies_are_ours(found: Findings, tmp_path: Path, by: str) -> None:
    (tmp_path / "e.gpkg").write_bytes(BINARY["gpkg"](found, "events"))
    names = by.split(",")
    got = r(f'found <- list(rows = marsad_tally(marsad_layer("e.gpkg"), c({", ".join(map(json.dumps, names))})))', tmp_path)
    ours = {g.keys: g for g in tally(found.events, by=by).groups}
    rows = {tuple(row[n] for n in names): row for row in got["rows"]}  # type: ignore[attr-defined]
    assert set(rows) == set(ours)
    for keys, row in rows.items():
        killed = ours[keys].figure("killed")
        assert row["events"] == ours[keys].events and row["killed_best"] == killed.best
        assert row.get("killed_high") == killed.high and row["killed_low"] == killed.low


def test_a_server_by_acled_s_dialect_and_by_redirect(ledger: Ledger, found: Findings, tmp_path: Path) -> None:
    with on_a_port(create_app(ledger, Settings(ledger=ledger.address))) as address:
        got = r(
            f"""
            all <- marsad_acled("{address}", page_size = 7)
            marsad_redirect("{address}/")
            answer <- httr2::req_perform(httr2::request("https://acleddata.com/api/acled/read?limit=5"))
            found <- list(ids = all$event_id_cnty, columns = ncol(all), redirected = nrow(jsonlite::fromJSON(
              httr2::resp_body_string(answer))$data), none = nrow(marsad_acled("{address}", list(country = "Norway"))))
            """,
            tmp_path,
        )
    assert len(set(got["ids"])) == len(got["ids"]) == len(found.events)  # type: ignore[call-overload, arg-type]
    assert (got["columns"], got["redirected"], got["none"]) == (31, 5, 0)


def test_parquet_in_r(found: Findings, tmp_path: Path) -> None:
    if not has("arrow") and not has("nanoparquet"):
        pytest.skip("neither arrow nor nanoparquet is installed for R")
    (tmp_path / "e.parquet").write_bytes(BINARY["parquet"](found, "events"))
    got = r('e <- marsad_parquet("e.parquet")\nfound <- list(ids = e$id, killed = e$killed_best)', tmp_path)
    assert got["killed"] == [e.killed.best for e in found.events] and got["ids"] == [e.id for e in found.events]


def test_without_arrow_r_says_what_to_install(tmp_path: Path) -> None:
    if has("arrow") or has("nanoparquet"):
        pytest.skip("R can read Parquet here")
    got = r('found <- list(told = tryCatch(marsad_parquet("e.parquet"), error = conditionMessage))', tmp_path)
    assert "arrow" in str(got["told"]) and "GeoPackage" in str(got["told"])
