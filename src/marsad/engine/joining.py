"""The second pass: what all shards found, linked by block. Of all claims only the keys are held at once."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from marsad.engine import schemas
from marsad.engine.shards import read_table
from marsad.linking import Folds
from marsad.model import Claim, Condition, Event, Problem, Report, Statistic
from marsad.stages import installed_rules

COMMON = 256
PART = 4_000


@dataclass(slots=True)
class Forest:
    """Sets that grow together (union–find), named by any word or number."""

    above: dict[object, object] = field(default_factory=dict)

    def root(self, name: object) -> object:
        path = []
        while (up := self.above.setdefault(name, name)) != name:
            path.append(name)
            name = up
        for step in path:
            self.above[step] = name
        return name

    def join(self, one: object, other: object) -> None:
        a, b = self.root(one), self.root(other)
        if a != b:
            self.above[max(a, b, key=repr)] = min(a, b, key=repr)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where each claim and report of a run stands (the number of its file), and who is a copy of whom."""

    files: tuple[Path, ...]
    claims: Mapping[str, int]
    reports: Mapping[str, int]
    parts: tuple[tuple[str, ...], ...]
    copies: Mapping[str, str]


def survey(files: Sequence[Path]) -> Found:
    """Reads the keys of all files, and puts claims that could meet into one part. The first file that holds an item counts."""
    claims: dict[str, int] = {}
    reports: dict[str, int] = {}
    kept: dict[str, list[str]] = {}
    asked: dict[str, list[str]] = {}
    prints: dict[str, list[int]] = {}
    for number, path in enumerate(files):
        table = read_table(path)
        told = schemas.of_kind(table, "report").select(["id", "copy_keys"])
        for name, keys in zip(told["id"].to_pylist(), told["copy_keys"].to_pylist(), strict=True):
            if reports.setdefault(name, number) == number:
                prints[name] = keys
        said = schemas.of_kind(table, "claim").select(["id", "kept_keys", "asked_keys"])
        for name, mine, wanted in zip(*(said[c].to_pylist() for c in said.column_names), strict=True):
            if claims.setdefault(name, number) == number:
                kept[name], asked[name] = mine, wanted
    copies = copies_of(prints, reports, files)
    parts = packed(blocks(kept, asked))
    return Found(files=tuple(files), claims=claims, reports=reports, parts=parts, copies=copies)


def copies_of(prints: Mapping[str, Sequence[int]], where: Mapping[str, int], files: Sequence[Path]) -> dict[str, str]:
    """Copies and their originals. Only reports that share a key are compared; keys that many texts share say nothing."""
    mark = installed_rules()["mark_copies"]
    texts = {keys[0]: keys for keys in prints.values() if keys}
    counts = Counter(key for keys in texts.values() for key in set(keys[1:]))
    common = frozenset(key for key, count in counts.items() if count > COMMON)
    groups = grouped({name: [keys[0], *(k for k in keys[1:] if k not in common)] for name, keys in prints.items() if keys})
    several = [group for group in groups if len(group) > 1]
    found: dict[str, str] = {}
    for group, members in zip(several, reports_of(several, where, files), strict=True):
        found |= {
            r.id: r.copy_of for r in mark(sorted(members, key=lambda r: r.id), common=common) if r.copy_of and r.id in group
        }
    return found


def reports_of(groups: Sequence[Sequence[str]], where: Mapping[str, int], files: Sequence[Path]) -> Iterator[list[Report]]:
    """The reports of each group, as many groups at a time as make a part."""
    for start in range(0, len(groups), PART):
        chosen = groups[start : start + PART]
        found = picked("report", {n: where[n] for group in chosen for n in group}, files)
        held = {r.id: r for r in found if isinstance(r, Report)}
        yield from ([held[name] for name in group] for group in chosen)


def grouped(keys: Mapping[str, Iterable[object]]) -> list[tuple[str, ...]]:
    """The names that hang together by keys, each group sorted."""
    forest = Forest()
    for name, own in keys.items():
        forest.root(("name", name))
        for key in own:
            forest.join(("name", name), ("key", key))
    groups: dict[object, list[str]] = defaultdict(list)
    for name in keys:
        groups[forest.root(("name", name))].append(name)
    return sorted(tuple(sorted(group)) for group in groups.values())


def blocks(kept: Mapping[str, Sequence[str]], asked: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """The claims that could meet, directly or through others. A key that a claim only asks for counts where another keeps it."""
    held = {key for keys in kept.values() for key in keys}
    return grouped({name: [*keys, *(key for key in asked[name] if key in held)] for name, keys in kept.items()})


def packed(groups: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Groups put together into parts of about 4,000 claims; a larger group is a part of its own."""
    parts: list[list[str]] = []
    for group in groups:
        if not parts or len(parts[-1]) + len(group) > PART:
            parts.append([])
        parts[-1] += group
    return tuple(tuple(sorted(part)) for part in parts)


def picked(kind: str, where: Mapping[str, int], files: Sequence[Path]) -> Iterator[Report | Claim]:
    """The items of a kind with those names."""
    by_file: dict[int, set[str]] = defaultdict(set)
    for name, number in where.items():
        by_file[number].add(name)
    for number, names in sorted(by_file.items()):
        table = schemas.of_kind(read_table(files[number]), kind)
        wanted = [n for n, name in enumerate(table["id"].to_pylist()) if name in names]
        yield from schemas.items(table.take(wanted), kind)


def join(found: Found) -> Folds:
    """Events, statistics and conditions of all parts: what linking all claims at once gives, part by part."""
    link = installed_rules()["link"]
    events: list[Event] = []
    statistics: list[Statistic] = []
    conditions: list[Condition] = []
    for part in found.parts:
        claims = [c for c in picked("claim", {name: found.claims[name] for name in part}, found.files) if isinstance(c, Claim)]
        names = {c.report for c in claims}
        folds = link(claims, marked(found, names | {found.copies[n] for n in names if n in found.copies}))
        events += folds.events
        statistics += folds.statistics
        conditions += folds.conditions
    return Folds(
        events=tuple(sorted(events, key=lambda e: (e.date_first or "9999", e.id))),
        statistics=tuple(sorted(statistics, key=lambda s: (s.first or "9999", s.id))),
        conditions=tuple(sorted(conditions, key=lambda c: (c.since or "9999", c.id))),
    )


def marked(found: Found, names: Iterable[str]) -> list[Report]:
    """The reports of those names, copies marked."""
    where = {name: found.reports[name] for name in names}
    return [
        dataclasses.replace(r, copy_of=found.copies.get(r.id))
        for r in picked("report", where, found.files)
        if isinstance(r, Report)
    ]


def problems_of(files: Sequence[Path]) -> list[Problem]:
    """Every problem that the shards met, each once."""
    met = {problem: None for path in files for problem in schemas.items(schemas.of_kind(read_table(path), "problem"), "problem")}
    return sorted(met, key=lambda p: (p.at or "", p.stage, p.code, p.message))
