"""What a situation report counts, ranks and compares, on invented folds and on a small ledger."""

from __future__ import annotations

import pytest
from tests.analysis.folds import ARMY, CIVILIANS, RSF, condition, event, statistic, town
from tests.ledger.invented import batch_of

from marsad.analysis.situation import Period, bucket_of, situation, telling
from marsad.analysis.situation_changes import changes
from marsad.analysis.situation_reading import Earlier, Held, Question, months_before, read, set_out
from marsad.ledger.append import append
from marsad.ledger.findings import Findings, arrange
from marsad.ledger.history import head
from marsad.ledger.store import Ledger, open_ledger
from marsad.model import Claim, ConfigError, Count, Speaker, Toll
from marsad.stages import installed_rules

FEBRUARY = Question(country="SDN", since="2026-02-01", until="2026-02-28").checked()


def held(*items: object, **more: object) -> Held:
    found = arrange(
        events=[i for i in items if type(i).__name__ == "Event"],  # type: ignore[misc]
        statistics=[i for i in items if type(i).__name__ == "Statistic"],  # type: ignore[misc]
        conditions=[i for i in items if type(i).__name__ == "Condition"],  # type: ignore[misc]
    )
    return Held(question=FEBRUARY, found=found, told=tuple(e.id for e in found.events), **more)  # type: ignore[arg-type]


def test_low_is_what_is_sure_best_what_begins_in_the_days_high_all_that_touches_them() -> None:
    inside = event("a", killed=Toll(low=5, best=8, high=12))
    before = event("b", "2026-01-30", date_last="2026-02-02", killed=3)
    after = event("c", "2026-02-27", date_last="2026-03-01", killed=4)
    unsure = event("d", "2026-02-05", killed=2, disputed=("when",))
    total = situation(held(inside, before, after, unsure)).total
    assert (total.killed.low, total.killed.best, total.killed.high) == (5, 14, 21)
    assert (total.events.low, total.events.best, total.events.high) == (1, 3, 4)
    assert set(total.ids) == {"a", "b", "c", "d"}


def test_an_open_toll_opens_the_sum_and_an_untold_one_is_counted() -> None:
    total = situation(held(event("a", killed=Toll(low=5, best=5)), event("b"), event("c", killed=1))).total
    assert total.killed.high is None and total.killed.open == 1 and total.untold == 1 and total.killed.best == 6


def test_every_part_knows_its_events() -> None:
    told = situation(held(event("a", who=(RSF, ARMY), killed=3), event("b", sub="Armed clash", who=(ARMY,), killed=1)))
    assert {p.key: p.ids for p in told.actors} == {"Rapid Support Forces": ("a",), "Military Forces of Sudan": ("a", "b")}
    assert [(p.key, p.ids) for p in told.types] == [("Air/drone strike", ("a",)), ("Armed clash", ("b",))]
    assert told.regions[0].key == "Sennar" and told.regions[0].killed.best == 4
    assert [p.key for p in told.times if p.ids] == ["2026-02-10"] and len(told.times) == 28


def test_civilians_are_counted_where_they_were_the_target() -> None:
    told = situation(held(event("a", killed=3, civilian_targeting=True, whom=(CIVILIANS,)), event("b", killed=9)))
    assert told.civilians.killed.best == 3 and told.civilians.ids == ("a",)


def test_nothing_at_all_is_told_too() -> None:
    told = situation(held())
    assert told.total.events.best == 0 and not told.key and not told.access and not told.changes


@pytest.mark.parametrize(
    ("since", "until", "bucket"),
    [("2026-02-01", "2026-02-28", "date"), ("2026-01-01", "2026-03-31", "week"), ("2025-01-01", "2026-01-31", "month")],
)
def test_the_longer_the_period_the_coarser_its_stretches(since: str, until: str, bucket: str) -> None:
    assert bucket_of(since, until) == bucket


def test_the_weightiest_events_are_set_out_first() -> None:
    items = [event("few", killed=1), event("many", killed=50), event("hurt", injured=Toll(low=9, best=9, high=9)), event("none")]
    assert [e.id for e in set_out(items)] == ["many", "few", "hurt", "none"]


def test_who_says_how_many_the_whole_not_its_parts() -> None:
    counts = (
        Count(effect="killed", low=12, high=12, words="twelve people"),
        Count(effect="killed", who="three children", low=3, high=3, words="including three children"),
    )
    army = Claim(id="c1", report="r1", scope="incident", counts=counts, according_to=(Speaker(name="the army", role="military"),))
    other = Claim(
        id="c2", report="r2", scope="incident", counts=(Count(effect="killed", low=20, words="at least 20"),), stance="doubts"
    )
    told = telling(event("a", claims=("c1", "c2")), {"c1": army, "c2": other})
    assert [(v.who, v.low, v.high, v.stance, v.claims) for v in told.voices] == [
        ("the army", 12, 12, "asserts", ("c1",)),
        ("", 20, None, "doubts", ("c2",)),
    ]


