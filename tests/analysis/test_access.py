"""The access board: what holds on a day, what is told against it, and the last delivery."""

from __future__ import annotations

import re

import pytest
from tests.analysis.folds import ARMY, RSF, condition, town

from marsad.analysis.access import board, openness, timeline
from marsad.analysis.access_page import page
from marsad.analysis.access_picture import outline, picture, span, weight
from marsad.codebook.words import CONDITIONS
from marsad.model import Claim, Count, Place, Speaker

UN = Speaker(name="UN", role="un")
ALMAGE = town("Almage", "Kordofan", id="p1", latitude=12.0, longitude=30.0)
GATE = Place(name="Boukamal", words="the gate", country="SYR", latitude=34.4, longitude=40.9, precision=1)


def states(at: str, *items: object) -> list[str]:
    return [f"{e.place.name} {s.subject} {s.state}" for e in board(items, at=at) for s in e.standings]  # type: ignore[arg-type]


CLOSED = condition(
    "c1", "border_crossing", "closed", "2012-01-01", place=GATE, until="2019-09-30", ended_by="c2", precision="year"
)
OPENED = condition("c2", "border_crossing", "open", "2019-09-30", place=GATE)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2011-12-31", []),
        ("2015-06-01", ["closed"]),
        ("2019-09-29", ["closed"]),
        ("2019-09-30", ["open"]),
        ("2026-01-01", ["open"]),
    ],
)
def test_a_crossing_that_opened_after_seven_years(day: str, state: list[str]) -> None:
    assert [words.split()[-1] for words in states(day, CLOSED, OPENED)] == state


def test_a_state_that_ends_without_another_in_its_place_holds_on_its_last_day() -> None:
    siege = condition("c", "siege", "besieged", "2026-01-01", until="2026-02-05")
    assert states("2026-02-05", siege) and not states("2026-02-06", siege)


def test_an_undated_state_holds_from_its_first_report_on() -> None:
    told = condition("c", "siege", "besieged", told_first="2026-02-10", told_last="2026-02-18")
    assert not states("2026-02-09", told) and states("2026-02-10", told)
    entry = board([told], at="2026-03-20")[0]
    assert entry.standings[0].since is None and entry.standings[0].quiet == 30


def test_both_sides_of_a_dispute_stay() -> None:
    lifted = condition(
        "c1",
        "siege",
        "lifted",
        "2026-02-03",
        who=(RSF,),
        according_to=(Speaker(name="the military", role="military"),),
        disputed_by=(Speaker(name="Birru", role="expert"),),
        disputed=("state",),
        rivals=("besieged",),
    )
    still = condition("c2", "siege", "besieged", "2024-05-10", who=(RSF,))
    entry = board([lifted, still], at="2026-02-18")[0]
    assert [s.id for s in entry.standings] == ["c1"]
    assert entry.standings[0].disputed_by == ("Birru",)
    assert entry.standings[0].against == (("besieged", "c1"), ("besieged", "c2"))


def test_two_holders_of_one_town_are_both_shown() -> None:
    items = [condition(n, "territory", "held", "2026-01-01", who=(who,)) for n, who in (("a", RSF), ("b", ARMY))]
    entry = board(items, at="2026-02-01")[0]
    assert {s.who for s in entry.standings} == {("Rapid Support Forces",), ("Military Forces of Sudan",)}


def test_lorries_are_not_called_trucks_a_second_time() -> None:
    counts = (Count(effect="trucks", low=26, high=26, words="26 lorries"), Count(effect="trucks", low=9, high=9, words="nine"))
    item = condition("d", "aid_delivery", "delivered", "2026-02-10", place=ALMAGE, claims=("k",))
    entry = board([item], [Claim(id="k", report="r", scope="condition", counts=counts)], at="2026-02-18")[0]
    assert entry.delivered and entry.delivered.counts == ("26 lorries", "nine trucks")


def test_the_last_delivery_stands_beside_the_states() -> None:
    claim = Claim(
        id="k", report="r", scope="condition", counts=(Count(effect="reached", low=130_001, words="more than 130,000 people"),)
    )
    items = [
        condition("s", "siege", "besieged", "2025-01-01", place=ALMAGE),
        condition("d1", "aid_delivery", "delivered", "2025-11-01", place=ALMAGE),
        condition("d2", "aid_delivery", "delivered", "2026-02-10", place=ALMAGE, claims=("k",), according_to=(UN,)),
        condition("d3", "aid_delivery", "blocked", "2026-02-01", place=ALMAGE),
        condition("d4", "aid_delivery", "delivered", "2026-03-01", place=ALMAGE),
    ]
    entry = board(items, [claim], at="2026-02-18")[0]
    assert entry.delivered and (entry.delivered.id, entry.delivered.counts) == ("d2", ("more than 130,000 people reached",))
    assert entry.thwarted is None, "blocked before the last one arrived"
    later = board([*items, condition("d5", "aid_delivery", "attacked", "2026-02-15", place=ALMAGE)], at="2026-02-18")[0]
    assert later.thwarted and later.thwarted.id == "d5"


