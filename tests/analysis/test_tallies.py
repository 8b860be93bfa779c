"""Tallies: filters, ranges, groups, and that the columns of a ledger are those of its events."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analysis.folds import ARMY, CIVILIANS, RSF, event, town
from tests.ledger.invented import batch_of

from marsad.analysis.tallies import DIMENSIONS, tally
from marsad.analysis.tallies_fields import CONDITION_FIELDS, EVENT_FIELDS, holds
from marsad.analysis.tallies_filter import FilterError, read_filter
from marsad.analysis.tallies_select import passing
from marsad.ledger import tallying
from marsad.ledger.append import append
from marsad.ledger.query import everything
from marsad.ledger.store import open_ledger
from marsad.ledger.tallying import columns, outlets, outlets_of
from marsad.ledger.tallying_columns import Columns, columns_of, joined, taken
from marsad.model import ConfigError, Event, Toll
from marsad.stages import installed_rules

EVENTS = (
    event(
        "a",
        killed=Toll(low=10, best=12, high=20),
        who=(RSF,),
        whom=(CIVILIANS,),
        civilian_targeting=True,
        sources=("UN", "Radio"),
    ),
    event(
        "b", "2026-02-20", killed=Toll(low=5, best=5), who=(ARMY,), whom=(CIVILIANS,), civilian_targeting=True, sources=("Radio",)
    ),
    event("c", "2026-01-31", date_last="2026-02-01", killed=3, who=(RSF,), whom=(ARMY,), voices=3, sources=("UN",)),
    event("d", "2026-01-05", "Armed clash", who=(RSF, ARMY), place=town("Dilling", "South Kordofan", precision=2)),
    event("e", "2026-01-01", "Attack", date_last="2026-12-31", time_precision=3, killed=7, place=None),
    event("f", None, "Attack", killed=1, disputed=("who", "killed"), who=(RSF,), place=town("Nyala", None)),
)


def found(where: str) -> str:
    chosen = [e.id for e in EVENTS if holds(read_filter(where, EVENT_FIELDS), e)]
    mask = passing(columns_of(EVENTS), read_filter(where, EVENT_FIELDS))
    assert [e.id for e, m in zip(EVENTS, mask, strict=True) if m] == chosen, "rows and columns are read differently"
    return "".join(chosen)


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ("sub_event_type = 'air/drone STRIKE' and civilian_targeting", "ab"),
        ("not civilian_targeting and killed >= 3", "ce"),
        ("killed between 5 and 7 or killed = 1", "bef"),
        ("killed_high is null", "bd"),
        ("actor = 'military forces of sudan'", "bcd"),
        ("who = 'Military Forces of Sudan'", "bd"),
        ("who != 'Rapid Support Forces'", "be"),
        ("actor like 'Rapid%' and not (month = '2026-02')", "cdf"),
        ("country = 'Sudan' and admin1 in ('Sennar', 'South Kordofan')", "abcd"),
        ("admin1 not in ('Sennar')", "def"),
        ("admin1 is not null", "abcd"),
        ("place is null or date is null", "ef"),
        ("date >= '2026-02'", "ab"),
        ("date <= '2026-01'", "cde"),
        ("date = '2026'", "abcde"),
        ("year = 2026 and week = '2026-W07'", "a"),
        ("source = 'un'", "ac"),
        ("whom_kind = 'civilians'", "ab"),
        ("disputed or voices > 2", "cf"),
        ("geo_precision > 1", "d"),
        ("civilian_targeting = false and id in ('c', 'f')", "cf"),
        ("place like 'S_nja'", "abc"),
        ("confidence < 0.6", "abcdef"),
    ],
)
def test_a_filter_finds_the_same_in_rows_and_in_columns(where: str, ids: str) -> None:
    assert found(where) == ids


@pytest.mark.parametrize(
    ("where", "message", "column"),
    [
        ("killed >= 5 and civilan_targeting", "did you mean civilian_targeting?", 16),
        ("sub_event_type = 'Air strike'", "did you mean 'Air/drone strike'?", 17),
        ("killed >= 'many'", "killed is a number", 10),
        ("killed >=", "a value is missing here", 9),
        ("killed 5", "a comparison is missing here", 7),
        ("killed = 5 civilian_targeting", "`and` or `or` is missing", 11),
        ("(killed = 5", "a ) is missing here", 11),
        ("country = 'Narnia'", "'Narnia' is no country", 10),
        ("date > '2026-02-30'", "date is a date", 7),
        ("actor > 'A'", "actor is text", 6),
        ("killed", "killed is not yes or no", 6),
        ("place = Sinja", "a value is missing here", 8),
        ("__import__('os').system('true')", "missing", 10),
    ],
)
def test_a_mistake_is_shown_with_its_place(where: str, message: str, column: int) -> None:
    with pytest.raises(FilterError) as caught:
        read_filter(where, EVENT_FIELDS)
    text = str(caught.value)
    assert message in text
    assert text.splitlines()[-1].index("^") == column + 2


@pytest.mark.parametrize(
    "where", ["killed = 1 and " * 200 + "killed = 1", "(" * 60 + "killed = 1" + ")" * 60, "not " * 60 + "killed = 1"]
)
def test_an_endless_filter_is_refused(where: str) -> None:
    with pytest.raises(FilterError, match="not read"):
        read_filter(where, EVENT_FIELDS)


def test_fields_are_those_of_the_kind() -> None:
    assert read_filter("subject = 'siege' and since >= '2026'", CONDITION_FIELDS)
    with pytest.raises(FilterError, match="there is no field 'subject'"):
        read_filter("subject = 'siege'", EVENT_FIELDS)


def test_low_best_and_high_are_carried_through() -> None:
    made = tally(EVENTS[:3], measures="events,killed")
    assert made.groups == ()
    assert made.total.figure("killed")[1:] == (18, 20, None, 1, 0)
    assert made.total.figure("events")[1:4] == (3, 3, 3)
    assert (made.total.alone, made.total.sources, made.total.disputed) == (2, 2, 0)
    closed = tally(EVENTS[:1], measures="killed").total.figure("killed")
    assert (closed.low, closed.best, closed.high, closed.open) == (10, 12, 20, 0)


def test_an_event_on_two_months_is_sure_in_neither() -> None:
    rows = {g.keys[0]: g for g in tally(EVENTS, by="month").groups}
    assert rows["2026-01"].figure("events")[1:4] == (1, 2, 2)
    assert rows["2026-02"].figure("events")[1:4] == (2, 2, 3)
    assert rows["2026-02"].figure("killed")[1:4] == (15, 17, None)
    assert rows[None].figure("events")[1:4] == (0, 2, 2), "a whole year and no date: under no month"
    total = tally(EVENTS, by="month").total
    assert total.events == 6 and total.figure("killed").best == 28


def test_what_is_disputed_is_left_out_of_low() -> None:
    rows = {g.keys[0]: g for g in tally(EVENTS, by="who", measures="events,killed").groups}
    assert rows["Rapid Support Forces"].figure("events")[1:4] == (3, 4, 4)
    assert rows["Rapid Support Forces"].figure("killed").low == 13
    assert rows["Military Forces of Sudan"].events == 2, "a clash stands under both sides"
    assert rows[None].events == 1
    assert tally(EVENTS, by="sub_event_type").total.figure("events").low == 6


def test_a_region_is_told_apart_from_one_of_the_same_name() -> None:
    two = [event("a", place=town("X", "Northern", "SDN")), event("b", place=town("X", "Northern", "LKA"))]
    assert [g.keys for g in tally(two, by="admin1").groups] == [("Northern, LKA",), ("Northern, SDN",)]
    assert [g.keys for g in tally(two, by="country,place").groups] == [("LKA", "X, Northern"), ("SDN", "X, Northern")]


def test_unknown_words_are_refused() -> None:
    with pytest.raises(ConfigError, match="there is no dimension 'weather'"):
        tally(EVENTS, by="weather")
    with pytest.raises(ConfigError, match="there is no measure 'cost'"):
        tally(EVENTS, measures="cost")
    assert tally((), by="month").total.events == 0


names = st.sampled_from(["a", "b", "c"])
some_events = st.lists(
    st.builds(
        event,
        st.uuids().map(str),
        st.sampled_from([None, "2025-12-31", "2026-01-01", "2026-01-20"]),
        st.sampled_from(["Air/drone strike", "Armed clash", "Attack"]),
        killed=st.one_of(st.just(Toll()), st.integers(0, 50), st.integers(0, 5).map(lambda n: Toll(low=n, best=n))),
        who=st.lists(st.sampled_from([RSF, ARMY, CIVILIANS]), max_size=3, unique=True).map(tuple),
        place=st.one_of(st.none(), names.map(town)),
        disputed=st.sampled_from([(), ("who",), ("killed", "when")]),
        sources=st.lists(names, max_size=3, unique=True).map(tuple),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(some_events, st.sets(st.sampled_from(DIMENSIONS), min_size=1, max_size=3))
def test_groups_hold_what_counting_one_by_one_gives(events: list[Event], by: set[str]) -> None:
    made = tally(events, by=sorted(by), measures="events,killed")
    assert made.total.events == len(events)
    assert made.total.figure("killed").best == sum(e.killed.best or 0 for e in events)
    for group in made.groups:
        low, best, high = group.figure("events")[1:4]
        assert 0 <= low <= best <= (high or 0) <= len(events)
        killed = group.figure("killed")
        assert killed.low <= killed.best <= (killed.best if killed.high is None else killed.high)
    if not made.repeats:
        assert sum(g.events for g in made.groups) == len(events)
    assert tally(events[::-1], by=sorted(by), measures="events,killed") == made, "the order of events shows"


@settings(max_examples=40, deadline=None)
@given(some_events, st.integers(0, 12))
def test_columns_made_in_two_parts_are_those_of_the_whole(events: list[Event], cut: int) -> None:
    whole = columns_of(events)
    parts = joined(columns_of(events[:cut]), columns_of(events[cut:]))
    for by in ("who", "source,month", "place"):
        assert tally(parts, by=by) == tally(whole, by=by)
    assert tally(taken(whole, __import__("numpy").arange(len(events))), by="who") == tally(whole, by="who")


def test_columns_of_a_ledger_follow_it(address: str) -> None:
    store = open_ledger(address, write=True)
    for part in ([*range(12)], [*range(12, 30)], [*range(30, 34)]):
        append(store, batch_of(part), **installed_rules())
        known = everything(store)
        assert tally(columns(store), by="who,place") == tally(known.events, by="who,place")
        assert outlets(store) == outlets_of(known.reports)
    before = everything(store, as_of=40)
    assert tally(columns(store, as_of=40), by="place") == tally(before.events, by="place")
    store.close()


def test_kept_columns_are_believed_only_of_their_own_ledger(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    monkeypatch.setattr(tallying, "CHUNK", 3)
    folder = Path(str(tmp_path))
    made: list[Columns] = []
    for name, numbers in (("one", range(20)), ("other", range(20, 40))):
        store = open_ledger(folder / f"{name}.sqlite", write=True)
        append(store, batch_of(list(numbers)), **installed_rules())
        made.append(columns(store))
        store.close()
    assert (folder / "one.sqlite.columns").is_file()
    (folder / "one.sqlite.columns").replace(folder / "other.sqlite.columns")
    tallying.IN_MEMORY.clear()
    store = open_ledger(folder / "other.sqlite")
    assert tally(columns(store), by="place,month") == tally(made[1], by="place,month")
    (folder / "other.sqlite.columns").write_bytes(b"PK\x03\x04 damaged")
    tallying.IN_MEMORY.clear()
    assert tally(columns(store), by="place,month") == tally(made[1], by="place,month")
    tallying.forget(store)
    assert not (folder / "other.sqlite.columns").exists()


def test_kept_columns_are_read_and_not_made_again(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    monkeypatch.setattr(tallying, "CHUNK", 3)
    store = open_ledger(Path(str(tmp_path)) / "r.sqlite", write=True)
    append(store, batch_of(list(range(20))), **installed_rules())
    made = columns(store)
    tallying.IN_MEMORY.clear()
    monkeypatch.setattr(tallying, "grown", lambda *given: pytest.fail("read all revisions again"))
    again = columns(store)
    assert dataclasses.asdict(tally(again, by="who,place,month")) == dataclasses.asdict(tally(made, by="who,place,month"))


def test_a_result_counts_and_has_a_board() -> None:
    from tests.analysis.folds import condition

    from marsad.result import Result

    found = Result(events=EVENTS, conditions=(condition("c", "siege", "besieged", "2026-01-01"),))
    assert found.tally("who", where="killed >= 3") == tally(EVENTS, by="who", where="killed >= 3")
    assert [s.id for e in found.access("2026-02-18") for s in e.standings] == ["c"]


def test_a_tally_as_a_data_frame_keeps_open_ends_empty() -> None:
    events = [
        event("a", "2026-02-10", killed=Toll(low=20, best=20), who=(ARMY,)),
        event("b", "2026-02-11", killed=Toll(low=7, best=9, high=9), who=(RSF,), disputed=("killed",)),
    ]
    frame = tally(events, by="who", measures="events,killed").to_pandas().set_index("who")
    assert list(frame.columns[3:6]) == ["killed_low", "killed_best", "killed_high"]
    assert frame.loc[ARMY.name, "killed_best"] == 20 and frame.loc[[ARMY.name], "killed_high"].isna().all()
    assert frame.loc[RSF.name, ["killed_low", "killed_best", "killed_high", "disputed"]].tolist() == [7, 9, 9, 1]
    none = tally([], by="who").to_pandas()
    assert next(iter(none.columns)) == "who" and len(none) == 0 and none.dtypes.equals(tally(events, by="who").to_pandas().dtypes)
