"""What holds of linking whatever the claims: order, bytes, one fold each, independence, stable ids."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marsad.linking import Folds, ask_keys, block_keys, compare, link, linked
from marsad.linking.rulings import fold_id
from marsad.model import Actor, Claim, Count, Evidence, Judgement, Place, Report, Speaker, State, Value, When, dump

REPORTS = [
    Report(id=f"r{i}", origin="x", text="", published=f"2026-01-{10 + i}", copy_of="r0" if i in (3, 4) else None)
    for i in range(5)
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
        report=draw(st.sampled_from(["r0", "r1", "r2", "r3", "r4", "gone"])),
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


def judge(
    number: int, verb: str, subject: str, other: str | None = None, field: str | None = None, value: str | None = None
) -> Judgement:
    return Judgement(
        id=f"j{number}", verb=verb, subject=subject, object=other, field=field, value=value, by="A", reason="", at=""
    )


@st.composite
def judgement_lists(draw: st.DrawFn, found: Sequence[Claim]) -> list[Judgement]:
    names = [c.id for c in found] + [fold_id(c) for c in found]
    said: list[Judgement] = []
    for n in range(draw(st.integers(0, 4))):
        verb = draw(st.sampled_from(["merge", "split", "accept", "reject", "correct", "undo"]))
        subject, other = draw(st.sampled_from(names)), draw(st.sampled_from(names))
        if verb == "undo":
            subject = f"j{draw(st.integers(0, 4))}"
        field, value = draw(st.sampled_from([("killed", "14"), ("date", "2026-01-09"), ("state", "besieged"), ("place", "Kumo")]))
        said.append(judge(n, verb, subject, other, field, value))
    return said


def a_record(pieces: Sequence[Folds]) -> list[str]:
    """The folds of linkings of several components, as one record."""
    items = [x for p in pieces for x in (*p.events, *p.statistics, *p.conditions, *p.rejected)]
    return sorted(dump(x) for x in items)


@SMALL
@given(st.data())
def test_whole_components_give_the_folds_that_everything_gives(data: st.DataObject) -> None:
    found = data.draw(claim_lists())
    said = data.draw(judgement_lists(found))
    batch = link(found, REPORTS, said)
    assert sorted(c for part in batch.components for c in part) == sorted(c.id for c in found)
    share = data.draw(st.lists(st.sampled_from(range(3)), min_size=len(batch.components), max_size=len(batch.components)))
    pieces = []
    for n in range(3):
        names = {c for part, home in zip(batch.components, share, strict=True) if home == n for c in part}
        pieces.append(link([c for c in found if c.id in names], REPORTS, said))
    assert a_record(pieces) == a_record([batch])


@settings(SMALL, max_examples=150)
@given(st.data())
def test_arrivals_in_any_order_give_the_folds_of_the_whole(data: st.DataObject) -> None:
    found = data.draw(claim_lists())
    said = data.draw(judgement_lists(found))
    table = {r.id: r for r in REPORTS}
    keys = {c.id: set(block_keys(c, table.get(c.report))) for c in found}
    waiting = data.draw(st.permutations(found))
    known: dict[str, Claim] = {}
    parts: dict[frozenset[str], Folds] = {}
    while waiting:
        size = data.draw(st.integers(1, 3))
        new, waiting = waiting[:size], waiting[size:]
        wanted = {key for c in new for key in ask_keys(c, table.get(c.report))}
        ruled = {c.id for c in known.values()} if said else set()
        candidates = [c for c in known.values() if keys[c.id] & wanted or c.id in ruled]
        touched = linked(new, candidates, REPORTS, said)
        old = [part for part in parts if part & touched]
        claims = [*new, *(known[c] for part in old for c in part)]
        made = link(claims, REPORTS, said)
        for part in old:
            del parts[part]
        for part in made.components:
            parts[part] = link([c for c in claims if c.id in part], REPORTS, said)
        known |= {c.id: c for c in new}
    assert a_record(list(parts.values())) == a_record([link(found, REPORTS, said)])
    assert set(parts) == set(link(found, REPORTS, said).components)


@SMALL
@given(claim_lists(), st.data())
def test_merge_then_split_is_as_if_nothing_was_said(found: list[Claim], data: st.DataObject) -> None:
    names = [c.id for c in found] + [fold_id(c) for c in found]
    one, other = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(names))
    before = link(found, REPORTS)
    home = {c: f.id for f in (*before.events, *before.statistics, *before.conditions) for c in f.claims}
    ids = {fold_id(c): c.id for c in found} | {c.id: c.id for c in found}
    if home.get(ids[one]) == home.get(ids[other]):
        return
    said = [judge(0, "merge", one, other), judge(1, "split", one, other)]
    assert a_record([link(found, REPORTS, said)]) == a_record([before])
    assert a_record([link(found, REPORTS, [said[0], judge(1, "undo", "j0")])]) == a_record([before])


@SMALL
@given(claim_lists(), claim_lists())
def test_every_difference_is_told(found: list[Claim], others: list[Claim]) -> None:
    more = [*found, *(dataclasses.replace(c, id=f"d{n}") for n, c in enumerate(others))]
    before, after = link(found, REPORTS), link(more, REPORTS)
    assert compare(before, before) == ()
    told = {name for c in compare(before, after) for name in (c.fold, *c.others)}
    old = {f.id: dump(f) for f in (*before.events, *before.statistics, *before.conditions)}
    new = {f.id: dump(f) for f in (*after.events, *after.statistics, *after.conditions)}
    assert {name for name in {**old, **new} if old.get(name) != new.get(name)} <= told