def test_one_place_under_two_names_is_one_by_its_id() -> None:
    other = town("El Mage", "Kordofan", id="p1")
    items = [
        condition("a", "siege", "besieged", "2026-01-01", place=ALMAGE),
        condition("b", "territory", "held", "2026-01-02", place=other),
    ]
    assert len(board(items, at="2026-02-01")) == 1


def test_the_timeline_holds_what_has_ended() -> None:
    track = timeline([OPENED, CLOSED])[0]
    assert [(i.state, i.since, i.until) for i in track.intervals] == [
        ("closed", "2012-01-01", "2019-09-30"),
        ("open", "2019-09-30", None),
    ]
    assert span(track.intervals[0], "2015-01-01", "2016-01-01") == ("2015-01-01", "2016-01-01")
    assert span(track.intervals[1], "2015-01-01", "2016-01-01") is None


def test_every_state_of_the_codebook_has_a_sign() -> None:
    signs = {(subject, state): openness(subject, state) for subject, states in CONDITIONS.items() for state in states}
    assert signs["siege", "besieged"] == signs["border_crossing", "closed"] == signs["corridor", "blocked"] == "shut"
    assert signs["territory", "lost"] == "held" and signs["siege", "lifted"] == "open"


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError):
        board([OPENED], at="soon")


def test_a_picture_is_drawn_the_same_each_time() -> None:
    items = [CLOSED, OPENED, condition("s", "siege", "besieged", "2025-01-01", place=ALMAGE, disputed=("state",))]
    args = board(items, at="2026-02-18"), timeline(items)
    one, two = (picture(*args, at="2026-02-18") for _ in range(2))
    assert one == two and one.startswith(b"\x89PNG") and len(one) > 10_000
    svg = picture(*args, at="2026-02-18", form="svg").decode()
    assert svg == picture(*args, at="2026-02-18", form="svg").decode()
    assert "Boukamal" in svg and "besieged" in svg and "Almage ?" in svg


def test_what_is_known_to_a_region_only_is_named_and_has_no_point_on_the_map() -> None:
    wide = town("Jordan", None, "JOR", 3, latitude=31.0, longitude=36.0)
    items = [OPENED, condition("j", "border_crossing", "restricted", "2026-01-01", place=wide)]
    svg = picture(board(items, at="2026-02-18"), (), at="2026-02-18", form="svg").decode()
    assert "No point on the map: Jordan: in part" in svg and ">in part<" not in svg, "no sign for it in the legend"
    alone = picture(board(items[1:], at="2026-02-18"), (), at="2026-02-18", form="svg").decode()
    assert "no place with a known point" in alone and "Jordan: in part" in alone


def test_states_of_the_same_time_stand_above_each_other_and_both_are_named() -> None:
    holders = [("a", RSF, "2026-01-01"), ("b", ARMY, "2026-01-20")]
    both = [condition(name, "territory", "held", day, place=ALMAGE, who=(actor,)) for name, actor, day in holders]
    (track,) = timeline(both)
    one, two = (weight(t, "2025-12-01", "2026-02-18") for t in (*timeline(both[:1]), track))
    assert two > one
    svg = picture((), (track,), at="2026-02-18", form="svg").decode()
    assert "held: Rapid Support Forces" in svg and "held: Military Forces" in svg


def test_a_state_is_drawn_thin_from_the_day_on_which_it_was_last_told() -> None:
    told, untold = (
        timeline([condition("s", "siege", "besieged", "2025-01-01", place=ALMAGE, told_last=day)]) for day in ("2025-06-01", None)
    )
    assert told[0].intervals[0].told == "2025-06-01" and untold[0].intervals[0].told is None
    bars = [picture((), t, at="2026-02-18", form="svg").decode().count("clip-path") for t in (told, untold)]
    assert bars[0] == bars[1] + 1


def test_a_picture_of_nothing_says_so() -> None:
    assert b"no place with a known point" in picture((), (), at="2026-02-18", form="svg")


def test_the_page_needs_no_network_and_runs_nothing_from_outside() -> None:
    evil = town("<script>alert(1)</script>\u202e", "$x^2$", latitude=1.0, longitude=2.0)
    items = [
        condition(
            "c<b>", "siege", "besieged", "2026-01-01", place=evil, according_to=(Speaker(name="<img src=x>", role="other"),)
        )
    ]
    entries = board(items, at="2026-02-18")
    svg = picture(entries, timeline(items), at="2026-02-18", form="svg").decode()
    text = page(entries, at="2026-02-18", svg=svg, place_words=lambda e: e.place.name)
    assert "<script" not in text and "<img" not in text and "c&lt;b&gt;" in text and "\u202e" not in text
    links = set(re.findall(r"(?:src|href)=[\"']([^\"'#][^\"']*)", text))
    assert not links, links


def test_the_outline_spans_the_world() -> None:
    xs, ys = zip(*(p for line in outline() for p in line), strict=True)
    assert min(xs) < -179 and max(xs) > 179 and min(ys) < -78 and max(ys) > 80
