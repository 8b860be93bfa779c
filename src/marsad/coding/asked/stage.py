"""One report coded by asking: the same in and out as `marsad.coding.report.code_report`."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from marsad.coding import report as local
from marsad.coding.asked.answer import AnswerError, SaidClaim, read_answer
from marsad.coding.asked.guard import cleared
from marsad.coding.asked.proposals import claims_from
from marsad.coding.asked.question import Question, questions
from marsad.coding.asked.server import Server, ServerError, ask
from marsad.coding.asked.support import Doubt
from marsad.coding.resources import Resources
from marsad.coding.scene import Scene
from marsad.coding.trust import calibrated
from marsad.model import Claim, Problem, Report

Coded = tuple[tuple[Claim, ...], tuple[Problem, ...]]


def code_report_by_asking(report: Report, *, resources: Resources, server: Server) -> Coded:
    """The claims of a report as the server proposes and the text bears out, and what was wrong with them.

    Where the server gives no usable answer the report is coded by the default reader, and an `asking_failed` problem says so.
    Passages that speak to a machine are not sent and give no claims (`addresses_reader`).
    """
    whole, problems = local.readable(report)
    if whole is None:
        return (), problems
    clear, begins = cleared(whole)
    scene = local.make_scene(clear, resources)
    found = [*problems, *(_addressed(report, at) for at in begins)]
    asked = questions(scene.notes, most_characters=server.settings.most_characters)
    if not asked:
        return (), tuple(found)
    try:
        proposals, refused = _answers(server, asked[: server.settings.most_questions])
    except (ServerError, AnswerError) as error:
        message = f"{error}: coded by the default reader"
        found.append(Problem(stage="coding", code="asking_failed", message=message, at=report.origin))
        return local.claims_of(scene, resources), tuple(found)
    claims, doubts = claims_from(proposals, scene)
    found += _unasked(scene, asked, server.settings.most_questions)
    found += [Problem(stage="coding", code=d.code, message=d.message, at=report.origin) for d in (*refused, *doubts)]
    return tuple(calibrated(c, resources.confidence) for c in claims), tuple(found)


def _answers(server: Server, asked: Sequence[Question]) -> tuple[list[SaidClaim], list[Doubt]]:
    """What the server proposes to all questions about a report. Raises `ServerError` or `AnswerError` where one fails."""
    if server.failures >= server.settings.most_failures:
        server.meter.failed += 1
        raise ServerError(f"the server is not asked again after {server.failures} failures in a row")
    server.meter.reports += 1
    begun = time.monotonic()
    proposals: list[SaidClaim] = []
    refused: list[Doubt] = []
    try:
        for question in asked:
            answer = read_answer(ask(server, question, until=begun + server.settings.deadline))
            proposals += answer.claims
            unfit = (f"dropped a claim that does not fit the schema: {why}" for why in answer.refused)
            refused += [Doubt(code="bad_answer", message=message) for message in unfit]
    except (ServerError, AnswerError):
        server.failures += 1
        server.meter.failed += 1
        raise
    finally:
        server.meter.seconds += time.monotonic() - begun
    server.failures = 0
    return proposals, refused


def _addressed(report: Report, at: int) -> Problem:
    message = "a passage that speaks to a machine is not sent, and nothing is coded from it"
    return Problem(stage="coding", code="addresses_reader", message=message, at=f"{report.origin}:{at}")


def _unasked(scene: Scene, asked: Sequence[Question], most: int) -> Iterable[Problem]:
    """A problem where the report is longer than may be asked about."""
    if len(asked) > most:
        at = asked[most].start
        message = f"only the first {at:,} of {len(scene.text):,} characters were asked about"
        yield Problem(stage="coding", code="too_long", message=message, at=f"{scene.notes.report.origin}:{at}")
