"""Low, best and high, and what one claim's counts come to."""

from __future__ import annotations

import pytest

from marsad.linking import link
from marsad.linking.counts import whole
from marsad.model import Claim, Count, Event, Evidence, Toll

from .makers import actors, day, incident, killed, place, report, says

REPORTS = [report("r1", "2026-01-12"), report("r2", "2026-01-13"), report("r3", "2026-01-14")]


def event(*claims: Claim) -> Event:
    found = link(claims, REPORTS).events
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("counts", "total"),
    [
        ((), None),
        ((killed(0, words="no casualties"),), (0, 0)),
        ((killed(11, who="soldiers"), killed(6, None, who="volunteers")), (17, None)),
        ((killed(31), killed(19, who="civilians", words="19 of the dead were civilians")), (31, 31)),
        ((killed(20), killed(3, who="children", words="including three children")), (20, 20)),
        ((killed(17, who="civilians"), killed(3, who="children")), (17, 17)),
        ((killed(2, who="bodyguards", words="his bodyguards were among the dead"),), None),
        ((killed(0, who="civilian", words="not a single civilian"),), None),
        ((killed(4), killed(2, who="others", words="two more")), (6, 6)),
        ((killed(None, 10, words="up to 10"),), (None, 10)),
        ((killed(None, None, words="many"),), None),
    ],
)
def test_the_whole_of_one_claim(counts: tuple[Count, ...], total: tuple[int | None, int | None] | None) -> None:
    assert whole(Claim(id="c", report="r", scope="incident", counts=counts), "killed") == total


def test_words_around_the_count_make_it_a_part() -> None:
    text = "It found no fewer than 41, among them seven children."
    counts = (killed(41, None, words="no fewer than 41"), killed(7, who="relatives", words="seven children"))
    spans = [
        Evidence(field=f"counts.{i}", start=text.index(c.words), end=text.index(c.words) + len(c.words), quote=c.words)
        for i, c in enumerate(counts)
    ]
    claim = Claim(id="c", report="r", scope="incident", counts=counts, evidence=tuple(spans))
    assert whole(claim, "killed", text) == (41, None)


def test_nothing_stated_is_none_and_never_zero() -> None:
    assert event(incident("a", "r1")).killed == Toll()
    assert event(incident("a", "r1", counts=(killed(0, words="nobody was hurt"),))).killed == Toll(low=0, best=0, high=0)


def test_the_doctor_before_the_fighters() -> None:
    found = event(
        incident("a", "r1", counts=(killed(41),), according_to=says("a field commander", "armed_group")),
        incident("b", "r2", counts=(killed(17),), according_to=says("the hospital", "medical")),
        incident("c", "r3", counts=(killed(20, None),), according_to=says("the army", "military")),
    )
    assert found.killed == Toll(low=17, best=17, high=41)
    assert "killed" in found.disputed


def test_a_speaker_revises_its_own_toll() -> None:
    found = event(
        incident("a", "r1", counts=(killed(8),), according_to=says("the ministry")),
        incident("b", "r2", counts=(killed(12),), according_to=says("the ministry")),
    )
    assert found.killed == Toll(low=12, best=12, high=12) and found.disputed == ()


def test_a_withdrawn_figure_is_out_and_disputed() -> None:
    found = event(
        incident("a", "r1", counts=(killed(73),), according_to=says("the governor")),
        incident("b", "r2", counts=(killed(31),), according_to=says("Dr Huda", "medical")),
        incident("c", "r2", counts=(killed(73),), according_to=says("Dr Huda", "medical"), stance="denies", start=50),
    )
    assert found.killed == Toll(low=31, best=31, high=31) and "killed" in found.disputed


def test_a_belligerent_denial_does_not_delete_the_hospital() -> None:
    found = event(
        incident("a", "r1", counts=(killed(31),), according_to=says("the hospital", "medical")),
        incident("b", "r1", counts=(killed(31),), according_to=says("the army", "military"), stance="denies", start=50),
    )
    assert found.killed.best == 31


def test_one_group_is_not_the_best_figure_while_another_counts_all() -> None:
    found = event(
        incident("a", "r1", counts=(killed(25),), according_to=says("a soldier", "military")),
        incident("b", "r1", counts=(killed(3, who="guards"),), according_to=says("the state"), start=50),
    )
    assert found.killed == Toll(low=3, best=25, high=25)


def test_each_side_blames_the_other() -> None:
    found = event(
        incident("a", "r1", who=actors("Army"), according_to=says("the rebels", "armed_group")),
        incident("b", "r1", who=actors("Rebels"), according_to=says("the army", "military"), start=40),
    )
    assert found.disputed == ("who",)


