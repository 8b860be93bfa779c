"""The place of an event: that of the most precise claim, or the town round a building that has no point."""

from __future__ import annotations

from marsad.linking.agreement import pinned
from marsad.model import Place


def place(name: str, latitude: float | None, precision: int = 1) -> Place:
    at = {"latitude": latitude, "longitude": latitude}
    return Place(name=name, words=name, country="SOM", admin1=None, precision=precision, id=None, **at)


def test_a_building_without_a_point_is_pinned_to_its_town_and_not_to_its_country() -> None:
    house, town, country = place("Lama Galbeed", None), place("Beledweyne", 4.7), place("Somalia", 6.0, 3)
    assert pinned((house, town)).name == "Beledweyne" and pinned((house, town)).precision == 2
    assert pinned((house,)) == house and pinned((house, country)) == house
    assert pinned((town, country)) == town
