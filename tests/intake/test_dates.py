"""Dates of publication."""

from __future__ import annotations

import pytest

from marsad.intake.dates import parse_published


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("2026-02-18", "2026-02-18"),
        ("2026-02-18T09:30:00+03:00", "2026-02-18T09:30:00+03:00"),
        ("2026-02-18T09:30:00Z", "2026-02-18T09:30:00Z"),
        ("2026-02-18 09:30", "2026-02-18T09:30"),
        ("22260218T093000Z", None),
        ("20260218", "2026-02-18"),
        ("20260218T093000Z", "2026-02-18T09:30:00Z"),
        (20260218, "2026-02-18"),
        ("Wed, 18 Feb 2026 22:30:00 GMT", "2026-02-18T22:30:00+00:00"),
        ("18 Feb 2026 22:30:00 -0500", "2026-02-18T22:30:00-05:00"),
        ("18 February 2026", "2026-02-18"),
        ("18th of February, 2026", "2026-02-18"),
        ("Feb. 18, 2026 10:30 GMT", "2026-02-18"),
        ("Wednesday, February 18th, 2026", "2026-02-18"),
        ("18-Feb-2026", "2026-02-18"),
        ("18.02.2026", "2026-02-18"),
        ("23/04/2026", "2026-04-23"),
        ("04/23/2026", "2026-04-23"),
        ("2026/02/18", "2026-02-18"),
        (1771407000, "2026-02-18T09:30:00Z"),
        (1771407000000, "2026-02-18T09:30:00Z"),
        ("03/04/2026", None),
        ("2026-02-30", None),
        ("31 February 2026", None),
        ("2026-13-01T10:00:00", None),
        ("February 2026", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (True, None),
        (float("nan"), None),
        (float("inf"), None),
        ({"a": 1}, None),
        ("9" * 5000, None),
    ],
)
def test_formats(given: object, wanted: str | None) -> None:
    assert parse_published(given) == wanted
