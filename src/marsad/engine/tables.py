"""The stages as functions from table to table: gate, read, code. No state but the models, which a process loads once."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from marsad.engine import schemas
from marsad.engine.settings import Settings
from marsad.model import Capture, Problem, Report
from marsad.pipeline import code

if TYPE_CHECKING:
    from marsad.intake.gate import Gate
    from marsad.stages import Stages

BATCH = 32
Read = Callable[[Capture, str | None], tuple[Sequence[Report], Sequence[Problem]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a process needs: the stages with their models, and the gate where it is on."""

    stages: Stages
    gate: Gate | None
    published: str | None


@cache
def work_for(settings: Settings) -> Work:
    """Loads the models, once for each process and settings."""
    from marsad.stages import installed_stages

    stages = installed_stages(reader=settings.reader)
    gate = None
    if settings.gate:
        from marsad.intake.gate import load_gate

        gate = load_gate()
    gc.collect()
    gc.freeze()  # what was loaded stays: collections need not go over it each time
    return Work(stages=stages, gate=gate, published=settings.published)


def gate_pages(table: pa.Table, gate: Gate | None) -> tuple[pa.Table, list[dict[str, Any]]]:
    """`PAGES` → those that pass, and a `stopped` row for each other."""
    if gate is None or not table.num_rows:
        return table, []
    passing, stopped = [], []
    for number, capture in enumerate(schemas.captures(table)):
        verdict = gate.capture(capture)
        if verdict.passes:
            passing.append(number)
        else:
            stopped.append(schemas.stopped_row(capture.id, capture.origin, verdict.why, verdict.score))
    return table.take(pa.array(passing, type=pa.int64())), stopped


def read_pages(table: pa.Table, work: Work, read: Read) -> tuple[list[Report], list[dict[str, Any]]]:
    """`PAGES` → their stories that pass the gate, and rows: captures with a story, stories stopped, problems."""
    from marsad.pipeline import crash

    stories: dict[str, Report] = {}
    rows: list[dict[str, Any]] = []
    for capture in schemas.captures(table):
        try:
            found, met = read(capture, work.published)
        except Exception as error:  # one page never stops a shard
            found, met = [], [crash("intake", error, capture.origin)]
        rows += [schemas.problem_row(problem) for problem in met]
        kept = list(judged(found, work.gate, rows))
        if kept:
            rows.append(schemas.capture_row(capture))
        for report in kept:
            stories.setdefault(report.id, report)
    return list(stories.values()), rows


def judged(reports: Sequence[Report], gate: Gate | None, rows: list[dict[str, Any]]) -> Iterator[Report]:
    """The reports that pass; a row for each other."""
    for report in reports:
        verdict = gate.report(report) if gate else None
        if verdict is None or verdict.passes:
            yield report
        else:
            rows.append(schemas.stopped_row(report.id, report.origin, verdict.why, verdict.score))


def code_stories(reports: Sequence[Report], work: Work) -> list[dict[str, Any]]:
    """Stories → rows: each report with the keys that copies are found by, its claims with those of their blocks, problems."""
    stages = work.stages
    claims, problems = code(reports, stages, lambda step: None)
    by_id = {report.id: report for report in reports}
    rows = [schemas.report_row(r, stages.copy_keys(r) if stages.copy_keys else ()) for r in reports]
    for claim in claims:
        report = by_id[claim.report]
        kept = stages.block_keys(claim, report) if stages.block_keys else ()
        asked = stages.ask_keys(claim, report) if stages.ask_keys else ()
        rows.append(schemas.claim_row(claim, kept, asked))
    return rows + [schemas.problem_row(problem) for problem in problems]


def coded(table: pa.Table, work: Work, read: Read) -> list[dict[str, Any]]:
    """All three stages in one: `PAGES` → rows of `RESULT`."""
    passing, stopped = gate_pages(table, work.gate)
    reports, rows = read_pages(passing, work, read)
    return [*stopped, *rows, *code_stories(reports, work)]
