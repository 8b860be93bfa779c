"""What changed between two versions of a page."""

from __future__ import annotations

import dataclasses

from marsad.analysis.edits import Edit, compare
from marsad.model import Claim, Count, Evidence, Place, Speaker, State, Value, When


def claim(
    number: int, words: str, *, start: int = 0, place: str = "Sinja", sentence: str | None = None, **fields: object
) -> Claim:
    quote = sentence or f"{words} people were killed in {place} on Monday."
    given: dict[str, object] = {
        "scope": "incident",
        "event_type": "Explosions/Remote violence",
        "sub_event_type": "Air/drone strike",
        "where": (Place(name=place, words=place, id=place),),
        "when": When(first="2026-02-16", last="2026-02-16", precision="day"),
        "counts": (Count(effect="killed", low=number, high=number, words=words),),
        "evidence": (Evidence(field="claim", start=start, end=start + len(quote), quote=quote),),
        **fields,
    }
    return Claim(id=f"clm-{place}-{words}-{start}", report="r", **given)  # type: ignore[arg-type]


def short(edits: tuple[Edit, ...]) -> list[tuple[str, str, str, str]]:
    return [(e.verb, e.field, e.before, e.after) for e in edits]


def test_the_same_claims_are_no_change() -> None:
    one = claim(8, "eight")
    assert compare([one], [dataclasses.replace(one, id="other")]) == ()


def test_a_raised_and_a_lowered_toll() -> None:
    assert short(compare([claim(8, "eight")], [claim(14, "14")])) == [("raised", "killed", "eight", "14")]
    assert short(compare([claim(14, "14")], [claim(8, "eight")])) == [("lowered", "killed", "14", "eight")]


def test_an_open_bound_and_a_figure_that_comes_or_goes() -> None:
    at_least = claim(8, "at least eight", counts=(Count(effect="killed", low=8, high=None, words="at least eight"),))
    assert compare([claim(8, "eight")], [at_least]) == ()
    bare = claim(8, "eight", counts=())
    assert short(compare([bare], [claim(8, "eight")])) == [("changed", "killed", "not stated", "eight")]


def test_two_claims_are_paired_by_place_and_a_third_is_new() -> None:
    before = [claim(8, "eight"), claim(3, "three", place="Dilling", start=200)]
    after = [claim(3, "three", place="Dilling"), claim(9, "nine", start=100), claim(2, "two", place="Kadugli", start=300)]
    found = compare(before, after)
    assert short(found) == [("raised", "killed", "eight", "nine"), ("added", "", "", "Air/drone strike, Kadugli, two killed")]
    assert found[0].claim_before == before[0].id and found[0].claim_after == after[1].id and "nine people" in found[0].quote


def test_what_is_gone_is_told_last() -> None:
    other = claim(1, "one", place="Kadugli", start=50)
    assert short(compare([claim(8, "eight"), other], [claim(8, "eight")])) == [
        ("dropped", "", "Air/drone strike, Kadugli, one killed", "")
    ]


def test_other_fields_and_other_scopes() -> None:
    siege = claim(
        0,
        "x",
        scope="condition",
        event_type=None,
        sub_event_type=None,
        counts=(),
        condition=State(subject="siege", state="besieged"),
    )
    lifted = dataclasses.replace(
        siege, condition=State(subject="siege", state="lifted"), according_to=(Speaker(name="the army", role="military"),)
    )
    assert short(compare([siege], [lifted])) == [
        ("changed", "state", "besieged", "lifted"),
        ("changed", "according_to", "", "the army"),
    ]
    total = claim(
        0,
        "x",
        scope="statistic",
        event_type=None,
        sub_event_type=None,
        counts=(),
        measure="killed",
        value=Value(low=80, high=80, words="80"),
    )
    more = dataclasses.replace(total, value=Value(low=95, high=95, words="95"))
    assert short(compare([total], [more])) == [("raised", "killed", "80", "95")]
    assert [e.verb for e in compare([siege], [total])] == ["added", "dropped"]


def test_the_order_of_claims_does_not_matter() -> None:
    before = [claim(8, "eight"), claim(3, "three", place="Dilling", start=200)]
    after = [claim(9, "nine"), claim(4, "four", place="Dilling", start=200)]
    assert compare(before, after) == compare(before[::-1], after[::-1])
