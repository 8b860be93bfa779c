"""The parts of folding: copies, events, statistics and conditions, worked out from claims and judgements.

Only what a change touches is worked out: the components of the claims that are new, gone or judged, and of those that share a key
with them. The result is the same as if all had been. Each fold that comes out otherwise than before gets a revision.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select

from marsad.ledger import reasons, schema
from marsad.ledger.blocks import Rules, claims_at, components_of, forget_claims, keep_claim_keys, keys_asked, members
from marsad.ledger.duplicates import all_copies, copies_anew, copies_near, forget_all_keys, forget_keys, keep_copy_keys
from marsad.ledger.inforce import (
    COPY,
    bodies_of,
    claims_by_number,
    claims_of_reports,
    copies,
    facts,
    in_chunks,
    judgements_in,
    reports_in_force,
)
from marsad.ledger.narrow import Change, Fold, kind_of
from marsad.ledger.records import Journal, among, decode, encode, put
from marsad.model import Claim, Report

if TYPE_CHECKING:
    from marsad.linking import Folds


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """The folds that claims were in and are in, by claim id, and which of these folds there still are."""

    was: Mapping[str, str]
    now: Mapping[str, str]
    kept: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What a transaction changed: report rows that are new, reports coded anew and the claims of these that are in force, claims
    gone, claims judged; and why. `by` is the version that links, where it is known: by another one than before, all is linked."""

    rows: Mapping[int, Report] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)
    claims: Mapping[int, Claim] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()
    judged: frozenset[int] = frozenset()
    cause: str = ""
    by: str | None = None


def fold_id(change: Change) -> str:
    if change.new is not None:
        return change.new.id
    assert change.old is not None
    return change.old[1].id


def standing(connection: Connection, name: str) -> str | None:
    """A word about what is worked out: `linking` is the version by which every claim's keys and component are stored."""
    table = schema.standing
    return connection.execute(select(table.c.value).where(table.c.name == name)).scalar()


def refresh_copies(
    connection: Connection, journal: Journal, rules: Rules, touched: Touched, *, whole: bool, at_hand: bool, much: bool
) -> set[str]:
    """Mark copies; the reports whose mark changed."""
    if much:
        before = copies(connection, None)
        copies_anew(connection, rules)
        kept = copies(connection, None)
        after: dict[str, str | None] = {name: kept.get(name) for name in before.keys() | kept.keys()}
    elif whole or rules.copy_keys is None:
        keep_all_copy_keys(connection, rules, touched.rows if at_hand else None)
        after = dict(all_copies(connection, rules, list(touched.reports.values()) if at_hand else None))
        before = copies(connection, None)
        after |= dict.fromkeys(before.keys() - after.keys())
    else:
        after = copies_near(connection, touched.rows, touched.reports, rules)
        before = copies(connection, after)
    different = {name: original for name, original in sorted(after.items()) if original != before.get(name)}
    for name, original in different.items():
        journal.add("revision", name, COPY, name, f"copy of {original}" if original else "no copy any more", original)
    journal.flush()
    if different:
        connection.execute(delete(schema.copies).where(among(connection, schema.copies.c.report, different)))
        put(connection, schema.copies, [(name, original) for name, original in different.items() if original])
    return set(different)


def keep_all_copy_keys(connection: Connection, rules: Rules, rows: Mapping[int, Report] | None) -> None:
    """Store the keys of every report anew, a part at a time; of these rows, where they are all."""
    forget_all_keys(connection)
    if rules.copy_keys is not None:
        for some in in_chunks(facts(connection, schema.reports)) if rows is None else [rows]:
            forget_keys(connection, keep_copy_keys(connection, dict(some), rules))


def everything(connection: Connection, rules: Rules) -> tuple[dict[int, Claim], dict[str, Report]]:
    """All claims in force with their reports; their keys are stored."""
    claims = claims_of_reports(connection, None)
    reports = {r.id: r for r in reports_in_force(connection, None)}
    connection.execute(delete(schema.claim_keys))
    keep_claim_keys(connection, claims, reports, rules)
    return claims, reports


def affected(
    connection: Connection, rules: Rules, touched: Touched, moved: set[str]
) -> tuple[dict[int, Claim], dict[str, Report]]:
    """The claims whose folds may come out otherwise, with their reports; the keys of new ones are stored."""
    others = moved - touched.reports.keys()
    changed = {**touched.claims, **claims_of_reports(connection, others)}
    reports = marked(connection, touched.reports) | {r.id: r for r in reports_in_force(connection, others)}
    keep_claim_keys(connection, touched.claims, reports, rules)
    claims = changed | claims_by_number(connection, touched.judged - changed.keys())
    add_reports(connection, reports, claims)
    own = set(claims)
    near = claims_at(connection, keys_asked(claims.values(), reports, rules)) - own - touched.gone
    claims |= claims_by_number(connection, near)
    add_reports(connection, reports, claims)
    if rules.linked is not None and near:
        named = rules.linked(
            [claims[seq] for seq in sorted(own)],
            [claims[seq] for seq in sorted(near)],
            [reports[name] for name in sorted(reports)],
            judgements_in(connection),
        )
        near = {seq for seq in near if claims[seq].id in named}
    whole = members(connection, components_of(connection, near | own | touched.gone)) | own
    claims |= claims_by_number(connection, whole - claims.keys())
    claims = {seq: claims[seq] for seq in whole - touched.gone}
    add_reports(connection, reports, claims)
    used = {c.report for c in claims.values()}
    return claims, {name: report for name, report in reports.items() if name in used}


