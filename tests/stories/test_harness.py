"""The harness itself: selectors that miss must say so, and what must never be is noticed."""

import pytest
from tests.stories.telling import check_always, paragraphs
from tests.stories.told import Claims, Told

from marsad.ledger.findings import Findings
from marsad.model import Actor, Claim, Count, Event, Evidence, Place, Problem, Report, Speaker, When

TEXT = "A drone hit Singa on Monday, killing three soldiers, the army said."
CLAIM = Claim(
    id="c1",
    report="r1",
    scope="incident",
    event_type="Explosions/Remote violence",
    sub_event_type="Air/drone strike",
    who=(Actor(name="Rapid Support Forces", words="drone"),),
    where=(Place(name="Sinja", words="Singa"),),
    when=When(first="2024-05-06", last="2024-05-06", precision="day"),
    counts=(Count(effect="killed", who="soldiers", low=3, high=3, words="three soldiers"),),
    according_to=(Speaker(name="Military Forces of Sudan", role="military"),),
    evidence=(
        Evidence(field="claim", start=0, end=51, quote=TEXT[:51]),
        Evidence(field="according_to", start=53, end=61, quote=TEXT[53:61]),
    ),
)


def found(claim: Claim = CLAIM, **more: object) -> Findings:
    return Findings(reports=(Report(id="r1", origin="x", text=TEXT),), claims=(claim,), **more)  # type: ignore[arg-type]


def test_a_claim_goes_by_its_canonical_names_and_by_the_words_of_the_text() -> None:
    told = Told(found())
    strike = told.incident("Air/drone strike", place="Singa", speaker="the army")
    assert strike.place == "Sinja" and strike.who == {"Rapid Support Forces"}
    assert strike.speaker == ("Military Forces of Sudan", "military")
    assert strike.killed == (3, 3) and strike.injured is None and strike.count("killed", "children") is None
    assert strike.who != {"army"} and strike.who != set() and strike.speaker != ("the army", "monitor")


def test_a_selector_that_misses_or_is_not_narrow_says_so() -> None:
    told = Told(found())
    with pytest.raises(AssertionError, match="no claim is the incident with sub_event_type='Grenade'"):
        told.incident("Grenade")
    with pytest.raises(AssertionError, match="2 claims are the thing"):
        Claims((*told.claims, *told.claims)).the("thing")


def test_a_quote_that_is_not_in_the_text_is_noticed() -> None:
    wrong = Claim(id="c1", report="r1", scope="incident", evidence=(Evidence(field="claim", start=0, end=2, quote="No"),))
    with pytest.raises(AssertionError):
        check_always(found(wrong))
    with pytest.raises(AssertionError):
        check_always(found(problems=(Problem(stage="coding", code="bad_span", message="x"),)))


def test_a_plan_that_became_an_event_is_noticed() -> None:
    plan = Claim(id="c1", report="r1", scope="incident", status="planned", evidence=CLAIM.evidence)
    event = Event(id="e1", event_type="Strategic developments", sub_event_type="Other", claims=("c1",))
    check_always(found(plan))
    with pytest.raises(AssertionError, match="planned became"):
        check_always(found(plan, events=(event,)))


def test_lines_of_the_docstring_become_paragraphs() -> None:
    assert paragraphs("One\ntwo.\n\nThree.\n• a\n• b\nc") == "One two.\nThree.\n• a\n• b c"
