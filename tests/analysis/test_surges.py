"""Surges: rises and falls that chance and late reports don't explain, with the range of tolls."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from tests.analysis.folds import ARMY, RSF, event, town

from marsad.analysis.surges import Delays, Surge, chance, delays_of, figure, surges, total
from marsad.model import ConfigError, Event, Report, Toll

AT = "2026-02-18"


def made(rate: float, days: int, *, until: str = AT, admin1: str = "Sennar", seed: int = 1, **more: object) -> list[Event]:
    """Events on days up to one, so many a day on average."""
    chance_ = np.random.default_rng(seed)
    last = dt.date.fromisoformat(until)
    found = []
    for back in range(days):
        day = (last - dt.timedelta(days=back)).isoformat()
        for n in range(chance_.poisson(rate)):
            found.append(event(f"{admin1}-{seed}-{day}-{n}", day, place=town("X", admin1), **more))  # type: ignore[arg-type]
    return found


BEFORE = "2026-02-04"


def rising(**more: object) -> list[Event]:
    return made(0.3, 300, until=BEFORE, **more) + made(1.6, 14, seed=2, **more)  # type: ignore[arg-type]


def test_a_rise_is_found_with_its_reason_and_events() -> None:
    found = surges(rising(), at=AT, measures="events")
    assert [(s.group, s.kind) for s in found] == [(("Sennar",), "rise")]
    surge = found[0]
    assert surge.ratio[0] > 1.5 and surge.ratio[0] < surge.ratio[1] < surge.ratio[2]
    assert surge.q < 0.01 and surge.holds and surge.since == "2026-02-05"
    assert len(surge.events) == surge.recent.best and "in as many days before" in surge.why
    assert (surge.first, surge.last) == ("2026-02-05", AT)


def test_false_alarms_are_rare() -> None:
    alarms = 0
    for seed in range(40):
        groups = [e for n in range(5) for e in made(0.5, 260, admin1=f"Region {n}", seed=seed * 10 + n)]
        alarms += bool(surges(groups, at=AT, measures="events"))
    assert alarms <= 4, f"{alarms} of 40 quiet records raised an alarm; 2 are expected at most"


def test_one_mass_killing_is_no_surge_of_deaths_but_many_are() -> None:
    calm = made(0.4, 200, until=BEFORE, killed=3)
    one = [*calm, event("mass", "2026-02-10", killed=80, place=town("X", "Sennar"))]
    assert not [s for s in surges(one, at=AT, measures="killed") if s.holds]
    many = [*calm, *made(2.0, 14, seed=3, killed=9)]
    assert [s.measure for s in surges(many, at=AT, measures="killed") if s.holds] == ["killed"]


def test_a_rise_that_only_the_best_figures_show_is_marked() -> None:
    vague = Toll(low=0, best=9, high=30)
    found = surges([*made(0.4, 200, until=BEFORE, killed=3), *made(2.0, 14, seed=3, killed=vague)], at=AT, measures="killed")
    assert found and not found[0].holds and "not there with the most cautious figures" in found[0].why


def test_a_fall_is_not_claimed_while_reports_are_still_to_come() -> None:
    events = made(1.0, 300, until=BEFORE) + made(0.35, 14, seed=5)
    assert [s.kind for s in surges(events, at=AT, measures="events")] == ["fall"]
    late = Delays(known=tuple(min(1.0, 0.02 * d) for d in range(61)), of=100)
    assert surges(events, at=AT, measures="events", delays=late) == ()


def test_delay_cannot_make_a_rise() -> None:
    late = Delays(known=tuple(min(1.0, 0.02 * d) for d in range(61)), of=100)
    for item in surges(rising(), at=AT, measures="events", delays=late):
        assert item.ratio[1] == surges(rising(), at=AT, measures="events")[0].ratio[1]
        assert item.known < 0.2 and "taken to be reported yet" in item.why


def test_delays_are_learned_from_old_events_alone() -> None:
    reports = [Report(id=f"r{n}", origin="o", text="", published=f"2025-10-{n + 1:02}") for n in range(30)]
    events = [event(f"e{n}", "2025-10-01", reports=(f"r{n}",)) for n in range(30)]
    delays = delays_of(events, reports, at=AT)
    assert delays.of == 30 and delays.share(0) == pytest.approx(1 / 30, abs=1e-3) and delays.share(29) == delays.share(300) == 1.0
    assert delays_of(events, reports, at="2025-11-01") == Delays(), "too young to know what is still to come"
    assert delays_of(events[:5], reports, at=AT).share(0) == 1.0


def test_groups_are_by_any_dimensions() -> None:
    events = [*rising(who=(RSF,)), *made(0.5, 300, seed=8, who=(ARMY,))]
    found = surges(events, at=AT, by="who,sub_event_type", measures="events")
    assert [s.group for s in found] == [("Rapid Support Forces", "Air/drone strike")]
    assert surges(events, at=AT, by="who", measures="events", where="who = 'Military Forces of Sudan'") == ()


def test_too_little_is_not_tested() -> None:
    assert surges([event("a", "2026-02-10"), event("b", "2026-02-11")], at=AT) == ()
    assert surges((), at=AT) == ()


@pytest.mark.parametrize("wrong", [{"at": "soon"}, {"days": 0}, {"before": 20}, {"by": "weather"}, {"measures": "cost"}])
def test_wrong_questions_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        surges(rising(), **{"at": AT, **wrong})  # type: ignore[arg-type]


def test_the_exact_test_is_that_of_the_binomial() -> None:
    from scipy.stats import binom

    assert chance(8, 12, 0.2, "rise") == pytest.approx(binom.sf(7, 20, 0.2))
    assert chance(2, 18, 0.3, "fall") == pytest.approx(binom.cdf(2, 20, 0.3))
    assert chance(0, 5, 0.2, "rise") == 1.0


def test_sums_keep_their_range() -> None:
    toll = total([event("a", killed=Toll(low=1, best=2, high=4)), event("b", killed=Toll(low=50, best=50))], "killed")
    assert toll == Toll(low=51, best=52, high=None) and figure(toll) == "52 (51 or more)"
    assert isinstance(surges(rising(), at=AT)[0], Surge)
