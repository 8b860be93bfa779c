"""The bench of places: halves of documents, what each corpus counts as found, and the counting itself."""

from __future__ import annotations

from bench.places import Count, is_development, km, marks

from marsad.model import Place
from marsad.places import PlaceMention, find_places, load_gazetteer


def at(start: int, end: int, latitude: float, ident: str = "gn:1") -> PlaceMention:
    return PlaceMention(
        start=start, end=end, words="X", place=Place(name="X", words="X", latitude=latitude, longitude=0.0, id=ident)
    )


def test_papers_are_kept_whole_and_both_halves_are_filled() -> None:
    papers = [{"domain": f"paper{n}.example", "docid": str(n)} for n in range(40)]
    assert 10 < sum(map(is_development, papers)) < 30
    assert len({is_development({"domain": "paper.example", "docid": str(n)}) for n in range(9)}) == 1


def test_adjectives_and_called_after_count_only_where_the_guidelines_mark_them() -> None:
    text = "Iraqi officials went to Basra in Iraq with the Basra Police Department."
    gazetteer = load_gazetteer()
    reading = find_places(text, gazetteer=gazetteer)
    assert [m.words for m in marks("geovirus", text, reading, gazetteer)] == ["Basra", "Iraq"]
    assert sorted(m.words for m in marks("lgl", text, reading, gazetteer)) == ["Basra", "Basra", "Iraq", "Iraqi"]


def test_counts_are_of_overlaps_and_of_distances() -> None:
    count = Count()
    gold = [{"start": 0, "end": 4, "lat": 0.0, "lon": 0.0}, {"start": 10, "end": 14, "lat": 0.0, "lon": 0.0}]
    count.add(
        [*gold, {"start": 20, "end": 24, "lat": None, "lon": None}], [at(1, 3, 1.0), at(10, 14, 40.0, "iso:XXX"), at(30, 31, 0)]
    )
    row = count.row()
    assert row["overlap"] == {"p": 0.667, "r": 0.667, "f1": 0.667} and row["strict"]["f1"] == 0.333
    assert row["within_161km"] == 0.5 and row["within_161km_no_countries"] == 1.0


def test_a_missing_coordinate_has_no_distance() -> None:
    assert km((None, 0.0), (0.0, 0.0)) is None and round(km((0.0, 0.0), (1.0, 0.0)) or 0) == 111
