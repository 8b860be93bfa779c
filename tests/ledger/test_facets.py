"""Events in memory, kept up to date in steps, are those that a look from the beginning finds; counts, bars, maps over them."""

from __future__ import annotations

import math
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from tests.ledger.invented import batch_of

from marsad.ledger import snapshots
from marsad.ledger.append import append
from marsad.ledger.bodies import changes, gone, page_of, revised, revisions_since
from marsad.ledger.cells import cell_sums, coarser, hexagons
from marsad.ledger.clusters import clusters, drawn, regions, sums_in, view_of, whole_world
from marsad.ledger.facets import facet, leading, ranked, spans, timeline
from marsad.ledger.judging import judge
from marsad.ledger.query import Filter, everything, find
from marsad.ledger.snapshots import Memory, Snapshot, mercator, part_of
from marsad.ledger.store import Ledger, open_ledger
from marsad.model import Event, Judgement, Place, Toll
from marsad.stages import installed_rules

RULES = installed_rules()


def rows_of(found: Snapshot) -> dict[str, tuple[object, ...]]:
    """Every event in force: id, day, dead, point."""
    rows = {}
    for part in found.parts:
        for n in np.flatnonzero(part.standing()):
            held = part.columns
            point = (round(float(part.latitude[n]), 3), round(float(part.longitude[n]), 3))
            rows[held.ids[n].decode()] = (int(held.ints["day"][n]), int(held.ints["killed_best"][n]), *map(str, point))
    return rows


def reject(ledger: Ledger, name: str) -> None:
    word = Judgement(id=f"jdg-{name[-16:]}", verb="reject", subject=name, by="a", reason="r", at="")
    judge(ledger, word, **RULES)


@pytest.mark.parametrize("least_tail", [2, 10_000])
def test_steps_lead_where_a_look_from_the_beginning_does(
    address: str, least_tail: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "LEAST_TAIL", least_tail)
    ledger = open_ledger(address, write=True)
    memory = Memory(ledger)
    assert len(memory.now(fresh=True)) == 0
    for step in range(6):
        append(ledger, batch_of(list(range(step * 8, step * 8 + 8))), **RULES)
        if step == 3:
            reject(ledger, everything(ledger).events[0].id)
        found = memory.now(fresh=True)
        events = everything(ledger).events
        assert rows_of(found) == rows_of(Memory(ledger).now(fresh=True))
        assert set(rows_of(found)) == {e.id for e in events} and len(found) == len(events)
        if step == 2:
            early = found
    kept = memory.at(early.seq)
    assert kept is early and set(rows_of(kept)) == {e.id for e in find(ledger, "event", Filter(as_of=early.seq)).events}
    ledger.close()


def test_a_look_is_good_for_a_moment(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "l.sqlite", write=True)
    memory = Memory(ledger)
    first = memory.now()
    append(ledger, batch_of([1, 2, 3]), **RULES)
    assert memory.now() is first and memory.now(fresh=True) is not first


def test_who_asks_while_another_looks_has_what_that_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = open_ledger(tmp_path / "record.sqlite", write=True)
    memory = Memory(ledger)
    before = memory.now(fresh=True)
    append(ledger, batch_of([1, 2, 3]), **RULES)
    looking, step = threading.Event(), memory.step

    def slow(last: Snapshot | None) -> Snapshot:
        looking.set()
        time.sleep(0.3)
        return step(last)

    monkeypatch.setattr(memory, "step", slow)
    memory.looked -= snapshots.STEP
    other = threading.Thread(target=memory.now)
    other.start()
    assert looking.wait(5)
    assert memory.now().seq > before.seq
    other.join()
    ledger.close()


def event(number: int, **fields: object) -> Event:
    return Event(id=f"evt-{number:016x}", event_type="Battles", sub_event_type="Armed clash", **fields)  # type: ignore[arg-type]


def at(latitude: float, longitude: float, precision: int = 1, **fields: str) -> Place:
    return Place(name="X", words="X", latitude=latitude, longitude=longitude, precision=precision, country="SDN", **fields)


