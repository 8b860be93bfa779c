"""The Python interface: `marsad.code`, `marsad.report`."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from marsad.ledger.findings import Findings
from marsad.model import Capture, ConfigError
from marsad.pipeline import Input, Outcome, Watch, run
from marsad.result import Result
from marsad.stages import Stages

if TYPE_CHECKING:
    from marsad.ledger.store import Ledger

Source = str | Path


def code(
    inputs: Source | Iterable[Source] = (),
    *,
    text: str | None = None,
    title: str | None = None,
    published: str | dt.date | None = None,
    ledger: Source | None = None,
    link: bool = True,
    stages: Stages | None = None,
) -> Result:
    """Code files, folders or globs, or a `text` in hand, into a cited record.

    `published` is the date that stories without one are read against. With `ledger` the result is also kept in that file,
    and events hold the claims of earlier runs too. What could not be read or coded is in `.problems`.

    Raises `ConfigError` where there is nothing to code, a date is no date, or a model is missing; `StoreError` where the
    ledger can't be written.
    """
    given: list[Input] = [inputs] if isinstance(inputs, (str, Path)) else list(inputs)
    if text is not None:
        given.append(story(text, title))
    elif title is not None:
        raise ConfigError("a title goes with a text: marsad.code(text=…, title=…)")
    if not given:
        raise ConfigError('nothing to code: marsad.code("page.html") or marsad.code(text="…")')
    if any(isinstance(item, str) and "\n" in item for item in given):
        raise ConfigError("that is a text, not a file name: marsad.code(text=…)")
    found = keep_and_run(given, published=iso_date(published), ledger=ledger, link=link, stages=stages)
    return result_of(found)


def report(
    ledger: Source,
    *,
    country: str,
    since: str | dt.date,
    until: str | dt.date,
    form: str = "html",
    place: str | None = None,
    language: str = "en",
    at: str | dt.date | None = None,
    as_of: int | str | None = None,
    since_report: Source | None = None,
    previous: str | None = None,
    templates: Source | None = None,
    public: bool = False,
    watch: Callable[[str], None] = lambda step: None,
) -> bytes:
    """A situation report on a country in some days, as the bytes of a file: html, pdf, docx, xlsx or md.

    `at` is the day of the access board, `as_of` the moment that the ledger is asked as of. `since_report` (a file) or `previous`
    (a release, a day, a number of the log) is what it is compared with. A `public` one names no private person.

    Raises `ConfigError` where something that is asked for is none, a template is wrong or a library missing; `SourceError` where
    the last report can't be read.
    """
    from marsad.analysis.situation_reading import Question
    from marsad.exports.countries import country_code
    from marsad.ledger.store import open_ledger
    from marsad.reporting import earlier_of, earlier_report, make

    code = country_code(country)
    if code is None:
        raise ConfigError(f"{country!r} is no country that we know: give a name or an ISO code, as Sudan or SDN")
    if since_report is not None and previous is not None:
        raise ConfigError("a report is compared with one thing: give since_report or previous")
    first, last = iso_date(since) or "", iso_date(until) or ""
    question = Question(country=code, since=first[:10], until=last[:10], place=place or None, at=(iso_date(at) or last)[:10])
    store = open_ledger(ledger)
    earlier = earlier_report(Path(since_report), country=code) if since_report is not None else None
    if previous is not None:
        earlier = earlier_of(store, previous)
    folder = Path(templates) if templates is not None else None
    return make(
        store,
        question,
        form=form,
        language=language,
        folder=folder,
        as_of=as_of,
        earlier=earlier,
        public=public,
        watch=watch,
    )


def keep_and_run(
    inputs: Iterable[Input],
    *,
    published: str | None = None,
    ledger: Source | None = None,
    link: bool = True,
    stages: Stages | None = None,
    watch: Watch = lambda step: None,
) -> Findings:
    """A run, kept in the ledger where one is named. The ledger is opened first: a wrong one is known before any work."""
    if ledger is None:
        return run(inputs, published=published, link=link, stages=stages, watch=watch).findings
    from marsad.ledger.query import touching
    from marsad.ledger.store import open_ledger
    from marsad.stages import installed_stages

    store = open_ledger(ledger, write=True)
    stages = stages or installed_stages()
    outcome = run(inputs, published=published, link=False, stages=stages, watch=watch)
    keep(outcome, store, stages)
    found = touching(store, [r.id for r in outcome.findings.reports], problems=outcome.findings.problems)
    return found if link else dataclasses.replace(found, events=(), statistics=(), conditions=())


def keep(outcome: Outcome, store: Ledger, stages: Stages) -> None:
    """Append a run to an open ledger."""
    from marsad.ledger.append import Batch, append
    from marsad.versions import codebook_digest, version

    found = outcome.findings
    batch = Batch(
        captures=outcome.captures,
        reports=found.reports,
        claims=(*found.claims, *found.uncertain),
        problems=found.problems,
        version=version(),
        codebook=codebook_digest(),
    )
    append(store, batch, **stages.rules())


def result_of(found: Findings) -> Result:
    """Findings with the methods of a result."""
    return Result(**{f.name: getattr(found, f.name) for f in dataclasses.fields(Findings)})


def story(text: str, title: str | None) -> Capture:
    """A text in hand as a capture: plain text, or one story of JSON Lines where its title is known."""
    if title is None:
        body, media_type = text.encode("utf-8", "replace"), "text/plain; charset=utf-8"
    else:
        body = json.dumps({"title": title, "text": text}, ensure_ascii=False).encode("utf-8", "replace")
        media_type = "application/x-ndjson"
    return Capture(id=hashlib.sha256(body).hexdigest(), origin="text", body=body, media_type=media_type)


def iso_date(value: str | dt.date | None) -> str | None:
    """An ISO 8601 date or date-time as text; dates and times of `datetime` are taken too.

    Raises `ConfigError` for anything else.

    >>> iso_date(dt.date(2026, 2, 18)), iso_date("2026-02-18")
    ('2026-02-18', '2026-02-18')
    """
    if value is None:
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    try:
        dt.datetime.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{value!r} is not a date: write it as 2026-02-18") from error
    return value
