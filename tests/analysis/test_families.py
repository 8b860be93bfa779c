"""Who wrote the story that several outlets carry."""

from __future__ import annotations

from marsad.analysis.families import Origin, origin_of
from marsad.model import Report


def report(publisher: str | None, agency: str | None = None, published: str | None = None) -> Report:
    name = f"{publisher}-{agency}-{published}"
    return Report(id=name, origin=name, text="x", publisher=publisher, agency=agency, published=published)


def test_the_service_itself_is_among_them() -> None:
    wire = report("AFP", published="2026-02-18")
    found = origin_of([report("Arab News", "Reuters"), wire])
    assert found == Origin(agency="AFP", basis="published", report=wire.id)


def test_outlets_credit_it() -> None:
    assert origin_of([report("A", "AFP"), report("B"), report("C", "Agence France-Presse")]) == Origin(
        agency="Agence France-Presse", basis="credited"
    )
    assert origin_of([report("A", "AFP"), report("B", "Reuters")]) is None
    assert origin_of([report("A", "AFP"), report("B", "Reuters"), report("C", "AFP")]) == Origin(
        agency="Agence France-Presse", basis="credited"
    )


def test_only_one_service_is_carried_by_all() -> None:
    carried = {"A": ("AFP", "Reuters"), "B": ("Reuters",), "C": ()}
    assert origin_of([report("A"), report("B")], carried) == Origin(agency="Reuters", basis="syndicated")
    assert origin_of([report("A"), report("B"), report("C")], carried) is None
    assert origin_of([report("A"), report("A")], {"A": ("AFP",)}) is None
    assert origin_of([report("A"), report("B")]) is None
