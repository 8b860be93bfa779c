"""Looking up: boxes, days, words, order, pages, and the way a moment is found."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.ledger.invented import batch_of
from tests.ledger.test_ledger import add

from marsad.ledger.append import append
from marsad.ledger.history import head, position
from marsad.ledger.lookup import cells_of
from marsad.ledger.narrow import cell_of
from marsad.ledger.query import Filter, everything, find, lookup, page, search, tally
from marsad.ledger.store import Ledger, open_ledger
from marsad.model import ConfigError, Event
from marsad.stages import installed_rules

RULES = installed_rules()


@pytest.fixture
def ledger(address: str) -> Iterator[Ledger]:
    opened = open_ledger(address, write=True)
    append(opened, batch_of(list(range(40))), **RULES)
    yield opened
    opened.close()


def inside(event: Event, box: tuple[float, float, float, float]) -> bool:
    place = event.place
    return place is not None and box[0] <= (place.longitude or 0) <= box[2] and box[1] <= (place.latitude or 0) <= box[3]


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(bbox=(29.0, 11.0, 30.0, 12.5)),
        Filter(bbox=(29.0, 11.0, 30.0, 12.5), since="2026-02-03", until="2026-02-24", type="strike"),
        Filter(bbox=(-180, -90, 180, 90), since="2026-02-10"),
        Filter(bbox=(29.71, 11.0, 29.73, 11.02), at="2026-02-11"),
        Filter(country="SDN", until="2026-02-09", min_killed=5),
    ],
)
def test_the_index_finds_what_reading_everything_finds(ledger: Ledger, wanted: Filter) -> None:
    def fits(e: Event) -> bool:
        first, last = e.date_first or "", e.date_last or e.date_first or ""
        return (
            (wanted.bbox is None or inside(e, wanted.bbox))
            and (wanted.since is None or last >= wanted.since)
            and (wanted.until is None or first <= wanted.until)
            and (wanted.at is None or first <= wanted.at <= last)
            and (wanted.type is None or wanted.type in f"{e.event_type} {e.sub_event_type}".lower())
            and (wanted.min_killed is None or (e.killed.best or 0) >= wanted.min_killed)
        )

    expected = [e.id for e in everything(ledger).events if fits(e)]
    assert [row.id for row in lookup(ledger, "event", wanted)] == expected and expected
    assert [e.id for e in find(ledger, "event", wanted).events] == expected


def test_a_box_over_the_date_line() -> None:
    cells = cells_of((179.6, 0.1, -179.6, 0.2))
    assert cells is not None and cell_of(0.1, 179.7) in cells and cell_of(0.1, -179.7) in cells and len(cells) == 2
    assert cells_of((-180, -90, 180, 90)) is None


@pytest.mark.parametrize("order", ["oldest", "newest", "deadliest"])
def test_pages_hold_everything_once_while_the_ledger_grows(ledger: Ledger, order: str) -> None:
    expected = [row.id for row in lookup(ledger, "event", Filter(order=order))]  # type: ignore[arg-type]
    found: list[str] = []
    after, number = None, 0
    while True:
        wanted = Filter(order=order, limit=7, after=after)  # type: ignore[arg-type]
        rows = page(ledger, "event", wanted)
        found += [row.id for row in lookup(ledger, "event", Filter(order=order, limit=7, after=after, as_of=rows.seq))]  # type: ignore[arg-type]
        assert {e.id for e in rows.found.events} == set(found[-len(rows.found.events) :])
        after, number = rows.after, number + 1
        append(ledger, batch_of([100 + number]), **RULES)
        if after is None:
            break
    assert found == expected and number > 3


def test_newest_and_deadliest_come_first(ledger: Ledger) -> None:
    rows = lookup(ledger, "event", Filter(order="newest"))
    assert [r.day for r in rows] == sorted((r.day for r in rows), reverse=True)
    dead = [r.figure or -1 for r in lookup(ledger, "event", Filter(order="deadliest"))]
    assert dead == sorted(dead, reverse=True) and dead[0] > dead[-1]


WRONG = [Filter(after="nonsense"), Filter(bbox=(0, 9, 1, 8)), Filter(since="soon"), Filter(as_of="soon")]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_can_not_be_asked_says_why(ledger: Ledger, wrong: Filter) -> None:
    with pytest.raises(ConfigError):
        page(ledger, "event", wrong)


def test_words_are_found_without_accents_and_case(address: str) -> None:
    ledger = open_ledger(address, write=True)
    add(ledger, "Türk: 8 killed in Sinja", "3 killed in Dilling")
    assert [e.place.name for e in find(ledger, "event", Filter(words="KILLED sinja")).events if e.place] == ["Sinja"]
    assert len(search(ledger, "turk").reports) == 1 and search(ledger, "turk").claims == ()
    assert find(ledger, "event", Filter(words='" OR NEAR(')).events == ()
    end = head(ledger)
    add(ledger, "9 killed in Sinja")
    assert end and [len(e.claims) for e in find(ledger, "event", Filter(words="sinja", as_of=end.seq)).events] == [1]


def test_sums_are_those_of_the_events(ledger: Ledger) -> None:
    found = everything(ledger).events
    assert sum(s.events for s in tally(ledger)) == len(found)
    assert sum(s.killed for s in tally(ledger)) == sum(e.killed.best or 0 for e in found)
    assert {s.month for s in tally(ledger)} == {(e.date_first or "")[:7] for e in found}


def test_a_moment_is_the_last_fact_known_then(ledger: Ledger) -> None:
    end = head(ledger)
    time.sleep(0.01)
    append(ledger, batch_of([200, 201]), **RULES)
    later = head(ledger)
    assert end and later and position(ledger, end.at) == end.seq < later.seq == position(ledger, None)
    assert position(ledger, "2999-01-01") == later.seq
    assert position(ledger, str(end.seq)) == position(ledger, end.seq) == end.seq
    assert position(ledger, "1999-12-31") == 0


def test_a_clock_that_goes_back_changes_no_order(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = open_ledger(address, write=True)
    add(ledger, "8 killed in Sinja")
    first = head(ledger)
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000_000)
    add(ledger, "3 killed in Dilling")
    second = head(ledger)
    assert first and second and second.seq > first.seq and second.at == first.at
    assert position(ledger, first.at) == second.seq
