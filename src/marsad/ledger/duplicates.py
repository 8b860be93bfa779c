"""Which report is a copy of which, brought up to date from the reports that are new and those that they could bear on."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, delete, func, select

from marsad.ledger import schema
from marsad.ledger.blocks import Rules
from marsad.ledger.inforce import copies, facts, in_chunks, in_force, reports_in_force
from marsad.ledger.records import among, in_order, plain_rows, put
from marsad.model import Report

COMMON = 256
"""A run of words that more different texts hold than this is a template's, and says nothing about copying."""
FEW = 8
"""Texts of fewer keys are compared where they share one, others where they share two; as in `intake.copies`."""
HITS = 2_000_000
"""So many shared keys are weighed at once."""
MANY = 20_000
"""No more common keys than these are read at once."""
Original = dict[str, str | None]


def all_copies(connection: Connection, rules: Rules, reports: Sequence[Report] | None = None) -> Original:
    """The original of every report that is a copy, worked out from all reports in force (`reports`, where they are at hand)."""
    common = frozenset(connection.execute(select(schema.common_keys.c.key)).scalars())
    given = reports_in_force(connection, None) if reports is None else reports
    return {r.id: r.copy_of for r in mark(rules, given, common) if r.copy_of}


def copies_anew(connection: Connection, rules: Rules) -> None:
    """Write down the copies among all reports in force, some thousand at a time, as if they came one lot after another."""
    forget_all_keys(connection)
    connection.execute(delete(schema.copies))
    coded = schema.codings.c
    for rows in in_chunks(facts(connection, schema.reports)):
        numbers = dict(rows)
        names = select(coded.report).where(in_force(None), among(connection, coded.report_seq, numbers))
        reports = reports_in_force(connection, list(connection.execute(names).scalars()))
        found = copies_near(connection, numbers, {r.id: r for r in reports}, rules)
        connection.execute(delete(schema.copies).where(among(connection, schema.copies.c.report, found)))
        put(connection, schema.copies, [(name, original) for name, original in sorted(found.items()) if original])


def forget_all_keys(connection: Connection) -> None:
    """Drop the keys of all texts."""
    for table in (schema.prints, schema.copy_keys, schema.common_keys):
        connection.execute(delete(table))


def mark(rules: Rules, reports: Sequence[Report], common: frozenset[int]) -> Iterable[Report]:
    return rules.mark_copies(reports) if rules.copy_keys is None else rules.mark_copies(reports, common=common)


def copies_near(connection: Connection, rows: Mapping[int, Report], changed: Mapping[str, Report], rules: Rules) -> Original:
    """The original, or `None`, of each report on which these new rows and these newly coded reports may bear.

    It gives what looking at all reports would: wherever an answer changes, its neighbours are looked at too, until none does.
    """
    rules = remembering(rules)
    looked_at: dict[str, Report] = dict(changed)
    frontier = set(changed)
    dead = keep_copy_keys(connection, rows, rules)
    frontier |= losers(connection, dead) | copies_of(connection, frontier)
    forget_keys(connection, dead)
    known: set[str] = set()
    result: Original = {}
    while frontier:
        load(connection, looked_at, frontier)
        near = neighbours(connection, [looked_at[name] for name in frontier if name in looked_at], rules)
        load(connection, looked_at, near)
        known |= frontier
        reports = [looked_at[name] for name in sorted(looked_at)]
        result = {r.id: r.copy_of for r in mark(rules, reports, common_among(connection, reports, rules))}
        before = copies(connection, result)
        frontier = {name for name, original in result.items() if original != before.get(name)} - known
    return result


def remembering(rules: Rules) -> Rules:
    """The same rules, by which the keys of a text are worked out once."""
    keys = rules.copy_keys
    if keys is None:
        return rules
    held: dict[str, Sequence[int]] = {}

    def copy_keys(report: Report) -> Sequence[int]:
        found = held.get(report.text)
        if found is None:
            found = held[report.text] = keys(report)
        return found

    return dataclasses.replace(rules, copy_keys=copy_keys)


def load(connection: Connection, looked_at: dict[str, Report], names: Iterable[str]) -> None:
    """Fetch reports that are not there yet."""
    missing = [name for name in names if name not in looked_at]
    if missing:
        looked_at.update((r.id, r) for r in reports_in_force(connection, missing))


def keep_copy_keys(connection: Connection, reports: Mapping[int, Report], rules: Rules) -> set[int]:
    """Store the keys of report rows; those that became too widespread to count with them."""
    if rules.copy_keys is None:
        return set()
    held: dict[int, set[int]] = {}
    rows = []
    for seq, report in reports.items():
        own, *keys = rules.copy_keys(report)
        held.setdefault(own, set()).update(keys)
        rows.append((own, seq, len(keys)))
    put(connection, schema.prints, in_order(rows), anew="nothing")
    given = set().union(*held.values())
    common = listed(connection, schema.common_keys, given)
    fresh = [(key, own) for own, keys in held.items() for key in keys if key not in common]
    put(connection, schema.copy_keys, in_order(fresh), anew="nothing")
    table = schema.copy_keys
    crowded = select(table.c.key).where(among(connection, table.c.key, given - common)).group_by(table.c.key)
    dead = set(connection.execute(crowded.having(func.count() > COMMON)).scalars())
    put(connection, schema.common_keys, [(key,) for key in sorted(dead)])
    return dead


