"""What holds of linking whatever the claims: order, bytes, one fold each, independence, stable ids."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marsad.linking import Folds, link
from marsad.model import Actor, Claim, Count, Evidence, Place, Report, Speaker, State, Value, When, dump

REPORTS = [
    Report(id=f"r{i}", origin="x", text="", published=f"2026-01-{10 + i}", copy_of="r0" if i == 3 else None) for i in range(4)
]
PLACES = [
    Place(name="Sinja", words="Sinja", country="SDN", latitude=13.15, longitude=33.93, precision=1),
    Place(name="Singa", words="Singa", country="SDN", latitude=13.16, longitude=33.95, precision=1),
    Place(name="Kumo", words="Kumo", country="SDN", precision=1),
    Place(name="Sennar", words="Sennar", country="SDN", admin1="Sennar", latitude=13.5, longitude=33.6, precision=3),
]
DAYS = [When(), *(When(first=f"2026-01-{d:02}", last=f"2026-01-{d:02}", precision="day") for d in (8, 9, 20))]
SUBS = [("Battles", "Armed clash"), ("Explosions/Remote violence", "Air/drone strike"), ("Strategic developments", "Arrests")]
STATES = [
    State(subject="siege", state="besieged"),
    State(subject="siege", state="lifted"),
    State(subject="territory", state="held"),
]
SPEAKERS = [(), (Speaker(name="the army", role="military"),), (Speaker(name="a doctor", role="medical"),)]


@st.composite
def claim_lists(draw: st.DrawFn) -> list[Claim]:
    return [draw(claims(f"c{i}")) for i in range(draw(st.integers(1, 9)))]


@st.composite
def claims(draw: st.DrawFn, name: str) -> Claim:
    scope = draw(st.sampled_from(["incident", "incident", "statistic", "condition"]))
    kind, sub = draw(st.sampled_from(SUBS))
    low = draw(st.sampled_from([None, 0, 3, 8]))
    start = draw(st.integers(0, 400))
    return Claim(
        id=name,
        report=draw(st.sampled_from(["r0", "r1", "r2", "r3", "gone"])),
        scope=scope,
        event_type=kind,
        sub_event_type=sub,
        condition=draw(st.sampled_from(STATES)) if scope == "condition" else None,
        measure="killed" if scope == "statistic" else None,
        value=Value(low=low, high=low, words="x") if scope == "statistic" else None,
        who=tuple(Actor(name=n, words=n) for n in draw(st.sampled_from([(), ("RSF",), ("Army",)]))),
        where=draw(st.sampled_from([(), *((p,) for p in PLACES)])),
        when=draw(st.sampled_from(DAYS)),
        counts=(Count(effect="killed", low=low, high=low, words="x"),) if low is not None else (),
        according_to=draw(st.sampled_from(SPEAKERS)),
        stance=draw(st.sampled_from(["asserts", "asserts", "denies"])),
        status=draw(st.sampled_from(["happened", "ongoing", "planned"])),
        evidence=(Evidence(field="claim", start=start, end=start + 5, quote=draw(st.sampled_from(["drone", "raids"]))),),
        confidence=draw(st.sampled_from([0.3, 0.9])),
    )


def lines(folds: Folds) -> list[str]:
    return [dump(x) for x in (*folds.events, *folds.statistics, *folds.conditions)]


SMALL = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SMALL
@given(claim_lists(), st.randoms(use_true_random=False))
def test_order_changes_nothing(found: list[Claim], chance: object) -> None:
    mixed, reports = list(found), list(REPORTS)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    chance.shuffle(reports)  # type: ignore[attr-defined]
    assert lines(link(found, REPORTS)) == lines(link(mixed, reports)) == lines(link(found + found, REPORTS))


@SMALL
@given(claim_lists())
def test_each_real_claim_is_in_one_fold_of_its_scope(found: list[Claim]) -> None:
    folds = link(found, REPORTS)
    for scope, items in (("incident", folds.events), ("statistic", folds.statistics), ("condition", folds.conditions)):
        placed = sorted(name for item in items for name in item.claims)
        assert placed == sorted(c.id for c in found if c.scope == scope and c.status in ("happened", "ongoing"))


@SMALL
@given(claim_lists())
def test_an_unrelated_claim_changes_no_other_fold(found: list[Claim]) -> None:
    far = Place(name="Bogota", words="Bogota", country="COL", latitude=4.7, longitude=-74.1, precision=1)
    stranger = Claim(
        id="zz",
        report="far",
        scope="incident",
        event_type="Battles",
        sub_event_type="Armed clash",
        where=(far,),
        when=When(first="2020-05-05", last="2020-05-05", precision="day"),
    )
    before, after = lines(link(found, REPORTS)), lines(link([*found, stranger], REPORTS))
    assert set(before) < set(after) and len(after) == len(before) + 1


@SMALL
@given(claim_lists())
def test_tolls_are_ordered_and_ids_differ(found: list[Claim]) -> None:
    folds = link(found, REPORTS)
    items = (*folds.events, *folds.statistics, *folds.conditions)
    assert len({i.id for i in items}) == len(items)
    for event in folds.events:
        if event.killed.best is not None:
            assert event.killed.low is not None and event.killed.high is not None
            assert event.killed.low <= event.killed.best <= event.killed.high
