"""`marsad tally`, `access`, `surges`, `alerts`, `forecast`, `import`, `foreign` and `compare` on a ledger of invented claims."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import geopandas
import openpyxl
import pytest
from tests.analysis.test_foreign import GED, PROVIDER
from tests.ledger.invented import batch_of
from typer.testing import CliRunner, Result

import marsad.stages
from marsad import cli
from marsad.ledger.append import append
from marsad.ledger.history import position
from marsad.ledger.store import open_ledger
from marsad.model import MarsadError
from marsad.stages import installed_rules

LEDGER = "r.sqlite"


@pytest.fixture(autouse=True)
def ledger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(marsad.stages, "installed_stages", lambda: pytest.fail("loaded models for nothing"))
    monkeypatch.setenv("MARSAD_LEDGER", LEDGER)
    store = open_ledger(LEDGER, write=True)
    append(store, batch_of(list(range(60))), **installed_rules())
    store.close()


def call(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words))


def good(*words: str) -> str:
    done = call(*words)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def rows(*words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in good(*words).splitlines()]


def refused(*words: str) -> str:
    done = call(*words)
    assert done.exit_code == 2 or isinstance(done.exception, MarsadError), (done.exit_code, done.output)
    return done.output + str(done.exception)


def test_tally_counts_what_events_lists() -> None:
    events = rows("events")
    counted = rows("tally", "--by", "place", "--measure", "events,killed")
    assert counted[-1]["kind"] == "total" and counted[-1]["events_best"] == len(events)
    assert counted[-1]["killed_best"] == sum(e["killed"]["best"] or 0 for e in events)  # type: ignore[index]
    strikes = rows("tally", "--where", "sub_event_type = 'Air/drone strike' and place = 'Sinja'")[0]
    expected = [e for e in events if e["sub_event_type"] == "Air/drone strike" and e["place"]["name"] == "Sinja"]  # type: ignore[index]
    assert strikes["events_best"] == len(expected) > 0


def test_tally_as_table_and_spreadsheet() -> None:
    table = good("tally", "--by", "who,month", "--format", "table")
    assert "Rapid Support Forces" in table and "all, each once" in table and max(map(len, table.splitlines())) <= 100
    good("tally", "--by", "place", "--out", "t.csv")
    lines = list(csv.DictReader(io.StringIO(Path("t.csv").read_text("utf-8"))))
    assert {"place", "events_low", "killed_high", "killed_untold", "disputed", "sources"} <= set(lines[0])
    assert len(rows("tally", "--by", "place", "--top", "2")) == 3


def test_files_for_maps_and_spreadsheets(tmp_path: Path) -> None:
    events = rows("events")
    for name in ("e.gpkg", "e.parquet", "e.xlsx"):
        good("events", "--out", name)
    assert {e["id"] for e in events} == set(geopandas.read_file("e.gpkg", layer="events")["id"])
    assert len(geopandas.read_parquet("e.parquet")) == len(events)
    assert openpyxl.load_workbook("e.xlsx")["events"].max_row == len(events) + 1
    piped = call("events", "--format", "gpkg")
    assert piped.stdout_bytes == Path("e.gpkg").read_bytes()
    assert "there is no format 'gpkg'" in refused("tally", "--out", "t.gpkg")


def test_a_wrong_filter_points_at_the_place() -> None:
    words = refused("tally", "--where", "kiled > 3")
    assert "did you mean killed?" in words and "\n  ^" in words
    assert "no dimension 'weather'" in refused("tally", "--by", "weather")
    assert "choose events or statistics" in refused("tally", "--kind", "things")


def test_tally_of_statistics_and_coverage() -> None:
    told = rows("tally", "--kind", "statistics", "--by", "who", "--measure", "killed")
    assert len(told) <= len(rows("statistics")) and all(t["killed_low"] is not None for t in told)
    assert "as told" in good("tally", "--kind", "statistics", "--format", "table", "--measure", "killed")
    months = rows("tally", "--coverage", "--by", "admin1")
    assert months and {m["kind"] for m in months} == {"coverage"} and any(m["sources"] for m in months)
    assert "Sources by month" in good("tally", "--coverage", "--format", "table")


def test_tally_as_of_an_earlier_moment() -> None:
    before = rows("tally")[-1]
    store = open_ledger(LEDGER, write=True)
    moment = str(position(store, None))
    append(store, batch_of(list(range(60, 90))), **installed_rules())
    store.close()
    assert rows("tally")[-1] != before == rows("tally", "--as-of", moment)[-1]


def test_access_board_in_every_form() -> None:
    board = rows("access", "--at", "2026-02-28")
    assert board and {b["state"] for b in board} <= {"besieged", "lifted"} and all(b["condition"] for b in board)
    assert "siege" in good("access", "--at", "2026-02-28", "--format", "table")
    assert "2026-02-28" in good("access", "--at", "2026-02-28", "--timeline", "--format", "table")
    assert rows("access", "--timeline")[0]["kind"] == "interval"
    for name in ("b.html", "b.csv", "b.geojson", "b.png", "b.svg", "b.txt"):
        good("access", "--at", "2026-02-28", "--out", name)
        assert Path(name).stat().st_size > 200
    assert json.loads(Path("b.geojson").read_text("utf-8"))["features"][0]["properties"]["at"] == "2026-02-28"
    assert not rows("access", "--at", "1990-01-01")
    assert "which format" in refused("access", "--out", "b.doc") and "not a date" in refused("access", "--at", "soon")


def test_surges_and_alerts() -> None:
    assert "2026-02-27" in good("surges", "--at", "2026-02-27", "--format", "table")
    assert "at least three times" in refused("surges", "--days", "30", "--before", "40")
    Path("rules.toml").write_text(
        '[[alert]]\nname="Many"\nkind="sum"\nmore_than=8\nwithin_days=2\nby=["place"]\n[deliver.mail]\nfolder="out"\n', "utf-8"
    )
    dry = rows("alerts", "rules.toml", "--at", "2026-02-27", "--dry-run")
    assert dry and not Path("out").exists()
    told = rows("alerts", "rules.toml", "--at", "2026-02-27")
    assert [t["id"] for t in told] == [d["id"] for d in dry] and all(t["why"] and t["items"] for t in told)
    assert len(list(Path("out").glob("*.eml"))) == len(told)
    assert rows("alerts", "rules.toml", "--at", "2026-02-27") == [], "told twice"
    known = {e["id"] for e in rows("events")}
    assert {i for t in told for i in t["items"]} <= known  # type: ignore[attr-defined]


def test_alerts_that_can_t_be_delivered_end_with_status_one() -> None:
    Path("rules.toml").write_text(
        '[[alert]]\nname="Many"\nkind="sum"\nmore_than=8\n[deliver.webhook]\nurl="http://127.0.0.1:1/"\n', "utf-8"
    )
    done = call("alerts", "rules.toml", "--at", "2026-02-27")
    assert done.exit_code == 1 and "will be tried again" in done.output
    assert "has no name" in refused("alerts", written("[[alert]]\nkind='new'\n"))


def written(text: str) -> str:
    Path("wrong.toml").write_text(text, "utf-8")
    return "wrong.toml"


def ged(tmp: Path, months: int = 30) -> Path:
    head = GED.splitlines()[0]
    lines = []
    for n in range(months * 4):
        day = f"{2023 + n // 48}-{n // 4 % 12 + 1:02}-05"
        lines.append(f"{n},{day},{day},1,1,A,B,Sinja,Sennar,Sudan,13.15,33.93,1,3,4,5")
    where = tmp / "ged.csv"
    where.write_text("\n".join([head, *lines]) + "\n", "utf-8")
    return where


def test_forecast_and_its_score(tmp_path: Path) -> None:
    where = str(ged(tmp_path))
    made = rows("forecast", "--ged", where, "--months", "2")
    assert [m["region"] for m in made] == ["Sennar, SDN"] * 2 and all(m["low90"] <= m["median"] <= m["high90"] for m in made)  # type: ignore[operator]
    scores = rows("forecast", "--ged", where, "--months", "2", "--score", "--train", "20")
    assert {s["rule"] for s in scores} == {"analogues", "persistence", "historical mean", "last 12 months", "all months"}
    table = good("forecast", "--ged", where, "--months", "2", "--score", "--train", "20", "--format", "table")
    assert "It does NOT beat" in table or "It beats" in table
    assert "needs 18 months" in refused("forecast")
    assert "is no month" in refused("forecast", "--ged", where, "--until", "soon")


def test_import_list_and_compare(tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_text(GED, "utf-8")
    done = call("import", "given.csv", "--accessed", "2026-02-18", "--name", "GED")
    assert done.exit_code == 1 and "[analysis/foreign_row]" in done.output and "GED: 3 events" in done.output
    assert "there is a set 'GED' already" in refused("import", "given.csv", "--accessed", "2026-02-18", "--name", "GED")
    assert [s["licence"] for s in rows("foreign")] == ["CC BY 4.0"]
    assert "CC BY 4.0" in good("foreign", "--format", "table")
    assert {r["in"] for r in rows("compare", "ged")} == {"there"}
    assert "only in GED" in good("compare", "ged", "--format", "table")
    good("import", str(ged(tmp_path, 48)), "--accessed", "2026-02-18", "--name", "Longer")
    assert {r["in"] for r in rows("compare", "longer", "--days", "5")} >= {"there"}
    assert rows("compare", "longer", "--summary")[0]["kind"] == "cell"
    assert "there are GED" in refused("compare", "acled")
    assert len(rows("events")) == rows("tally")[-1]["events_best"], "foreign events are no part of the record"


def test_a_private_set_goes_nowhere(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(PROVIDER, "utf-8")
    assert "under which licence" in refused("import", "mine.csv", "--as", "acled", "--accessed", "2026-02-18")
    done = call("import", "mine.csv", "--as", "acled", "--accessed", "2026-02-18", "--licence", "terms", "--name", "mine")
    assert done.exit_code == 0 and "private:" in done.output
    for words in (("compare", "mine"), ("compare", "mine", "--out", "x.csv"), ("forecast", "--set", "mine")):
        assert "never exported" in refused(*words)
    assert "has no column id" in refused("forecast", "--ged", "mine.csv")
    assert not Path("x.csv").exists()