def test_a_map_shows_points_and_keeps_regions_apart() -> None:
    events = [
        event(1, place=at(13.1, 33.9), killed=Toll(best=3)),
        event(2, place=at(13.1001, 33.9001), killed=Toll(low=2)),
        event(3, place=at(-33.0, -70.0)),
        event(4, place=at(15.0, 30.0, precision=3, admin1="North"), killed=Toll(best=9)),
        event(5),
    ]
    part = part_of(events)
    parts = [(part, part.standing())]
    found = clusters(parts, (-180, -90, 180, 90), 4)
    assert sorted((c.events, c.killed) for c in found) == [(1, 0), (2, 5)]
    pair = next(c for c in found if c.events == 2)
    assert pair.id is None and math.isclose(pair.latitude, 13.10005, abs_tol=1e-3)
    assert pair.box[0] <= 33.9 <= pair.box[2] and pair.box[1] <= 13.1 <= pair.box[3]
    assert next(c for c in found if c.events == 1).id == events[2].id
    assert {(r.country, r.admin1, r.events, r.killed) for r in regions(parts)} == {("SDN", "North", 1, 9), (None, None, 1, 0)}
    close = clusters(parts, (33.8995, 13.0995, 33.9005, 13.1005), 22)
    assert sorted(c.events for c in close) == [1, 1]
    assert clusters(parts, (0, 0, 1, 1), 5) == []


def test_a_view_may_cross_the_date_line() -> None:
    part = part_of([event(1, place=at(10, 179.5)), event(2, place=at(10, -179.5)), event(3, place=at(10, 0.0))])
    found = clusters([(part, part.standing())], (170, 0, -170, 20), 6)
    assert sorted(round(c.longitude, 1) for c in found) == [-179.5, 179.5]


@pytest.mark.parametrize("zoom", [0, 3, 8, 22])
@pytest.mark.parametrize("box", [(-180, -90, 180, 90), (29, 11, 30, 12), (170, -10, -170, 10)])
def test_every_point_lies_in_its_cell(zoom: float, box: tuple[float, float, float, float]) -> None:
    chance = np.random.default_rng(1)
    west, south, east, north = box
    width = (east - west) % 360 or 360
    longitude = (west + chance.random(200) * width + 180) % 360 - 180
    latitude = np.clip(south + chance.random(200) * (north - south), -85, 85)
    view = view_of(box, zoom)
    column = ((longitude + 180) / 360 * view.turns).astype(np.int64)
    row = (mercator(latitude) * view.turns).astype(np.int64)
    cells = view.cells(column, row)
    assert (cells >= 0).all() and cells.max() < view.columns * view.rows
    for cell, x, y in zip(cells, longitude, latitude, strict=True):
        left, low, right, high = view.box(int(cell))
        assert low - 1e-4 <= y <= high + 1e-4
        assert (x - left + 1e-4) % 360 <= (right - left) % 360 + 2e-4 or math.isclose(right - left, 360)


def test_counts_by_field_and_by_time() -> None:
    days = [f"2026-0{1 + n % 3}-01" for n in range(9)]
    events = [event(n, date_first=day, killed=Toll(best=n), confidence=n / 10) for n, day in enumerate(days)]
    part = part_of([*events, event(99)])
    parts = [(part, part.standing())]
    assert [(b.start, b.events, b.killed) for b in timeline(parts, "month")] == [
        ("", 1, 0),
        ("2026-01-01", 3, 9),
        ("2026-02-01", 3, 12),
        ("2026-03-01", 3, 15),
    ]
    assert [(b.start, b.events) for b in timeline(parts, "week")][1][0] == "2025-12-29"
    bands = {f.value: f.events for f in facet(parts, "confidence")}
    assert bands == {"0": 3, "0.25": 2, "0.5": 4, "0.75": 1} and sum(bands.values()) == 10
    assert [(f.value, f.events) for f in facet(parts, "year")] == [("2026", 9), (None, 1)]
    assert [tuple(s) for s in spans(parts, "event_type")] == [("Battles", 10, "2026-01-01", "2026-03-01")]
    with pytest.raises(KeyError):
        facet(parts, "password")