def marked(connection: Connection, reports: Mapping[str, Report]) -> dict[str, Report]:
    """Reports as the ledger has them: copies of what it says."""
    copy_of = copies(connection, reports)
    return {
        name: report if report.copy_of == copy_of.get(name) else dataclasses.replace(report, copy_of=copy_of.get(name))
        for name, report in reports.items()
    }


def add_reports(connection: Connection, reports: dict[str, Report], claims: Mapping[int, Claim]) -> None:
    """Fetch the reports of claims that are not there yet."""
    missing = {c.report for c in claims.values()} - reports.keys()
    if missing:
        reports.update((r.id, r) for r in reports_in_force(connection, missing))


def homes_of(connection: Connection, claims: Iterable[int]) -> set[str]:
    """The folds that these claims are in so far."""
    table = schema.linked
    rows = connection.execute(select(table.c.fold).distinct().where(among(connection, table.c.claim, claims)))
    return {fold for fold in rows.scalars() if fold}


def items_of(folds: Folds) -> list[Fold]:
    return [*folds.events, *folds.statistics, *folds.conditions]


def linked(connection: Connection, rules: Rules, claims: Mapping[int, Claim], reports: Mapping[str, Report]) -> Folds:
    """These claims, joined."""
    ordered = sorted(claims.values(), key=lambda c: c.id)
    stories = [reports[name] for name in sorted(reports)]
    judgements = judgements_in(connection)
    return rules.link(ordered, stories, judgements) if judgements else rules.link(ordered, stories)


def former(connection: Connection, homes: set[str] | None, folds: Folds) -> dict[str, tuple[int, str]]:
    """Number and body of the folds as they were: of all for `None`, else of these and of those that there are now."""
    names = None if homes is None else homes | {item.id for item in items_of(folds)}
    return {name: (seq, body) for name, (seq, _, body) in bodies_of(connection, names).items()}


def revise(
    connection: Connection, journal: Journal, before: Mapping[str, tuple[int, str]], folds: Folds, cause: str
) -> list[Change]:
    """Write a revision for each fold that came out otherwise than before."""
    now = {item.id: item for item in items_of(folds)}
    bodies = {name: encode(item) for name, item in now.items()}
    different = sorted(name for name in before.keys() | now.keys() if name not in before or bodies.get(name) != before[name][1])
    if not different:
        return []
    old = {name: (before[name][0], decode(before[name][1])) for name in different if name in before}
    homes = Homes(
        was={claim: name for name, (_, item) in old.items() for claim in item.claims},
        now={claim: name for name, item in now.items() for claim in item.claims},
        kept=now.keys(),
    )
    return write_changes(journal, different, old, now, bodies, homes, cause)


def write_changes(
    journal: Journal,
    names: Iterable[str],
    old: Mapping[str, tuple[int, Fold]],
    now: Mapping[str, Fold],
    bodies: Mapping[str, str],
    homes: Homes,
    cause: str,
) -> list[Change]:
    """A revision of each of these folds, which were so (or not there) and are now so (or not there)."""
    changes = []
    for name in names:
        item, was = now.get(name), old.get(name)
        why = reason(was[1] if was else None, item, homes) + (f" ({cause})" if cause else "")
        kind = kind_of(item if item is not None else old[name][1])
        seq = journal.add("revision", name, kind, name, why, bodies.get(name))
        changes.append(Change(seq=seq, old=was, new=item))
    journal.flush()
    return changes


def reason(old: Fold | None, new: Fold | None, homes: Homes) -> str:
    if old is None:
        assert new is not None
        return reasons.born(new.claims, homes.was, homes.kept)
    if new is None:
        return reasons.ceased(old.claims, homes.now)
    return reasons.changed(old.claims, new.claims, homes.was, homes.now)


def keep_components(connection: Connection, claims: Mapping[int, Claim], gone: Iterable[int], folds: Folds, whole: bool) -> None:
    """Write down which claims hang together, and which fold each is in."""
    if whole:
        connection.execute(delete(schema.linked))
    forget_claims(connection, [seq for seq in gone if seq not in claims])
    numbers = {claim.id: seq for seq, claim in claims.items()}
    component = {seq: seq for seq in claims}
    given = getattr(folds, "components", None)
    groups: Iterable[Iterable[str]] = [numbers] if given is None else given
    for group in groups:
        own = [numbers[name] for name in group if name in numbers]
        component |= dict.fromkeys(own, min(own, default=0))
    is_in = {c: f.id for kind in (folds.events, folds.statistics, folds.conditions) for f in kind for c in f.claims}
    if not whole:
        connection.execute(delete(schema.linked).where(among(connection, schema.linked.c.claim, claims)))
    put(connection, schema.linked, [(seq, component[seq], is_in.get(claims[seq].id)) for seq in sorted(claims)])
