"""The figures: what counts as found, as a right field, as a breach of the firewall."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bench.figures import Answer, Story, breaches, compare, field_marks, figures, invented, same_days, same_place, shared_words

from marsad.model import Actor, Claim, Count, Evidence, Place, Speaker, State, Value, When

SINJA = Place(name="Sinja", words="Sinja", country="SDN", latitude=13.15, longitude=33.93, precision=1)
STRIKE = "A drone strike on Sinja killed 8 people on Monday"
MONDAY = When(first="2026-02-16", last="2026-02-16", precision="day")


def strike(**changed: object) -> Claim:
    claim = Claim(
        id="c1",
        report="r",
        scope="incident",
        event_type="Explosions/Remote violence",
        sub_event_type="Air/drone strike",
        where=(SINJA,),
        when=MONDAY,
        counts=(Count(effect="killed", low=8, high=8, words="8 people"),),
        evidence=(Evidence(field="claim", start=0, end=len(STRIKE), quote=STRIKE),),
    )
    return replace(claim, **changed)  # type: ignore[arg-type]


def siege(**changed: object) -> Claim:
    besieged = State(subject="siege", state="besieged")
    claim = strike(scope="condition", event_type=None, sub_event_type=None, counts=(), condition=besieged)
    return replace(claim, **changed)  # type: ignore[arg-type]


def toll_of_the_year(**changed: object) -> Claim:
    words = "Since January 163 strikes killed 1,032 people across the country"
    cited = (Evidence(field="claim", start=0, end=len(words), quote=words),)
    value = Value(low=1032, high=1032, words="1,032")
    claim = Claim(id="s1", report="r", scope="statistic", measure="killed", value=value, evidence=cited)
    return replace(claim, **changed)  # type: ignore[arg-type]


def answer(gold: list[Claim], coded: list[Claim], published: str | None = "2026-02-18") -> Answer:
    return compare(Story(id="r", title="", text="", published=published, gold=tuple(gold)), coded)


def test_the_same_claim_is_found_and_its_row_is_right() -> None:
    reached = figures([answer([strike()], [strike(id="c2")])])
    assert reached["found.incident.f1"] == reached["row.f1"] == reached["field.incident.where"] == 1.0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("where", (replace(SINJA, latitude=14.0),)),
        ("when", When(first="2026-02-10", last="2026-02-10", precision="day")),
        ("counts", (Count(effect="killed", low=18, high=18, words="18"),)),
        ("event_type", "Battles"),
    ],
)
def test_one_wrong_value_spoils_the_row_but_the_claim_is_found(field: str, value: object) -> None:
    reached = figures([answer([strike()], [strike(**{field: value})])])
    assert reached["found.incident.recall"] == 1.0 and reached["row.f1"] == 0.0


def test_claims_of_different_scope_never_answer_each_other() -> None:
    one = answer([strike()], [siege()])
    assert one.pairs == ()
    assert [c.scope for c in one.missed()] == ["incident"] and [c.scope for c in one.false_alarms()] == ["condition"]


def test_each_gold_claim_is_answered_once_by_the_closest() -> None:
    wrong = strike(id="far", counts=(), event_type="Battles", sub_event_type="Armed clash")
    one = answer([strike()], [wrong, strike(id="near")])
    assert one.pairs == ((0, 1),) and [c.id for c in one.false_alarms()] == ["far"]


def test_background_may_be_coded_or_not() -> None:
    old = When(first="2012-05-01", last="2012-05-31", precision="month")
    told, left_out = answer([strike(when=old)], [strike(when=old, background=True)]), answer([strike(when=old)], [])
    assert told.gold == told.coded == left_out.gold == ()
    unmarked = answer([], [strike(when=old)])
    assert len(unmarked.coded) == 1, "an old incident that is not marked as background is a false alarm"


def test_a_statistic_coded_as_an_incident_breaches_the_firewall() -> None:
    mistaken = strike(evidence=toll_of_the_year().evidence)
    assert breaches(answer([toll_of_the_year()], [mistaken])) == [toll_of_the_year()]
    assert breaches(answer([toll_of_the_year()], [toll_of_the_year()])) == []
    assert figures([answer([toll_of_the_year()], [mistaken])])["firewall"] == 1.0


def test_words_that_tell_an_incident_too_are_no_breach() -> None:
    gold = [siege(), strike(id="i")]
    assert breaches(answer(gold, [strike(id="c2"), strike(id="c3")])) == []


def test_only_stated_fields_are_judged() -> None:
    marks = field_marks(strike(when=When()), strike(who=(Actor(name="RSF", words="the RSF"),)))
    assert "when" not in marks and "who" not in marks and "injured" not in marks and marks["killed"]


def test_an_actor_is_known_by_its_words_too() -> None:
    gold = strike(who=(Actor(name="Rapid Support Forces", words="the RSF"),))
    assert field_marks(gold, strike(who=(Actor(name="RSF", words="RSF fighters"),)))["who"]
    assert not field_marks(gold, strike(who=(Actor(name="army", words="the army"),)))["who"]


def test_the_report_s_own_voice_is_not_a_speaker() -> None:
    gold = strike(according_to=(Speaker(name="the governor", role="official"),))
    assert field_marks(gold, strike())["according_to"] is False
    assert field_marks(gold, gold)["according_to"] is True


@pytest.mark.parametrize(
    ("precision", "day", "same"), [("day", "17", True), ("day", "18", False), ("week", "20", True), ("week", "26", False)]
)
def test_days_have_leeway_by_precision(precision: str, day: str, same: bool) -> None:
    gold = replace(MONDAY, precision=precision)  # type: ignore[arg-type]
    assert same_days(gold, When(first=f"2026-02-{day}", last=f"2026-02-{day}", precision="day")) is same


def test_places_are_the_same_within_30_km_or_by_name() -> None:
    assert same_place([SINJA], [replace(SINJA, name="Singa", latitude=13.35)])
    assert not same_place([SINJA], [replace(SINJA, latitude=13.65)])
    assert same_place([replace(SINJA, precision=3)], [replace(SINJA, latitude=13.65)])
    assert same_place([replace(SINJA, latitude=None)], [replace(SINJA, name="SINJA", latitude=None)])
    assert not same_place([], [SINJA]) and same_place([], [])


def test_shared_words_is_the_share_of_the_shorter_quote() -> None:
    short = strike(evidence=(Evidence(field="claim", start=0, end=5, quote="a drone strike"),))
    assert shared_words(short, strike()) == 1.0


def test_words_that_are_not_in_the_text_are_invented() -> None:
    report = {"kind": "report", "id": "r", "text": STRIKE}
    good, bad = {"start": 0, "end": 7, "quote": "A drone"}, {"start": 0, "end": 7, "quote": "B drone"}
    assert invented([report, {"kind": "claim", "report": "r", "evidence": [good, bad]}]) == 0.5