def test_what_changed_and_what_is_no_more(address: str) -> None:
    ledger = open_ledger(address, write=True)
    append(ledger, batch_of(list(range(12))), **RULES)
    before = {b.id: b for b in page_of(ledger, "event", Filter(limit=500)).items}
    end = max(b.seq for b in before.values())
    name = next(iter(before))
    since = max(b.at for b in before.values()) + 1
    reject(ledger, name)
    told = changes(ledger, after=end)
    assert (told[-1][0].id, told[-1][1]) == (name, "event") and "judgement" in told[-1][2]
    assert [(g.id, g.text) for g in gone(ledger, since=since)] == [(name, before[name].text)]
    assert revisions_since(ledger, since) == {name} and revisions_since(ledger, since + 10**12) == set()
    assert [(r.id, r.before, r.after) for r in revised(ledger, since=since)] == [(name, before[name].text, None)]
    ledger.close()


@pytest.mark.parametrize("box", [(-180, -90, 180, 90), (20, 0, 40, 20), (170, -20, -160, 30)])
def test_a_view_is_a_part_of_the_world(box: tuple[float, float, float, float]) -> None:
    chance = np.random.default_rng(3)
    places = [at(float(y), float(x)) for y, x in zip(chance.uniform(-80, 80, 300), chance.uniform(-180, 180, 300), strict=True)]
    part = part_of([event(n, place=place, killed=Toll(best=n)) for n, place in enumerate(places)])
    some, others = np.arange(0, 300, 2), np.arange(1, 300, 2)
    view = view_of(box, 4)
    world = whole_world(view.turns)
    found = drawn(view, [(part, world.part(view, sums_in(part, np.arange(300), world)))])
    assert found == clusters([(part, np.arange(300))], box, 4)
    less = drawn(view, [(part, sums_in(part, np.arange(300), view)), (part, -sums_in(part, others, view))])
    assert less == clusters([(part, some)], box, 4)


def test_cells_of_about_the_same_area() -> None:
    events = [event(n, place=at(13.1, 33.9), killed=Toll(best=2)) for n in range(3)]
    part = part_of([*events, event(7, place=at(-16.5, 179.99)), event(8, place=at(15.0, 30.0, precision=3)), event(9)])
    sums = cell_sums(part, np.arange(6), 5)
    found = hexagons(sums, (-180, -90, 180, 90))
    assert [(h.events, h.killed) for h in found] == [(3, 6), (1, 0)] and found[0].cell == "856b4d4ffffffff"
    assert all(len(h.boundary) in (5, 6, 7) and all(abs(x - h.longitude) < 1 for x, _ in h.boundary) for h in found)
    assert [h.events for h in hexagons(sums, (33, 13, 34, 14))] == [3]
    assert [h.events for h in hexagons(sums, (179, -20, -179, -10))] == [1]
    assert sorted(coarser(sums, 1).values()) == [(1, 0), (3, 6)]


@pytest.mark.parametrize("order", ["oldest", "newest", "deadliest"])
def test_what_can_not_come_first_is_left_out_and_nothing_else(order: str) -> None:
    chance = np.random.default_rng(5)
    days = [None if n % 9 == 0 else f"2026-01-{chance.integers(1, 9):02}" for n in range(80)]
    made = [event(n, date_first=d, killed=Toll(best=n % 7)) for n, d in enumerate(days)]
    events = sorted(made, key=lambda e: (e.date_first or "", e.id))
    part = part_of(events)
    held = part.columns.ints["day"]
    undated, rows = int((held < 0).sum()), np.arange(0, 80, 2)
    whole = ranked([(part, rows)], order, after=None, limit=80)
    for size in (1, 3, 10, 40):
        for start in [None, *whole[::3]]:
            after = None if start is None else start.key
            less = leading(held, rows, order, after=after, limit=size, undated=undated)
            found = ranked([(part, less)], order, after=after, limit=size)
            assert found == ranked([(part, rows)], order, after=after, limit=size)