def test_a_statistic_stands_beside_the_events_and_is_never_added_to_them() -> None:
    told = statistic("s", "killed", 100, first="2026-02-01", last="2026-02-28", place=town("Sudan", None, precision=3))
    inside = event("a", killed=8)
    found = situation(held(told, inside, beneath=(("s", (inside,)),)))
    assert found.statistics[0].found.best == 8 and found.statistics[0].share == 0.08
    assert found.total.killed.best == 8
    many = situation(held(told, inside, beneath=(("s", None),)))
    assert many.statistics[0].note and not many.statistics[0].events


def test_what_turned_in_these_days() -> None:
    old, new = condition("c1", "siege", "besieged", "2025-06-01"), condition("c2", "siege", "lifted", "2026-02-03")
    assert [c.id for c in situation(held(old, new)).turned] == ["c2"]


def test_changes_say_what_was_and_what_is() -> None:
    was = Findings(
        events=(
            event("a", claims=("1",), killed=3),
            event("b", claims=("2",)),
            event("c", claims=("3",)),
            event("d", claims=("4",)),
        )
    )
    now = Findings(
        events=(
            event("a", claims=("1", "9"), killed=Toll(low=3, best=5, high=7)),
            event("b", claims=("2", "3")),
            event("e", "2026-01-05", claims=("5",)),
        )
    )
    earlier = Earlier(name="January", seq=5, since="2026-01-01")
    found = {c.item.id: c for c in changes(held(earlier=earlier, was=was, now=now, moved=("d",)))}
    assert {name: c.kind for name, c in found.items()} == {"a": "changed", "b": "merged", "d": "withdrawn", "e": "new"}
    assert found["a"].fresh == 1 and found["a"].differences[0].field == "killed"
    assert found["a"].differences[0].before == Toll(low=3, best=3, high=3)
    assert found["b"].others == ("b", "c") and found["d"].moved and found["e"].late


def test_without_a_report_before_nothing_is_compared() -> None:
    assert changes(held(event("a"))) == ()


@pytest.mark.parametrize(("since", "until"), [("2026-02-30", "2026-03-01"), ("2026-03-01", "2026-02-01"), ("soon", "later")])
def test_days_that_are_none_are_refused(since: str, until: str) -> None:
    with pytest.raises(ConfigError):
        Question(country="SDN", since=since, until=until).checked()


def test_six_months_before_over_a_new_year() -> None:
    assert months_before("2026-02-18") == "2025-08-01" and months_before("2026-12-01") == "2026-06-01"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    made = open_ledger(tmp_path_factory.mktemp("situation") / "record.sqlite", write=True)
    for numbers in (range(12), range(12, 24)):
        append(made, batch_of(list(numbers)), **installed_rules())
    return made


def test_a_ledger_as_of_a_moment_and_what_changed_since(ledger: Ledger) -> None:
    end = head(ledger)
    assert end is not None
    whole = read(ledger, FEBRUARY)
    early = read(ledger, FEBRUARY, as_of=end.seq // 2)
    assert whole.seq == end.seq and whole.chain == end.chain and 0 < len(early.found.events) < len(whole.found.events)
    told = read(ledger, FEBRUARY, earlier=Earlier(name="early", seq=early.seq, chain=early.chain[:32]))
    kinds = {c.kind for c in situation(told).changes}
    assert "new" in kinds and {e.id for e in told.was.events} == {e.id for e in early.found.events}
    claims = {c for e in whole.found.events for c in e.claims}
    assert claims <= {c.id for c in whole.found.claims} and {c.report for c in whole.found.claims} <= {
        r.id for r in whole.found.reports
    }


def test_a_report_of_another_ledger_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ConfigError, match="not made of this ledger"):
        read(ledger, FEBRUARY, earlier=Earlier(name="x", seq=5, chain="00" * 16))
    with pytest.raises(ConfigError, match="not made of this ledger"):
        read(ledger, FEBRUARY, earlier=Earlier(name="x", seq=10**9))


def test_only_the_place_that_was_asked_for(ledger: Ledger) -> None:
    told = read(ledger, Question(country="SDN", since="2026-02-01", until="2026-02-28", place="Dilling"))
    assert told.found.events and {e.place.name for e in told.found.events if e.place} == {"Dilling"}


def test_a_period_without_events_counts_none() -> None:
    assert Period.of("2026-02-01", "2026-02-28", ()).whole().events.best == 0
