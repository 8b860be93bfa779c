"""Datelines, bylines, copyright lines, wire services."""

from __future__ import annotations

import time

import pytest

from marsad.intake.headers import (
    dateline_day,
    footer_publisher,
    footer_year,
    read_agency,
    read_dateline,
    read_header,
)
from marsad.intake.paragraphs import read_paragraphs


@pytest.mark.parametrize(
    ("line", "city", "agency", "date"),
    [
        ("SINJA, Sudan: The army", "SINJA", None, None),
        ("CAIRO: A surge", "CAIRO", None, None),
        ("AMMAN, Dec 6 (Reuters) - Two", "AMMAN", "Reuters", "Dec 6"),
        ("KYIV, Ukraine, Jan. 5, 2026 (AFP) – Two", "KYIV", "AFP", "Jan. 5, 2026"),
        ("JUBA, South Sudan (Delta) — A drone", "JUBA", "Delta", None),
        ("Port Sudan (AFP) – Two", "Port Sudan", "AFP", None),
        ("N’DJAMENA, 23 February (Northline) - Chad", "N’DJAMENA", "Northline", "23 February"),
        ("Geneva, 12 March 2026 – The agency", "Geneva", None, "12 March 2026"),
        ("CAIRO/KHARTOUM, June 3 (Reuters) - Two", "CAIRO/KHARTOUM", "Reuters", "June 3"),
        ("GAZA CITY, Gaza Strip (AP) _ Two", "GAZA CITY", "AP", None),
        ("UNITED NATIONS — The Council", "UNITED NATIONS", None, None),
        ("(Reuters) - Two people", "", "Reuters", None),
    ],
)
def test_datelines(line: str, city: str, agency: str | None, date: str | None) -> None:
    found = read_dateline(line)
    assert found is not None and not found.weak
    assert (found.city, found.agency, found.date) == (city, agency, date)


@pytest.mark.parametrize(
    "line",
    [
        "WHO: A new outbreak",
        "UPDATE: The road",
        "Under the deal: A",
        "Saturday, 5 May 2025 – The",
        "Q: Why?",
        "The army – it said – left",
        "BREAKING — Two",
    ],
)
def test_what_is_no_dateline(line: str) -> None:
    assert read_dateline(line) is None


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("By Huda Nasser | AP", "author", "Huda Nasser"),
        ("By HUDA NASSER and Ann Lee", "author", "HUDA NASSER and Ann Lee"),
        ("By Reuters", "agency", "Reuters"),
        ("AFP", "agency", "Agence France-Presse"),
        ("Published: 12 January 2026 10:30 GMT", "published", "12 January 2026 10:30 GMT"),
        ("Last updated on Feb. 18, 2026", "published", "Feb. 18, 2026"),
        ("January 12, 2026", "published", "January 12, 2026"),
        ("Title: Two die in Sinja", "title", "Two die in Sinja"),
        ("Source: Sinja Post", "publisher", "Sinja Post"),
        ("https://example.org/a", "url", "https://example.org/a"),
    ],
)
def test_headers(line: str, field: str, value: str) -> None:
    found = read_header(line)
    assert found is not None and (found.field, found.value) == (field, value)


@pytest.mark.parametrize(
    "line", ["By Sunday noon the dead were five", "By Monday", "By the river", "Location: Sinja", "Date: unknown", "Two died."]
)
def test_what_is_no_header(line: str) -> None:
    assert read_header(line) is None


def test_copyright_lines() -> None:
    line = "© 2026 SAUDI RESEARCH & PUBLISHING COMPANY, All Rights Reserved And subject to Terms of Use Agreement."
    assert (footer_publisher(line), footer_year(line)) == ("Arab News", 2026)
    assert footer_publisher("Copyright 2024 The Associated Press. All rights reserved.") == "Associated Press"
    assert (footer_publisher("© 2019-2025 Sinja Post"), footer_year("© 2019-2025 Sinja Post")) == ("Sinja Post", 2025)
    assert footer_publisher("All rights reserved.") is None


def test_the_wire_service_that_wrote_a_carried_story() -> None:
    told = "“They came at night,” she told The Associated Press."
    assert read_agency(told, publisher="Sinja Post", dateline=None) == "Associated Press"
    assert read_agency(told, publisher="Associated Press", dateline=None) is None
    assert read_agency(told + " He told AFP so too.", publisher="Sinja Post", dateline=None) is None
    assert read_agency("x", publisher="Gulf of Guinea Wire", dateline=read_dateline("ACCRA (GGW) — Two")) is None
    assert read_agency("x", publisher="Sinja Post", dateline=read_dateline("ACCRA (Reuters) — Two")) == "Reuters"


def test_a_dateline_takes_the_footer_year_only_where_the_text_allows_it() -> None:
    dateline = read_dateline("AMMAN, Dec 6 (Reuters) - Two")
    assert dateline_day(dateline, "The war began in 2025.", 2025) == "2025-12-06"
    assert dateline_day(dateline, "The crossing was closed in 2012.", 2026) is None
    assert dateline_day(read_dateline("AMMAN, Dec 6, 2019 (Reuters) - Two"), "", 2026) == "2019-12-06"


@pytest.mark.parametrize(
    "piece", ["A", "A ", "By A ", "© ", "(", ", ", "A, ", "Read more ", "- ", "(A ", "Aa-", "A/", "a (AP/ ", "12 May "]
)
def test_hostile_lines_take_no_time(piece: str) -> None:
    begun = time.perf_counter()
    for size in (100, 170, 400, 590, 200_000):
        line = (piece * (size // len(piece) + 1))[:size]
        read_paragraphs(line)
        footer_publisher(line)
    assert time.perf_counter() - begun < 1
