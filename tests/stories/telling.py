"""`@story`: codes the docstring of a test, and hands the test what was told."""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
import re
from collections.abc import Callable

from tests.stories.told import Told

from marsad.ledger.findings import Findings
from marsad.model import Capture, Claim, Place, Report
from marsad.pipeline import run
from marsad.stages import Stages, installed_stages

REPORTS_APART = re.compile(r"^-{4,}$", re.MULTILINE)
FATAL = ("bad_span", "no_evidence", "crash")
REAL = ("happened", "ongoing")


def story(
    *,
    published: str | tuple[str | None, ...] | None = None,
    title: str | None = None,
    publisher: str | None = None,
) -> Callable[[Callable[[Told], None]], Callable[[], None]]:
    """A test that takes its docstring as news: blank lines part the paragraphs, a line of dashes parts two reports.

    `published` is the day of the report (or one for each report); without it, relative dates have nothing to be read against.
    Whatever the test itself asserts, every quote must stand in the text, and nothing that is only planned may be an event.
    """

    def decorate(test: Callable[[Told], None]) -> Callable[[], None]:
        @functools.wraps(test)
        def read_and_check() -> None:
            __tracebackhide__ = True
            found = code_story(test.__doc__ or "", published, title, publisher)
            told = Told(found)
            try:
                check_always(found)
                test(told)
            except AssertionError as error:
                error.add_note(f"Told was:\n{told.claims!r}")
                raise

        del read_and_check.__wrapped__  # or pytest would take `told` for a fixture
        return read_and_check

    return decorate


def code_story(
    text: str, published: str | tuple[str | None, ...] | None = None, title: str | None = None, publisher: str | None = None
) -> Findings:
    """What the installed program makes of a story."""
    bodies = [body for part in REPORTS_APART.split(inspect.cleandoc(text)) if (body := paragraphs(part))]
    days = published if isinstance(published, tuple) else (published,) * len(bodies)
    stories = [
        {"id": str(number), "title": title, "publisher": publisher, "published": day, "language": "en", "text": body}
        for number, (body, day) in enumerate(zip(bodies, days, strict=True), 1)
    ]
    return code_records(stories)


def code_records(stories: list[dict[str, str | None]]) -> Findings:
    """The findings of stories that are written as in a JSON Lines file."""
    return run([capture(stories, "story")], stages=stages()).findings


def capture(stories: list[dict[str, str | None]], origin: str) -> Capture:
    """A JSON Lines file of stories."""
    lines = "\n".join(json.dumps({k: v for k, v in s.items() if v is not None}, ensure_ascii=False) for s in stories)
    body = lines.encode()
    return Capture(id=hashlib.sha256(body).hexdigest(), origin=origin, body=body, media_type="application/x-ndjson")


@functools.cache
def stages() -> Stages:
    """Models, tables and gazetteer: loaded once for all stories."""
    return installed_stages()


def paragraphs(text: str) -> str:
    """Lines of the source joined to paragraphs; a bullet keeps its own line.

    >>> paragraphs("One\\ntwo.\\n\\nThree.\\n- a\\n- b")
    'One two.\\nThree.\\n- a\\n- b'
    """
    joined = re.sub(r"(?<!\n)\n(?![\n•-])", " ", text.strip())
    return re.sub(r"\n+", "\n", joined)


def check_always(found: Findings) -> None:
    """What must hold of every story: quotes stand in the text, events hold what happened, the folds are kept apart."""
    broken = [p for p in found.problems if p.code in FATAL]
    assert not broken, broken
    reports = {r.id: r for r in found.reports}
    claims = {c.id: c for c in found.claims}
    for claim in found.claims:
        check_words(claim, reports[claim.report])
    folds = (("incident", found.events), ("statistic", found.statistics), ("condition", found.conditions))
    for scope, items in folds:
        for item in items:
            for told in (claims[i] for i in item.claims):
                assert told.scope == scope, f"a {told.scope} claim in {item}"
                assert told.status in REAL, f"what is {told.status} became {item}"


def check_words(claim: Claim, report: Report) -> None:
    """Every quote at its offsets; every value's words somewhere in the story."""
    for cited in claim.evidence:
        assert report.text[cited.start : cited.end] == cited.quote, cited
    assert any(cited.field == "claim" for cited in claim.evidence), claim
    story = f"{report.title or ''}\n{report.text}"
    value = (claim.value,) if claim.value else ()
    values = (claim.who, claim.whom, claim.where, claim.counts, claim.weapons, claim.targets, value)
    for words in (value.words for group in values for value in group):
        assert words in story, f"{words!r} is not in the story: {claim}"
    for place in claim.where:
        check_point(place)


def check_point(place: Place) -> None:
    """A point has both coordinates or none."""
    assert (place.latitude is None) == (place.longitude is None), place
