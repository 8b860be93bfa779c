"""Statistics set out: the figures stay as told, and parts are read with their total."""

from __future__ import annotations

from tests.analysis.folds import ARMY, CIVILIANS, RSF, statistic, town

from marsad.analysis.tallies_statistics import set_out
from marsad.model import Claim, Evidence, Speaker, Statistic

STRIKES = dict(event_type="Explosions/Remote violence", sub_event_type="Air/drone strike")
WHERE = "sub_event_type = 'Air/drone strike' and civilian_targeting and year = 2025"


def told(*items: Statistic) -> list[Claim]:
    """A claim each, told one after the other in one report."""
    return [
        Claim(
            id=item.claims[0],
            report="rep-1",
            scope="statistic",
            measure=item.measure,
            evidence=(Evidence(field="claim", start=40 * n, end=40 * n + 30, quote="x" * 30),),
        )
        for n, item in enumerate(items)
    ]


def seed() -> list[Statistic]:
    """ "Last year 163 strikes targeted civilians, killing 1,032; the army 83 strikes, 568 deaths; the RSF 66, 288"."""
    typed = dict(**STRIKES, whom=(CIVILIANS,), place=town("Sudan", None, precision=3))
    return [
        statistic("s1", "incidents", 163, claims=("c1",), **typed),
        statistic("s2", "killed", 1032, claims=("c2",), **typed),
        statistic("s3", "incidents", 83, claims=("c3",), who=(ARMY,)),
        statistic("s4", "killed", 568, claims=("c4",), who=(ARMY,)),
        statistic("s5", "incidents", 66, claims=("c5",), who=(RSF,)),
        statistic("s6", "killed", 288, claims=("c6",), who=(RSF,)),
    ]


def test_the_seed_s_sentence_is_one_call() -> None:
    items = seed()
    lines = set_out(items, told(*items), by="who", where=WHERE)
    assert [(line.keys[0], *(line.figure(m).low for m in ("incidents", "killed"))) for line in lines] == [  # type: ignore[union-attr]
        (None, 163, 1032),
        ("Military Forces of Sudan", 83, 568),
        ("Rapid Support Forces", 66, 288),
    ]
    assert lines[0].inherits is None and {line.inherits for line in lines[1:]} <= {"s1", "s2"}
    assert {line.according_to for line in lines} == {("ACLED",)}


def test_without_the_report_parts_say_no_more_than_they_do() -> None:
    assert [line.keys for line in set_out(seed(), by="who", where=WHERE)] == [(None,)]


def test_figures_are_never_added() -> None:
    two = [
        statistic("a", "killed", 40_000, None),
        statistic("b", "killed", 60_000, according_to=(Speaker(name="WHO", role="un"),)),
        statistic("c", "killed", 50_000, None),
    ]
    lines = set_out(two, by="source")
    assert [(line.keys[0], line.figure("killed")[1:]) for line in lines] == [  # type: ignore[index]
        ("WHO", (60_000, 60_000, ("b",))),
        ("ACLED", (40_000, None, ("a", "c"))),
    ]


def test_a_figure_over_two_doers_stays_one() -> None:
    both = statistic("a", "killed", 77, None, who=(RSF, ARMY))
    assert [line.keys[0] for line in set_out([both], by="who")] == ["Rapid Support Forces; Military Forces of Sudan"]


def test_months_are_those_that_a_figure_lies_in() -> None:
    lines = set_out(
        [statistic("a", "killed", 5, first="2026-02-01", last="2026-02-28"), statistic("b", "killed", 9)], by="month,year"
    )
    assert [line.keys for line in lines] == [(None, "2025"), ("2026-02", "2026")]


def test_measures_can_be_any_of_the_codebook_s() -> None:
    lines = set_out([statistic("a", "displaced", 12_000_000)], by="who", measures="displaced,events")
    assert lines[0].figure("displaced") is not None and lines[0].figure("events") is None
