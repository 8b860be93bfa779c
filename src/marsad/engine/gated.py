"""The gate before the stages of a run in one process: `marsad code --gate`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from marsad.intake.gate import Gate, Verdict
from marsad.model import Capture, Problem, Report
from marsad.stages import Stages


def gated(stages: Stages, gate: Gate, stopped: Callable[[str, Verdict], None]) -> Stages:
    """The stages with a gate before reading and one after it; `stopped` is told the origin of what is held back, and why."""

    def read_capture(capture: Capture, published: str | None) -> tuple[Sequence[Report], Sequence[Problem]]:
        verdict = gate.capture(capture)
        if not verdict.passes:
            stopped(capture.origin, verdict)
            return [], []
        reports, problems = stages.read_capture(capture, published)
        kept = []
        for report in reports:
            verdict = gate.report(report)
            if verdict.passes:
                kept.append(report)
            else:
                stopped(report.origin, verdict)
        return kept, problems

    return replace(stages, read_capture=read_capture)
