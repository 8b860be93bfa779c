"""The stage functions that a run calls, as one value: a test or a host may pass others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from marsad.model import Capture, Claim, Problem, Report

if TYPE_CHECKING:
    from marsad.linking import Folds


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """Plain functions, with models and tables already bound."""

    open_inputs: Callable[[Sequence[str | Path]], Iterator[Capture | Problem]]
    read_capture: Callable[[Capture, str | None], tuple[Sequence[Report], Sequence[Problem]]]
    mark_copies: Callable[[Sequence[Report]], Iterable[Report]]
    code_report: Callable[[Report], tuple[Sequence[Claim], Sequence[Problem]]]
    link: Callable[[Sequence[Claim], Sequence[Report]], Folds]


def installed_stages() -> Stages:
    """The stages of this installation; loads the language model and the gazetteer once (about two seconds).

    Raises `ConfigError` where a model or a table is missing.
    """
    from marsad import intake
    from marsad.coding.report import code_report
    from marsad.coding.resources import load_resources
    from marsad.language.anchor import infer_anchor
    from marsad.linking import link

    resources = load_resources()

    def read_capture(capture: Capture, published: str | None) -> tuple[list[Report], Sequence[Problem]]:
        stories, problems = intake.read_capture(capture, caller_published=published)
        dated = [
            intake.set_anchor(s.report, caller=published, inferred=infer_anchor(s.report.text, footer_year=s.footer_year))
            for s in stories
        ]
        return dated, problems

    return Stages(
        open_inputs=intake.open_inputs,
        read_capture=read_capture,
        mark_copies=intake.mark_copies,
        code_report=lambda report: code_report(report, resources=resources),
        link=link,
    )
