"""Every format: what a reader of it relies on."""

from __future__ import annotations

import csv
import dataclasses
import io
import json

import pytest
from tests import standins

from marsad.exports import FORMATS, acled, delimited, export, geojson, jsonl, table, wording
from marsad.exports.countries import countries
from marsad.exports.rows import COLUMNS, rows
from marsad.ledger.findings import Findings, arrange
from marsad.model import Actor, Anchor, Event, Place, Problem, Report, Toll, from_record

CODEBOOK_SUB_TYPES = 25


def findings(*texts: str, problems: tuple[Problem, ...] = ()) -> Findings:
    reports = [standins.report_of(t, origin=f"{i}.txt", title="A title") for i, t in enumerate(texts)]
    claims = [c for r in reports for c in standins.claims_of(r)]
    events = standins.link(claims, reports).events
    return arrange(
        reports=reports,
        claims=claims,
        events=events,
        statistics=[standins.statistic()],
        conditions=[standins.condition()],
        problems=problems,
    )


FOUND = findings("8 killed in Sinja", "10 killed in Sinja", "3 killed in Nowhere")


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def event(**fields: object) -> Event:
    return Event(**({"id": "evt-00000000000000ff", "event_type": "Battles", "sub_event_type": "Armed clash"} | fields))  # type: ignore[arg-type]


def test_json_lines_come_back_as_they_went() -> None:
    lines = jsonl.write(FOUND).splitlines()
    back = [from_record(json.loads(line)) for line in lines]
    assert back == list(FOUND.records())
    assert [json.loads(line)["kind"] for line in lines] == [*["report", "claim"] * 3, *["event"] * 2, "statistic", "condition"]


def test_csv_has_the_same_columns_with_and_without_rows() -> None:
    empty = delimited.write(arrange())
    assert empty.strip().split(",") == list(COLUMNS["events"])
    (sinja,) = [r for r in read(delimited.write(FOUND)) if r["place"] == "Sinja"]
    assert (sinja["killed_low"], sinja["killed_high"], sinja["date_first"]) == ("8", "10", "2026-02-16")
    assert sinja["civilian_targeting"] == "true" and sinja["injured_low"] == ""


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_csv_never_holds_a_formula(words: str) -> None:
    row = rows(arrange(events=[event(who=(Actor(name=words, words=words),))]), "events")[0]
    value = delimited.cell(row["who"])
    assert str(value).startswith("'")


def test_csv_leaves_numbers_alone() -> None:
    south = event(place=Place(name="Lima", words="Lima", latitude=-12.05, longitude=-77.04))
    (row,) = read(delimited.write(arrange(events=[south])))
    assert (float(row["latitude"]), float(row["longitude"])) == (-12.05, -77.04)


def test_csv_survives_quotes_commas_and_line_breaks() -> None:
    words = 'a "quoted", \n broken name'
    (row,) = read(delimited.write(arrange(events=[event(who=(Actor(name=words, words=words),))])))
    assert row["who"] == words


@pytest.mark.parametrize("kind", list(COLUMNS))
def test_every_kind_has_rows(kind: str) -> None:
    full = dataclasses.replace(FOUND, problems=(Problem(stage="intake", code="empty", message="x", at="y"),))
    made = rows(full, kind)  # type: ignore[arg-type]
    assert made and all(tuple(row) == COLUMNS[kind] for row in made)  # type: ignore[index]
    assert export(full, "csv", kind=kind).count("\n") >= len(made)  # type: ignore[arg-type]


def test_acled_columns_and_values() -> None:
    text = acled.write(FOUND)
    header = text.splitlines()[0].split(",")
    assert len(header) == 31 and header[:3] == ["event_id_cnty", "event_date", "year"] and header[-1] == "timestamp"
    (row,) = [r for r in read(text) if r["location"] == "Sinja"]
    wanted = {
        "event_date": "2026-02-16",
        "year": "2026",
        "time_precision": "1",
        "disorder_type": "Political violence",
        "event_type": "Violence against civilians",
        "sub_event_type": "Attack",
        "actor1": "Rapid Support Forces",
        "inter1": "2",
        "inter2": "7",
        "interaction": "27",
        "civilian_targeting": "Civilian targeting",
        "iso": "729",
        "country": "Sudan",
        "region": "Northern Africa",
        "geo_precision": "1",
        "fatalities": "10",
    }
    assert {k: row[k] for k in wanted} == wanted
    assert "8 killed in Sinja" in row["notes"] and "fatalities range=8..10" in row["tags"]


def test_acled_ids_are_stable_and_of_its_form() -> None:
    first, again = (read(acled.write(FOUND))[0]["event_id_cnty"] for _ in range(2))
    assert first == again and first[:3] == "SDN" and first[3:].isdigit()
    assert acled.event_number(event()) == "XXX255"


def test_acled_without_a_toll_or_a_place() -> None:
    (row,) = read(acled.write(arrange(events=[event()])))
    assert (row["fatalities"], row["latitude"], row["iso"], row["interaction"]) == ("0", "", "", "0")
    assert acled.acled_row(event(killed=Toll(low=18)), {}, {})["fatalities"] == 18


