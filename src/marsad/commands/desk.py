"""The desk where deliveries are coded and kept, a batch at a time: the ledger first, then the journal."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from marsad.commands.delivery import Delivery, Stopped
from marsad.intake.delivered import Hints
from marsad.intake.isolation import Parser
from marsad.intake.journal import Journal
from marsad.model import Capture, Problem, Report

if TYPE_CHECKING:
    from marsad.ledger.store import Ledger
    from marsad.pipeline import Step
    from marsad.stages import Stages

BATCH = 25
BATCH_BYTES = 2 * 1024 * 1024
BATCH_SECONDS = 20.0


@dataclass(slots=True)
class Tally:
    """What a run came to."""

    captures: int = 0
    reports: int = 0
    claims: int = 0
    known: int = 0
    problems: int = 0
    done: int = 0
    expected: int = 0

    def words(self) -> str:
        """The tally in a sentence.

        >>> Tally(captures=2, reports=3, claims=7, known=1).words()
        '3 stories with 7 claims from 2 new pages and files; 1 was there already; no problem.'
        """
        told = f"{count(self.reports, 'story', 'stories')} with {count(self.claims, 'claim')} from "
        told += f"{self.captures} new {'page or file' if self.captures == 1 else 'pages and files'}"
        if self.known:
            told += f"; {self.known} {'was' if self.known == 1 else 'were'} there already"
        return f"{told}; {count(self.problems, 'problem') if self.problems else 'no problem'}."


def count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


class Desk:
    """Codes what is delivered and keeps it in an open ledger. `tell` is called with each problem, `show` with what goes on."""

    def __init__(
        self,
        store: Ledger,
        stages: Stages,
        journal: Journal,
        parser: Parser,
        *,
        published: str | None = None,
        again: bool = False,
        tell: Callable[[Problem], None] = lambda problem: None,
        show: Callable[[str, Tally], None] = lambda words, tally: None,
        stop: threading.Event | None = None,
    ) -> None:
        self.store = store
        self.stages = replace(stages, read_capture=self.read)
        self.journal = journal
        self.parser = parser
        self.published = published
        self.again = again
        self.tell = tell
        self.show = show
        self.stop = stop or threading.Event()
        self.tally = Tally()
        self.hints: dict[str, Hints] = {}

    def take(self, deliveries: Iterable[Delivery | Problem]) -> None:
        """Code and keep all of them. Raises `Stopped` where somebody asked to stop; what was not kept is delivered again then."""
        batch: list[Delivery] = []
        problems: list[Problem] = []
        size, began = 0, time.monotonic()
        for item in deliveries:
            if self.stop.is_set():
                raise Stopped
            if isinstance(item, Problem):
                problems.append(item)
                self.met(item)
            else:
                batch.append(item)
                self.tally.done += item.after is not None
                size += len(item.capture.body) if item.capture else 0
                self.show(item.capture.origin if item.capture else "", self.tally)
            late = time.monotonic() - began > BATCH_SECONDS
            if len(batch) >= BATCH or size >= BATCH_BYTES or len(problems) >= BATCH or (late and batch):
                self.keep(batch, problems)
                batch, problems, size, began = [], [], 0, time.monotonic()
        self.keep(batch, problems)

    def keep(self, batch: Sequence[Delivery], problems: Sequence[Problem]) -> None:
        """One batch: what the ledger does not have is coded and appended, then the journal is told that all of it is done."""
        from marsad.api import keep
        from marsad.ledger.captures import known_captures
        from marsad.pipeline import run

        given = {item.capture.id: item for item in batch if item.capture}
        known = set() if self.again else known_captures(self.store, given)
        new = [item for name, item in given.items() if name not in known]
        if new or problems:
            self.hints = {item.capture.id: item.hints for item in new if item.capture}
            captures = [item.capture for item in new if item.capture]
            outcome = run(captures, published=self.published, link=False, stages=self.stages, watch=self.step)
            for problem in outcome.findings.problems:
                self.met(problem)
            found = replace(outcome.findings, problems=(*outcome.findings.problems, *problems))
            keep(replace(outcome, findings=found), self.store, self.stages)
            self.tally.captures += len(new)
            self.tally.reports += len(found.reports)
            self.tally.claims += len(found.claims)
        self.tally.known += len(known)
        self.journal.put(item.after for item in batch if item.after)
        self.hints = {}

    def expect(self, number: int) -> None:
        """So many more files or pages are to come."""
        self.tally.expected += number

    def step(self, step: Step) -> None:
        """Called with each step of a run: the way out of a long one."""
        if self.stop.is_set():
            raise Stopped
        if step.at:
            self.show(step.at, self.tally)

    def met(self, problem: Problem) -> None:
        self.tally.problems += 1
        self.tell(problem)

    def read(self, capture: Capture, published: str | None) -> tuple[list[Report], Sequence[Problem]]:
        """The stage that reads a capture, in the limited child."""
        from marsad.stages import dated

        stories, problems = self.parser.read(capture, self.hints.get(capture.id, Hints()), caller_published=published)
        return [dated(story.report, story.footer_year) for story in stories], problems
