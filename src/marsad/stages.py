"""The stage functions that a run calls, as one value: a test or a host may pass others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from marsad.model import Capture, Claim, Problem, Report

if TYPE_CHECKING:
    from marsad.coding.asked.server import Server
    from marsad.coding.resources import ReaderName
    from marsad.linking import Folds


class Rules(TypedDict):
    """The functions that a ledger needs, by the names under which its functions take them."""

    link: Callable[..., Folds]
    mark_copies: Callable[..., Iterable[Report]]
    block_keys: Callable[[Claim, Report], tuple[str, ...]] | None
    copy_keys: Callable[[Report], Sequence[int]] | None
    linked: Callable[..., frozenset[str]] | None
    ask_keys: Callable[[Claim, Report], tuple[str, ...]] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """Plain functions, with models and tables already bound."""

    open_inputs: Callable[[Sequence[str | Path]], Iterator[Capture | Problem]]
    read_capture: Callable[[Capture, str | None], tuple[Sequence[Report], Sequence[Problem]]]
    mark_copies: Callable[..., Iterable[Report]]
    code_report: Callable[[Report], tuple[Sequence[Claim], Sequence[Problem]]]
    link: Callable[..., Folds]
    block_keys: Callable[[Claim, Report], tuple[str, ...]] | None = None
    copy_keys: Callable[[Report], Sequence[int]] | None = None
    linked: Callable[..., frozenset[str]] | None = None
    ask_keys: Callable[[Claim, Report], tuple[str, ...]] | None = None

    def rules(self) -> Rules:
        """What a ledger joins claims and tells copies by: `append(ledger, batch, **stages.rules())`."""
        return Rules(
            link=self.link,
            mark_copies=self.mark_copies,
            block_keys=self.block_keys,
            copy_keys=self.copy_keys,
            linked=self.linked,
            ask_keys=self.ask_keys,
        )


def installed_stages(*, reader: ReaderName = "encoder", server: Server | None = None) -> Stages:
    """The stages of this installation; loads the language model and the gazetteer once (about two seconds).

    With a `server` (`marsad.coding.asked.server.connect`) reports are coded by asking it, and `reader` where it doesn't answer.
    Raises `ConfigError` where a model or a table is missing.
    """
    from marsad import intake
    from marsad.coding.report import code_report
    from marsad.coding.resources import load_resources

    resources = load_resources() if reader == "encoder" else load_resources(reader)

    def read_capture(capture: Capture, published: str | None) -> tuple[list[Report], Sequence[Problem]]:
        stories, problems = intake.read_capture(capture, caller_published=published)
        return [dated(story.report, story.footer_year) for story in stories], problems

    def coded(report: Report) -> tuple[Sequence[Claim], Sequence[Problem]]:
        if server is None:
            return code_report(report, resources=resources)
        from marsad.coding.asked.stage import code_report_by_asking

        return code_report_by_asking(report, resources=resources, server=server)

    return Stages(
        open_inputs=intake.open_inputs,
        read_capture=read_capture,
        code_report=coded,
        **installed_rules(),
    )


def dated(report: Report, footer_year: int | None) -> Report:
    """The report with the date that its own words tell, where it has no other and is in English."""
    from marsad.intake.anchor import set_anchor
    from marsad.language.anchor import infer_anchor

    if report.anchor.basis != "none" or report.language not in (None, "en"):
        return report
    found = infer_anchor(report.text, footer_year=footer_year)
    if found is None:
        return report
    anchored = set_anchor(report, caller=None, inferred=found.date.isoformat())
    return replace(anchored, anchor=replace(anchored.anchor, precision=found.precision, because=found.because))


def installed_rules() -> Rules:
    """How this installation joins claims and tells copies; needs no model, unlike `installed_stages`."""
    from marsad import intake, linking

    return Rules(
        link=linking.link,
        mark_copies=intake.mark_copies,
        block_keys=linking.block_keys,
        copy_keys=intake.copy_keys,
        linked=linking.linked,
        ask_keys=linking.ask_keys,
    )