@pytest.mark.parametrize(("one", "other", "both"), [(1, 7, 17), (7, 1, 17), (1, 1, 11), (3, 0, 30), (0, 3, 30), (0, 0, 0)])
def test_interaction(one: int, other: int, both: int) -> None:
    assert acled.interaction(one, other) == both


def test_every_sub_event_type_has_a_disorder_type() -> None:
    assert len(acled.disorder_types()) == CODEBOOK_SUB_TYPES
    assert len(countries()) > 240 and all(c.region and c.number for c in countries().values() if c.iso3 != "XKX")


def test_claims_are_shown_where_nothing_was_joined() -> None:
    text = table.plain(arrange(reports=FOUND.reports, claims=FOUND.claims))
    assert "Claims" in text and "(none joined)" in text and FOUND.claims[0].id[:8] in text
    assert max(map(len, text.splitlines())) <= table.WIDTH and "Claims" not in table.plain(FOUND)


def test_how_undated_reports_were_dated_is_told_once_for_all_of_them() -> None:
    inferred = Anchor(date="2026-12-31", basis="inferred", precision="year", because="copyright 2026")
    reports = [Report(id=f"r{n}", origin=f"page#{n}", text="", anchor=inferred) for n in (2, 1)]
    bare = Report(id="r3", origin="bare.txt", text="", anchor=Anchor(date=None, basis="none"))
    told = Report(id="r4", origin="told.txt", text="", anchor=Anchor(date="2026-03-01", basis="published"))
    assert table.anchor_lines([*reports, bare, told]) == [
        "no date of publication (give one with --published), so that relative dates stay open: bare.txt",
        "relative dates read against 2026 (inferred, from: copyright 2026): page#1, page#2",
    ]


def test_geojson_is_one_collection_with_null_where_no_point_is_known() -> None:
    body = json.loads(geojson.write(FOUND))
    assert body["type"] == "FeatureCollection"
    by_place = {f["properties"]["place"]: f for f in body["features"]}
    assert by_place["Sinja"]["geometry"] == {"type": "Point", "coordinates": [33.93, 13.15]}
    assert by_place["Nowhere"]["geometry"] is None
    assert by_place["Dilling"]["properties"]["kind"] == "condition"
    assert by_place["Sinja"]["id"].startswith("evt-") and by_place["Sinja"]["properties"]["killed_high"] == 10
    assert json.loads(geojson.write(arrange())) == {"type": "FeatureCollection", "features": []}


def test_geojson_holds_statistics_only_where_they_are_asked_for() -> None:
    kinds = {f["properties"]["kind"] for f in json.loads(geojson.write(FOUND))["features"]}
    assert kinds == {"event", "condition"}
    asked = json.loads(geojson.write(FOUND, "statistics"))["features"]
    assert [f["properties"]["kind"] for f in asked] == ["statistic"] and asked[0]["id"].startswith("sta-")


def test_the_centre_of_a_region_is_no_point() -> None:
    region = Place(name="North Darfur", words="North Darfur", country="SDN", latitude=15.0, longitude=25.0, precision=3)
    (feature,) = json.loads(geojson.write(arrange(events=[event(place=region)])))["features"]
    assert feature["geometry"] is None and feature["properties"]["centre"] == [25.0, 15.0]


def test_the_table_fits_and_marks_disputes() -> None:
    text = table.plain(FOUND)
    assert max(map(len, text.splitlines())) <= table.WIDTH
    assert "10 (8–10)†" in text and "sources differ" in text
    assert "2 events, 1 statistic, 1 condition in 3 reports." in text
    assert text.index("Events") < text.index("Statistics") < text.index("Conditions")


def test_the_table_fits_with_long_names() -> None:
    long = "The Very Long Name Of A Coalition " * 6
    text = table.plain(arrange(events=[event(who=(Actor(name=long, words=long),), sources=(long, long + "b"))]))
    assert max(map(len, text.splitlines())) <= table.WIDTH and "evt-0000" in text


def test_an_empty_result_says_so() -> None:
    assert table.plain(arrange(reports=FOUND.reports)) == "no event, statistic or condition found in 3 reports.\n"


def test_markup_in_a_report_is_only_text() -> None:
    text = table.plain(arrange(events=[event(who=(Actor(name="[red]x[/red]\x1b[2J", words="x"),))]))
    assert "[red]x" in text and "\x1b" not in text


@pytest.mark.parametrize("form", list(FORMATS))
def test_every_format_is_the_same_twice(form: str) -> None:
    assert export(FOUND, form) == export(findings("8 killed in Sinja", "10 killed in Sinja", "3 killed in Nowhere"), form)


def test_shortened_ids_stay_unique() -> None:
    ids = [f"evt-{n:016x}" for n in (0x1111222233334444, 0x1111222233334445, 0x2222222222222222)]
    short = table.shorten(ids)
    assert len(set(short.values())) == 3 and all(full.startswith(part) for full, part in short.items())
    assert short[ids[2]] == "evt-2222"


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (Toll(), ""),
        (Toll(best=4), "≤4"),
        (Toll(low=None, best=10, high=10), "≤10"),
        (Toll(low=0, best=0, high=0), "0"),
        (Toll(low=18, best=20), "20 (18+)"),
        (Toll(low=1, best=2, high=1000), "2 (1–1,000)"),
    ],
)
def test_tolls(figure: Toll, words: str) -> None:
    assert wording.toll(figure) == words
