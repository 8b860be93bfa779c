from __future__ import annotations

from datetime import date

import pytest

from marsad.language.anchor import infer_anchor


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("Situation as of 26 April 2021. Two villages burned on 23 April.", date(2021, 4, 26), "day"),
        ("JUBA, 9 October 1991 — Two engineers were freed on Monday.", date(1991, 10, 9), "day"),
        ("The gate reopened on Monday, seven years after it was closed. It was closed in 2012.", date(2019, 12, 31), "year"),
        ("The war nears the three-year mark. It erupted in April 2023.", date(2026, 3, 31), "year"),
        ("Fourteen months after they lost Kyan in August 2024, troops came back on Monday.", date(2025, 10, 31), "month"),
        ("Two died on 11 November 2024. A clinic was hit on 14 November.", date(2024, 11, 14), "day"),
        ("It burned on Monday. © 2024 Sahel Wire", date(2024, 12, 31), "year"),
        ("It opened on Saturday 29 September. It fell in April 2015; three years later it is back.", date(2018, 9, 29), "day"),
        ("KYAN, January 27 — All wait, fourteen months after war began in November 2020.", date(2022, 1, 27), "day"),
    ],
)
def test_infers(text: str, expected: date, precision: str) -> None:
    found = infer_anchor(text)
    assert found is not None
    assert (found.date, found.precision) == (expected, precision)


def test_a_running_month_narrows_the_year() -> None:
    found = infer_anchor(
        "It closed in 2012 and reopened on Monday, seven years after it closed. Earlier in September it was hit."
    )
    assert found is not None and (found.date, found.precision) == (date(2019, 9, 30), "month")


@pytest.mark.parametrize(
    "text",
    [
        "Four died on Monday.",
        "Elections are due on 4 May 2027.",
        "They fought on Monday 15 September. It has been free since July 2011.",
        "They fought on Monday 15 September. Rebels took it in July 2011; four years later it was free.",
    ],
)
def test_gives_none_without_a_hold(text: str) -> None:
    assert infer_anchor(text) is None


def test_the_caller_may_know_the_year_of_the_footer() -> None:
    found = infer_anchor("It burned on Monday.", footer_year=2020)
    assert found is not None and found.date.year == 2020
