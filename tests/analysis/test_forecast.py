"""The forecast baseline: distributions, scores on months not seen, and an honest verdict."""

from __future__ import annotations

import numpy as np
import pytest
from tests.analysis.folds import event, town

from marsad.analysis.forecast import (
    BASELINES,
    MODEL,
    Panel,
    analogues,
    baseline,
    crps,
    forecast,
    panel_of,
    score,
    verdict,
)
from marsad.analysis.foreign import ForeignEvent
from marsad.model import ConfigError, Toll


def invented(kind: str, regions: int = 12, months: int = 60) -> Panel:
    """Made-up deaths: `steady` around each region's level, `drifting` up and down for long, `noise` of one level for all."""
    chance = np.random.default_rng(7)
    if kind == "noise":
        values = chance.poisson(20, (regions, months)).astype(float)
    elif kind == "drifting":
        walk = np.cumsum(chance.normal(0, 0.35, (regions, months)), axis=1) + 2.5
        values = chance.poisson(np.exp(np.clip(walk, -2, 6))).astype(float)
    else:
        values = chance.poisson(np.linspace(1, 80, regions)[:, None], (regions, months)).astype(float)
    names = tuple(f"Region {n:02}, SDN" for n in range(regions))
    return Panel(
        regions=names, months=tuple(f"{2020 + n // 12}-{n % 12 + 1:02}" for n in range(months)), values=values, measure="killed"
    )


def test_sums_are_by_region_and_month_with_zeroes_between() -> None:
    toll = Toll(low=1, best=4, high=9)
    events = [
        ForeignEvent(id="1", first="2020-01-05", last="2020-01-05", country="SYR", admin1="Homs Governorate", killed=toll),
        ForeignEvent(id="2", first="2020-01-31", last="2020-02-02", country="SYR", admin1="Homs", killed=toll),
        ForeignEvent(id="3", first="2021-08-01", last="2021-08-01", country="SYR", admin1=None, killed=toll),
        event("4", "2021-07-01", place=town("Sinja", "Sennar"), killed=2),
        event("5", None),
    ]
    panel = panel_of(events)
    assert panel.regions == ("Homs, SYR", "Sennar, SDN") and (panel.months[0], panel.months[-1]) == ("2020-01", "2021-07")
    assert panel.values[0, 0] == 8 and panel.values[1, -1] == 2 and panel.values.sum() == 10
    assert panel_of(events, measure="events", level="country").values.sum() == 4
    assert panel_of(events, until="2021-12").months[-1] == "2021-12"
    with pytest.raises(ConfigError, match="needs 18 months"):
        panel_of(events, until="2020-06")


def test_crps_of_a_point_is_its_distance_and_a_spread_around_it_is_better() -> None:
    seen = np.array([10.0])
    assert crps(np.array([[4.0]]), seen)[0] == 6
    assert crps(np.array([[9.0, 10.0, 11.0]]), seen)[0] < crps(np.array([[8.0]]), seen)[0]
    both = crps(np.array([[2.0, 7.0, 4.0]]), seen)[0]
    assert both == pytest.approx(np.mean([8, 3, 6]) - 0.5 * np.mean(np.abs(np.subtract.outer([2, 7, 4], [2, 7, 4]))))


def test_a_forecast_uses_nothing_of_the_future() -> None:
    panel = invented("drifting")
    later = panel.values.copy()
    later[:, 40:] = 999
    assert np.array_equal(analogues(panel.values, 39, 3), analogues(later, 39, 3))
    for rule in BASELINES:
        assert np.array_equal(baseline(rule, panel.values, 39), baseline(rule, later, 39))


def test_distributions_are_ordered_and_whole() -> None:
    made = forecast(invented("steady"), horizons=3)
    assert len(made) == 36 and made[0].month == "2025-01"
    for item in made:
        assert 0 <= item.low90 <= item.low50 <= item.median <= item.high50 <= item.high90
        assert 0 <= item.none <= 1 and 0 <= item.many <= 1
    assert made[-1].median > 50 > made[0].median, "a region with much is not expected to be quiet"
    assert made == forecast(invented("steady"), horizons=3)


def test_most_of_what_comes_lies_in_the_middle_nine_tenths() -> None:
    for kind in ("steady", "drifting"):
        own = [s for s in score(invented(kind), horizons=2) if s.rule == MODEL]
        assert all(s.within90 is not None and 0.8 <= s.within90 <= 0.99 for s in own), (kind, own)


def test_where_levels_drift_it_beats_the_simple_rules_and_says_so() -> None:
    scores = score(invented("drifting"), horizons=3)
    means = {rule: np.mean([s.crps for s in scores if s.rule == rule]) for rule in (MODEL, *BASELINES)}
    assert means[MODEL] < min(means["persistence"], means["historical mean"], means["all months"])
    assert "It beats persistence at every horizon" in verdict(scores)[0]


def test_where_there_is_nothing_to_know_it_says_that_it_does_not_beat_the_baseline() -> None:
    lines = verdict(score(invented("noise", regions=4), horizons=3, train=30))
    assert any(line.startswith("It does NOT beat all months") for line in lines), lines


def test_scores_hold_for_each_rule_and_horizon() -> None:
    scores = score(invented("steady"), horizons=2, train=24, origins=5)
    assert {(s.rule, s.horizon) for s in scores} == {(r, h) for r in (MODEL, *BASELINES) for h in (1, 2)}
    assert all(s.cases == 60 and s.months == 5 for s in scores)
    with pytest.raises(ConfigError, match="too few to score"):
        score(invented("steady", months=24), horizons=2, train=24)
    with pytest.raises(ConfigError, match="1 to 12"):
        forecast(invented("steady"), horizons=13)


def test_with_few_examples_it_falls_back_on_the_region_s_own_months() -> None:
    panel = invented("steady", regions=1, months=20)
    assert forecast(panel, horizons=1)[0].high90 <= panel.values.max()
