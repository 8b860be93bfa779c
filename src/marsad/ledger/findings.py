"""What a run or a query found: reports, their claims, the folds over them and the problems met, in one fixed order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from marsad.model import Claim, Condition, Event, Problem, Record, Report, Statistic

LAST = "9999"


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Tuples of each kind. `records()` puts them in the order in which every export prints them.

    `uncertain` are claims that are kept and not published: no export prints them and no fold holds them.
    """

    reports: tuple[Report, ...] = ()
    claims: tuple[Claim, ...] = ()
    events: tuple[Event, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    conditions: tuple[Condition, ...] = ()
    problems: tuple[Problem, ...] = ()
    uncertain: tuple[Claim, ...] = ()

    def records(self) -> Iterator[Record]:
        """Each report with its claims behind it, then events, statistics, conditions and problems."""
        of_report: dict[str, list[Claim]] = {}
        for claim in self.claims:
            of_report.setdefault(claim.report, []).append(claim)
        for report in self.reports:
            yield report
            yield from of_report.pop(report.id, [])
        for orphans in of_report.values():
            yield from orphans
        yield from self.events
        yield from self.statistics
        yield from self.conditions
        yield from self.problems


def arrange(
    *,
    reports: Iterable[Report] = (),
    claims: Iterable[Claim] = (),
    events: Iterable[Event] = (),
    statistics: Iterable[Statistic] = (),
    conditions: Iterable[Condition] = (),
    problems: Iterable[Problem] = (),
) -> Findings:
    """The same items as `Findings`, ordered by content alone, so that the order of the input does not show.

    Reports by origin (`page#2` before `page#10`), claims by report and place in the text, folds by day and id.
    """
    stories = sorted(reports, key=lambda r: (natural(r.origin), r.id))
    rank = {report.id: index for index, report in enumerate(stories)}
    told = sorted(claims, key=lambda c: (rank.get(c.report, len(rank)), c.report, position(c), c.id))
    return Findings(
        reports=tuple(stories),
        claims=tuple(c for c in told if not c.uncertain),
        uncertain=tuple(c for c in told if c.uncertain),
        events=tuple(sorted(events, key=lambda e: (e.date_first or LAST, e.date_last or LAST, e.id))),
        statistics=tuple(sorted(statistics, key=lambda s: (s.first or LAST, s.last or LAST, s.id))),
        conditions=tuple(sorted(conditions, key=lambda c: (c.since or LAST, c.subject, c.id))),
        problems=tuple(sorted(set(problems), key=lambda p: (natural(p.at or ""), p.stage, p.code, p.message))),
    )


def position(claim: Claim) -> int:
    """Where in the report's text the claim's own sentence begins; 0 where it cites none."""
    return min((e.start for e in claim.evidence if e.field == "claim"), default=0)


def natural(words: str) -> tuple[tuple[int, str], ...]:
    """A sorting key that reads digits as numbers.

    >>> sorted(["a#10", "a#9", "a"], key=natural)
    ['a', 'a#9', 'a#10']
    """
    parts = re.split(r"([0-9]{1,18})", words)
    return tuple((int(part), "") if re.fullmatch("[0-9]+", part) else (-1, part) for part in parts if part)