def test_a_denial_is_kept_and_lowers_confidence() -> None:
    sure = incident("a", "r1", who=actors("Army"), according_to=says("residents", "resident"), confidence=0.8)
    denial = incident("b", "r1", who=actors("Army"), according_to=says("the army", "military"), stance="denies", start=50)
    found = event(sure, denial)
    assert "happened" in found.disputed and found.confidence < 0.8
    assert event(sure).confidence == 0.8


def test_the_most_precise_place_and_the_tightest_days() -> None:
    found = event(
        incident("a", "r1", when=day("2026-01-11", "2026-01-13"), where=(place("Sennar", (13.15, 33.93), precision=2),)),
        incident("b", "r2", when=day("2026-01-12"), where=(place("Sinja", (13.15, 33.93), precision=1),)),
    )
    assert (found.date_first, found.date_last, found.time_precision) == ("2026-01-12", "2026-01-12", 1)
    assert found.place is not None and found.place.name == "Sinja"


def test_civilian_targeting() -> None:
    assert event(incident("a", "r1", sub="Attack")).civilian_targeting
    assert event(incident("a", "r1", whom=actors("Civilians", kind="Civilians"))).civilian_targeting
    assert not event(
        incident("a", "r1", whom=actors("Army", kind="State Forces") + actors("Civilians", kind="Civilians"))
    ).civilian_targeting


def test_raising_the_toll_takes_the_place_of_earlier_ones() -> None:
    found = event(
        incident("a", "r1", counts=(killed(9),), according_to=says("a rescue official")),
        incident("b", "r2", counts=(killed(11, None),), according_to=says("the governor")),
        incident(
            "c", "r3", counts=(killed(14),), said="raising the toll to 14, the ministry said", according_to=says("the ministry")
        ),
    )
    assert found.killed == Toll(low=14, best=14, high=14) and "killed" not in found.disputed
    assert "its toll takes the place of an earlier one" in found.because[-1]


def test_a_raised_toll_of_a_party_does_not_displace_the_hospital() -> None:
    found = event(
        incident("a", "r1", counts=(killed(9),), according_to=says("the hospital", "medical")),
        incident(
            "b", "r3", counts=(killed(40),), said="the death toll has risen to 40", according_to=says("the gang", "armed_group")
        ),
    )
    assert found.killed == Toll(low=9, best=9, high=40) and "killed" in found.disputed


def test_at_least_is_a_bound_that_a_closed_figure_above_it_meets() -> None:
    found = event(
        incident("a", "r1", counts=(killed(10, None),), according_to=says("residents", "resident")),
        incident("b", "r2", counts=(killed(14),), according_to=says("the ministry")),
    )
    assert found.killed == Toll(low=10, best=14, high=14) and "killed" not in found.disputed


def test_a_speaker_withdraws_its_figure_in_the_same_report() -> None:
    found = event(
        incident("a", "r1", counts=(killed(21),), according_to=says("the hospital in Sinja", "medical")),
        incident(
            "b",
            "r1",
            counts=(killed(9),),
            said="the hospital withdrew that figure and said nine had been killed",
            according_to=says("the hospital", "medical"),
            start=100,
        ),
    )
    assert found.killed == Toll(low=9, best=9, high=9)


def test_who_denies_what_it_told_takes_its_figure_back() -> None:
    found = event(
        incident("a", "r1", counts=(killed(30),), according_to=says("the governor")),
        incident("b", "r1", counts=(killed(4),), according_to=says("residents", "resident"), start=50),
        incident("c", "r2", according_to=says("the governor"), stance="denies"),
    )
    assert found.killed == Toll(low=4, best=4, high=4) and "happened" in found.disputed


def test_one_body_under_a_short_and_a_long_name_is_one_speaker() -> None:
    found = event(
        incident("a", "r1", counts=(killed(8),), according_to=says("the health ministry")),
        incident("b", "r2", counts=(killed(12),), according_to=says("the ministry")),
    )
    assert found.killed == Toll(low=12, best=12, high=12) and found.voices == 1


def test_officials_of_two_places_stay_two_speakers() -> None:
    found = event(
        incident("a", "r1", counts=(killed(8),), according_to=says("officials")),
        incident("b", "r2", counts=(killed(0, words="nobody"),), according_to=says("border officials")),
    )
    assert (found.killed.low, found.killed.high, found.voices) == (0, 8, 2) and "killed" in found.disputed


def test_an_old_story_that_is_carried_late_is_not_the_newest_word() -> None:
    reports = [*REPORTS, report("late", "2026-01-20", copy_of="r1")]
    old = incident("a", "r1", counts=(killed(7),), according_to=says("the ministry"))
    new = incident("b", "r2", counts=(killed(11),), according_to=says("the ministry"))
    carried = incident("c", "late", counts=(killed(7),), said="a told it", according_to=says("the ministry"))
    assert link([old, new, carried], reports).events[0].killed == Toll(low=11, best=11, high=11)
