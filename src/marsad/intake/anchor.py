"""The date that a report's relative dates are read against."""

from __future__ import annotations

from dataclasses import replace

from marsad.intake.dates import parse_published
from marsad.model import Anchor, Report


def set_anchor(report: Report, caller: str | None, inferred: str | None) -> Report:
    """The report with its anchor: its own date of publication, else the caller's, else the inferred one, else none.

    The anchor's date is the day alone. The caller's date also becomes `published` where the story states none, as the contract
    has it; the basis then stays `caller`. Setting it again with the same arguments changes nothing.

    >>> set_anchor(Report(id="r", origin="-", text="", published="2026-02-18T09:00:00Z"), None, None).anchor
    Anchor(date='2026-02-18', basis='published')
    """
    own = parse_published(report.published)
    if own and report.anchor.basis != "caller":
        return replace(report, anchor=Anchor(date=own[:10], basis="published"))
    if report.anchor.basis == "caller" and report.anchor.date:
        return report
    given = parse_published(caller)
    if given:
        return replace(report, published=given, anchor=Anchor(date=given[:10], basis="caller"))
    worked_out = parse_published(inferred)
    if worked_out:
        return replace(report, anchor=Anchor(date=worked_out[:10], basis="inferred"))
    return replace(report, anchor=Anchor(date=None, basis="none"))
