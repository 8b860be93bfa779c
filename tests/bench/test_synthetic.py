"""The made-up record of the ledger's bench: the same every time, true to its sentences, and linked as it says."""

from __future__ import annotations

import itertools

from bench.synthetic import CHUNK, Part, news, parts

from marsad.linking import link


def both(count: int) -> list[Part]:
    return list(parts(count))


def test_it_is_the_same_every_time_and_a_small_one_begins_a_large_one() -> None:
    assert both(1500) == both(1500)
    assert both(1000) == both(2500)[:1]
    assert sum(len(p.events) for p in both(1500)) == 1500


def test_every_quote_stands_in_its_report() -> None:
    (part,) = both(CHUNK)
    texts = {r.id: r.text for r in part.reports}
    for claim in part.claims:
        assert all(texts[claim.report][e.start : e.end] == e.quote for e in claim.evidence)
    assert len({c.id for c in part.claims}) == len(part.claims) and len({r.id for r in part.reports}) == len(part.reports)


def test_linking_finds_the_events_that_were_made_up() -> None:
    (part,) = both(CHUNK)
    found = link(part.claims, part.reports).events
    assert {(e.id, e.claims) for e in found} == {(e.id, e.claims) for e in part.events}


def test_news_are_as_many_claims_as_asked_for_half_of_them_about_what_is_held() -> None:
    part = news(5000, 200)
    held = {c.id for p in both(5000) for c in p.claims}
    numbers = [e.split()[-1].rstrip(".") for c in part.claims for e in [c.evidence[0].quote]]
    assert len(part.claims) == 200 and held.isdisjoint(c.id for c in part.claims)
    assert sum(int(n) < 5000 for n in numbers) == 100


def test_a_box_of_one_degree_holds_about_five_towns() -> None:
    (part,) = both(CHUNK)
    places = {e.place for e in part.events if e.place}
    near = [
        sum(abs(a.latitude - b.latitude) < 0.5 and abs(a.longitude - b.longitude) < 0.5 for b in places)  # type: ignore[operator]
        for a in itertools.islice(sorted(places, key=lambda p: p.name), 200)
    ]
    assert 1 < sum(near) / len(near) < 6
