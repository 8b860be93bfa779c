"""Source coverage: a month without reports is told apart from a month without violence."""

from __future__ import annotations

from tests.analysis.folds import event, town

from marsad.analysis.coverage import coverage, thin_months
from marsad.ledger.tallying import Outlet
from marsad.model import Event


def months(first: int, last: int, sources: tuple[str, ...]) -> list[Event]:
    return [event(f"{n}-{s}", f"2025-{n:02}-10", sources=(s,)) for n in range(first, last + 1) for s in sources]


BUSY = months(1, 6, ("Radio", "Daily", "Wire", "a nurse"))


def outlets(last: int, names: tuple[str, ...] = ("Radio", "Daily", "Wire")) -> list[Outlet]:
    return [Outlet(outlet=name, month=f"2025-{n:02}", reports=3) for n in range(1, last + 1) for name in names]


def test_a_quiet_month_with_all_outlets_at_work_is_not_called_silent() -> None:
    found = coverage(BUSY, outlets=outlets(7), until="2025-07")
    last = found[-1]
    assert (last.month, last.events, last.sources, last.usual) == ("2025-07", 0, 0, 4.0)
    assert last.publishing == ("Daily", "Radio", "Wire") and last.silent == ()


def test_a_quiet_month_in_which_outlets_fell_silent_says_which() -> None:
    found = coverage(BUSY, outlets=[*outlets(6), Outlet(outlet="Wire", month="2025-07", reports=1)], until="2025-07")
    assert found[-1].silent == ("Daily", "Radio") and found[-1].publishing == ("Wire",)
    assert found[-1] in thin_months(found)
    assert "no report at all from Daily, Radio" in str(found[-1])


def test_few_sources_are_marked_against_what_is_usual() -> None:
    found = coverage(BUSY + months(7, 7, ("Radio",)))
    assert [m.thin for m in found] == [False] * 6 + [True]
    assert str(found[-1]) == "2025-07 SDN: 1 source, usually 4"


def test_areas_are_kept_apart() -> None:
    far = event("x", "2025-06-01", place=town("Tripoli", "Tripoli", "LBY"), sources=("Radio",))
    found = coverage([*BUSY, far], level="admin1")
    assert {m.area for m in found} == {"Sennar, SDN", "Tripoli, LBY"}
    assert [m.month for m in found if m.area == "Tripoli, LBY"] == ["2025-06"]


def test_nothing_gives_nothing() -> None:
    assert coverage(()) == ()
    assert coverage([event("a", None), event("b", place=None)]) == ()
