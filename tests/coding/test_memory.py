"""Which earlier incident a later sentence goes on with."""

from __future__ import annotations

from marsad.coding.memory import Incident, Memory, apart, other_days
from marsad.model import Place, When

HERE = Place(name="Sinja", words="Sinja", country="SDN", latitude=13.15, longitude=33.93, precision=1)
FAR = Place(name="El Fasher", words="El Fasher", country="SDN", latitude=13.63, longitude=25.35, precision=1)
REGION = Place(name="Sennar", words="Sennar state", country="SDN", precision=3)
MONDAY = When(first="2026-01-12", last="2026-01-12", precision="day")
TUESDAY = When(first="2026-01-13", last="2026-01-13", precision="day")


def told(*incidents: tuple[str, Place, When]) -> Memory:
    memory = Memory()
    for number, (kind, place, when) in enumerate(incidents):
        memory.add(Incident(order=0, sub_event_type=kind, sentence=number, places=(place,), when=when))
    return memory


def test_the_last_incident_is_meant_where_nothing_is_said() -> None:
    memory = told(("Attack", HERE, MONDAY), ("Armed clash", FAR, TUESDAY))
    found = memory.match(sub_event_type="Armed clash", places=(), when=When())
    assert found is memory.incidents[1]


def test_a_named_place_leads_back_to_its_incident() -> None:
    memory = told(("Attack", HERE, MONDAY), ("Armed clash", FAR, TUESDAY))
    found = memory.match(sub_event_type="Attack", places=(HERE,), when=When())
    assert found is memory.incidents[0]


def test_another_place_or_day_is_another_incident() -> None:
    memory = told(("Attack", HERE, MONDAY))
    assert memory.match(sub_event_type="Attack", places=(FAR,), when=When()) is None
    assert memory.match(sub_event_type="Attack", places=(HERE,), when=TUESDAY) is None


def test_a_region_is_not_apart_from_its_town() -> None:
    assert not apart((HERE,), (REGION,))
    assert apart((HERE,), (FAR,))
    assert not other_days(MONDAY, When())
    assert other_days(MONDAY, TUESDAY)
