"""The reviewed tables: every row is well formed, and its facts are in range."""

from __future__ import annotations

import pytest

from marsad.model import ConfigError
from marsad.places import sources
from marsad.places.names import fold
from marsad.places.words import load_words

ISO3 = {r["iso3"] for r in sources.table("marsad.places", "countries.tsv")}


def test_the_curated_table_is_large_and_every_row_is_in_range() -> None:
    rows = sources.curated()
    assert len(rows) >= 280
    for row in rows:
        assert row.kind in sources.KINDS, row.name
        assert row.country is None or row.country in ISO3, row.name
        assert (row.latitude is None) == (row.longitude is None), row.name
        assert row.latitude is None or (-60 <= row.latitude <= 75 and -180 <= row.longitude <= 180), row.name  # type: ignore[operator]
        assert row.precision in (1, 2, 3), row.name


def test_no_two_curated_places_of_a_country_share_a_spelling() -> None:
    seen: dict[tuple[str, str | None], str] = {}
    for row in sources.curated():
        for spelling in {fold(name) for name in row.names}:
            key = (spelling, row.country)
            assert key not in seen, f"{spelling}: {seen.get(key)} and {row.name}"
            seen[key] = row.name


def test_regions_are_precision_three_and_crossings_one() -> None:
    wrong = [
        r.name
        for r in sources.curated()
        if (r.kind == "crossing" and r.precision != 1) or (r.kind == "front" and r.precision == 1)
    ]
    assert wrong == []


def test_every_country_has_one_row_and_most_a_centre() -> None:
    rows = sources.countries()
    assert len({r.country for r in rows}) == len(rows) >= 240
    assert sum(r.latitude is not None for r in rows) >= 235


def test_demonyms_name_known_countries_and_stand_once() -> None:
    rows = sources.table("marsad.codebook", "demonyms.tsv")
    assert {r["iso3"] for r in rows} <= ISO3
    words = [fold(r["word"]) for r in rows]
    assert len(words) == len(set(words))


def test_every_class_of_cue_words_is_filled() -> None:
    words = load_words()
    assert all(getattr(words, name) for name in words.__dataclass_fields__)


def test_a_row_with_a_missing_cell_is_a_config_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sources, "table", lambda *_: [dict.fromkeys(sources.CURATED_COLUMNS, "") | {"name": "X", "kind": "castle"}]
    )
    with pytest.raises(ConfigError, match="castle"):
        sources.curated()