def forget_keys(connection: Connection, keys: set[int]) -> None:
    """Drop the rows of keys that do not count."""
    if keys:
        connection.execute(delete(schema.copy_keys).where(among(connection, schema.copy_keys.c.key, keys)))


def listed(connection: Connection, table: Any, keys: Iterable[int]) -> set[int]:
    """Which of the keys a table holds."""
    return set(connection.execute(select(table.c.key).where(among(connection, table.c.key, keys))).scalars())


def losers(connection: Connection, keys: set[int]) -> set[str]:
    """Reports that hold one of these keys and are a copy or have one: what a key's loss may change."""
    if not keys:
        return set()
    statement = (
        select(schema.reports.c.id)
        .distinct()
        .join(schema.prints, schema.prints.c.report == schema.reports.c.seq)
        .join(schema.copy_keys, schema.copy_keys.c.print == schema.prints.c.print)
        .where(among(connection, schema.copy_keys.c.key, keys))
    )
    found = set(connection.execute(statement).scalars())
    return copies_of(connection, found) | set(copies(connection, found))


def copies_of(connection: Connection, originals: Iterable[str]) -> set[str]:
    """The copies of reports."""
    table = schema.copies
    return set(connection.execute(select(table.c.report).where(among(connection, table.c.copy_of, originals))).scalars())


def neighbours(connection: Connection, reports: Sequence[Report], rules: Rules) -> set[str]:
    """Reports that share enough keys with one of these to be looked at."""
    assert rules.copy_keys is not None
    keys_of = {own: keys for own, *keys in map(rules.copy_keys, reports)}
    wanted = {key for keys in keys_of.values() for key in keys}
    wanted -= listed(connection, schema.common_keys, wanted)
    table = schema.copy_keys
    rows = plain_rows(connection, select(table.c.key, table.c.print).where(among(connection, table.c.key, wanted)))
    close, once = sharing(keys_of, np.array(rows, dtype=np.int64).reshape(-1, 2))
    near = keys_of.keys() | close | few_keyed(connection, once - close)
    statement = select(schema.reports.c.id).distinct().join(schema.prints, schema.prints.c.report == schema.reports.c.seq)
    return set(connection.execute(statement.where(among(connection, schema.prints.c.print, near))).scalars())


def sharing(keys_of: Mapping[int, Sequence[int]], held: npt.NDArray[np.int64]) -> tuple[set[int], set[int]]:
    """Prints that share enough keys with one of these, and those that do so if they have few keys themselves.

    `held` are pairs of a key and a print that has it.
    """
    held = held[np.argsort(held[:, 0], kind="stable")]
    prints, place = np.unique(held[:, 1], return_inverse=True)
    owners = np.repeat(np.arange(len(keys_of)), [len(keys) for keys in keys_of.values()])
    keys = np.array([key for keys in keys_of.values() for key in keys], dtype=np.int64)
    few = np.array([len(keys) < FEW for keys in keys_of.values()], dtype=bool)
    begin, end = np.searchsorted(held[:, 0], keys, "left"), np.searchsorted(held[:, 0], keys, "right")
    close, once = np.zeros(len(prints), dtype=bool), np.zeros(len(prints), dtype=bool)
    for some in parts_of(owners, end - begin):
        number = (end - begin)[some]
        hits = np.arange(number.sum()) + np.repeat(begin[some] - (np.cumsum(number) - number), number)
        pairs = np.repeat(owners[some], number) * max(1, len(prints)) + place[hits]
        found, times = np.unique(pairs, return_counts=True)
        owner, other = np.divmod(found, max(1, len(prints)))
        close[other[(times > 1) | few[owner]]] = True
        once[other] = True
    return set(prints[close].tolist()), set(prints[once].tolist())


def parts_of(owners: npt.NDArray[np.int64], number: npt.NDArray[np.int64]) -> Iterator[slice]:
    """Stretches of keys, whole prints each, that together have about so many hits that they fit into memory."""
    start, total = 0, np.cumsum(number)
    while start < len(owners):
        before = total[start - 1] if start else 0
        stop = int(np.searchsorted(total, before + HITS, "right"))
        stop = int(np.searchsorted(owners, owners[max(stop, start + 1) - 1], "right"))
        yield slice(start, stop)
        start = stop


def few_keyed(connection: Connection, prints: Iterable[int]) -> set[int]:
    """Which of the prints have so few keys that sharing one is enough; as in `intake.copies`."""
    table = schema.prints
    rows = select(table.c.print).where(among(connection, table.c.print, prints), table.c.size < FEW)
    return set(connection.execute(rows).scalars())


def common_among(connection: Connection, reports: Sequence[Report], rules: Rules) -> frozenset[int]:
    """Which keys of these reports are too widespread to count; all that are, where it is quicker to read them than to ask."""
    assert rules.copy_keys is not None
    table = schema.common_keys
    most = min(MANY, 100 * len(reports))
    all_of_them = connection.execute(select(table.c.key).limit(most + 1)).scalars().all()
    if len(all_of_them) <= most:
        return frozenset(all_of_them)
    return frozenset(listed(connection, schema.common_keys, {key for r in reports for key in rules.copy_keys(r)[1:]}))
