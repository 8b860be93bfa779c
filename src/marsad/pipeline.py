"""The run, on one screen: inputs → captures → reports → claims → events, statistics and conditions."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from marsad.ledger.findings import Findings, arrange
from marsad.model import Capture, Claim, Problem, Report
from marsad.stages import Stages, installed_stages

Input = str | Path | Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far the run is: `done` of `total` (bytes while reading, characters while coding), `items` out of `of`, now `at`."""

    stage: Literal["reading", "coding", "linking"]
    done: int
    total: int | None = None
    items: int = 0
    of: int | None = None
    at: str | None = None


Watch = Callable[[Step], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was found, and the bytes that it was found in."""

    findings: Findings
    captures: tuple[Capture, ...]


def run(
    inputs: Iterable[Input],
    *,
    published: str | None = None,
    link: bool = True,
    stages: Stages | None = None,
    watch: Watch = lambda step: None,
) -> Outcome:
    """Code everything that `inputs` name. `published` (an ISO date) is the caller's anchor for stories that carry none.

    Whatever is wrong with one input or one report becomes a `Problem`, and the rest is still coded.
    """
    stages = stages or installed_stages()
    captures, unread = gather(inputs, stages, watch)
    reports, unsplit = read(captures, published, stages)
    claims, uncoded = code(reports, stages, watch)
    watch(Step(stage="linking", done=0, items=len(claims)))
    folds = stages.link(claims, reports) if link else None
    found = arrange(
        reports=reports,
        claims=claims,
        events=folds.events if folds else (),
        statistics=folds.statistics if folds else (),
        conditions=folds.conditions if folds else (),
        problems=[*unread, *unsplit, *uncoded],
    )
    return Outcome(findings=found, captures=tuple(captures))


def gather(inputs: Iterable[Input], stages: Stages, watch: Watch) -> tuple[list[Capture], list[Problem]]:
    """The bytes of every input, each kept once."""
    captures: dict[str, Capture] = {}
    problems: list[Problem] = []
    size = 0
    for item in opened(inputs, stages):
        if isinstance(item, Problem):
            problems.append(replace(item, at=item.at and spelled(item.at), message=spelled(item.message)))
            continue
        captures.setdefault(item.id, replace(item, origin=spelled(item.origin)))
        size += len(item.body)
        watch(Step(stage="reading", done=size, items=len(captures), at=item.origin))
    return list(captures.values()), problems


def spelled(name: str) -> str:
    """A file's name as text that can be stored: bytes that are no UTF-8 are written out, as `caf\\udce9.txt`."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def opened(inputs: Iterable[Input], stages: Stages) -> Iterator[Capture | Problem]:
    """Captures as they are; everything else through intake, at once, so that a file named twice is read once."""
    given = list(inputs)
    yield from (item for item in given if isinstance(item, Capture))
    yield from stages.open_inputs([item for item in given if not isinstance(item, Capture)])


def read(captures: Sequence[Capture], published: str | None, stages: Stages) -> tuple[list[Report], list[Problem]]:
    """The stories of all captures, dated, each once, copies marked."""
    reports: dict[str, Report] = {}
    problems: list[Problem] = []
    for capture in captures:
        try:
            stories, met = stages.read_capture(capture, published)
        except Exception as error:
            stories, met = [], [crash("intake", error, capture.origin)]
        problems.extend(met)
        for report in stories:
            reports.setdefault(report.id, report)
    return list(stages.mark_copies(sorted(reports.values(), key=lambda r: r.id))), problems


def code(reports: Sequence[Report], stages: Stages, watch: Watch) -> tuple[list[Claim], list[Problem]]:
    """The claims of every report. A report on which coding fails is left out, with a problem that says so."""
    claims: dict[str, Claim] = {}
    problems: list[Problem] = []
    total, done = sum(len(r.text) for r in reports), 0
    for count, report in enumerate(reports):
        watch(Step(stage="coding", done=done, total=total, items=count, of=len(reports), at=report.origin))
        try:
            coded, met = stages.code_report(report)
        except Exception as error:
            coded, met = (), (crash("coding", error, report.origin),)
        problems.extend(met)
        for claim in coded:
            wrong = miscited(claim, report)
            if wrong is None:
                claims.setdefault(claim.id, claim)
            else:
                problems.append(wrong)
        done += len(report.text)
    watch(Step(stage="coding", done=done, total=total, items=len(reports), of=len(reports)))
    return sorted(claims.values(), key=lambda c: c.id), problems


def miscited(claim: Claim, report: Report) -> Problem | None:
    """A problem where a quote does not stand in the text, or where the claim cites no sentence."""
    for cited in claim.evidence:
        within = 0 <= cited.start < cited.end <= len(report.text)
        if not within or report.text[cited.start : cited.end] != cited.quote:
            message = f"dropped a {claim.scope} claim: its words for {cited.field} are not in the text"
            return Problem(stage="coding", code="bad_span", message=message, at=f"{report.origin}:{cited.start}")
    if not any(cited.field == "claim" for cited in claim.evidence):
        return Problem(
            stage="coding", code="no_evidence", message=f"dropped a {claim.scope} claim that cites no sentence", at=report.origin
        )
    return None


def crash(stage: str, error: Exception, at: str) -> Problem:
    """An exception that nobody expected, as a problem that says where: the run goes on without the item it fell on."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    message = f"{type(error).__name__}: {error}"[:300]
    return Problem(stage=stage, code="crash", message=f"{message} ({Path(frame.filename).name}:{frame.lineno})", at=at)
