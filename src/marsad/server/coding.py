"""Coding a text that somebody sends: one at a time, a few waiting, each for a while at most."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from dataclasses import replace
from functools import partial

from marsad.intake.isolation import Parser
from marsad.ledger.findings import Findings
from marsad.ledger.store import Ledger
from marsad.model import Capture, Problem, Report
from marsad.server.clock import patience
from marsad.server.problems import Refused
from marsad.stages import Stages, dated, installed_stages

Work = tuple[Callable[[], Findings], "Future[Findings]"]


def isolated_stages(parser: Parser) -> Stages:
    """The stages of this installation; what is read is read in a child process with limits on its memory and time."""

    def read(capture: Capture, published: str | None) -> tuple[list[Report], Sequence[Problem]]:
        stories, problems = parser.read(capture, caller_published=published)
        return [dated(story.report, story.footer_year) for story in stories], problems

    return replace(installed_stages(), read_capture=read)


class Bench:
    """A thread of its own that codes; the language model is loaded by the first text.

    A text that takes too long is answered with an error while the thread goes on with it; those behind it wait for it.
    """

    def __init__(self, *, waiting: int, seconds: float, make: Callable[[], Stages] | None = None) -> None:
        self.seconds = seconds
        self.stages: Stages | None = None
        self.parser = Parser()
        self.make = make or partial(isolated_stages, self.parser)
        self.work: queue.Queue[Work | None] = queue.Queue(maxsize=waiting)
        self.thread: threading.Thread | None = None
        self.lock = threading.Lock()

    def code(self, captures: Sequence[Capture], *, published: str | None, ledger: Ledger | None) -> Findings:
        """The record of some captures; kept in a ledger where one is given.

        Raises `Refused` where too many wait (503) or it takes too long (504).
        """
        return self.do(lambda: self.run(captures, published, ledger))

    def do(self, work: Callable[[], Findings]) -> Findings:
        """Have something done by the thread."""
        self.start()
        future: Future[Findings] = Future()
        try:
            self.work.put_nowait((work, future))
        except queue.Full:
            raise Refused(503, "busy", "too many texts are waiting to be coded: try again soon", {"Retry-After": "10"}) from None
        try:
            return future.result(timeout=self.seconds)
        except Late:
            future.cancel()
            raise Refused(504, "too_slow", f"that takes more than {self.seconds:g} seconds: send less at once") from None

    def run(self, captures: Sequence[Capture], published: str | None, ledger: Ledger | None) -> Findings:
        stages = self.stages = self.stages or self.make()
        with patience(self.seconds):
            return self.outcome(stages, captures, published, ledger)

    def outcome(
        self, stages: Stages, captures: Sequence[Capture], published: str | None, ledger: Ledger | None
    ) -> Findings:
        from marsad.api import keep
        from marsad.ledger.query import touching
        from marsad.pipeline import run

        outcome = run(list(captures), published=published, link=ledger is None, stages=stages)
        if ledger is None:
            return outcome.findings
        keep(outcome, ledger, stages)
        found = touching(ledger, [r.id for r in outcome.findings.reports])
        return replace(found, problems=outcome.findings.problems)

    def start(self) -> None:
        with self.lock:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.loop, name="marsad-coding", daemon=True)
                self.thread.start()

    def loop(self) -> None:
        while (item := self.work.get()) is not None:
            work, future = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)

    def stop(self) -> None:
        """No more work; what is under way is left behind with the process."""
        while True:
            try:
                item = self.work.get_nowait()
            except queue.Empty:
                break
            if item is not None:
                item[1].cancel()
        self.work.put_nowait(None)
        self.parser.stop()
