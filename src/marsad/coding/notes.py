"""What is known of a report before anything is claimed: its sentences and the places, times, actors and counts in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marsad.coding.actors import ActorMention, find_actors, resolve
from marsad.coding.counts import CountMention, find_counts
from marsad.coding.triggers import Hit, find_triggers
from marsad.language.dates import TimeExpression, find_times
from marsad.language.text import Sentence, dateline_end, split
from marsad.model import Report
from marsad.places import Gazetteer, PlaceMention, PlaceReading, find_places


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One sentence and what stands in it. Times, places and actors count into the report, counts and hits into the sentence."""

    sentence: Sentence
    hits: tuple[Hit, ...]
    counts: tuple[CountMention, ...]
    times: tuple[TimeExpression, ...]
    places: tuple[PlaceMention, ...]
    actors: tuple[ActorMention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """A report's sentences with their notes, and the story's country (ISO3) and anchor day."""

    report: Report
    sentences: tuple[Note, ...]
    reading: PlaceReading
    title_hits: tuple[Hit, ...]
    anchor: date | None


def anchor_day(report: Report) -> date | None:
    """The anchor as a date, or `None` where the report has none."""
    return date.fromisoformat(report.anchor.date[:10]) if report.anchor.date else None


def take_notes(report: Report, *, gazetteer: Gazetteer) -> Notes:
    """Sentences with their times, places, actors, counts and trigger words; nothing is parsed yet."""
    text, anchor = report.text, anchor_day(report)
    sentences = split(text)
    reading = find_places(text, gazetteer=gazetteer, title=report.title)
    when = report.anchor.date
    actors = find_actors(text, country=reading.country, when=when, demonyms=reading.demonyms, sentences=_spans(sentences))
    actors = resolve(actors, text)
    times = find_times(text, anchor=anchor, anchor_precision=report.anchor.precision)
    return Notes(
        report=report,
        sentences=tuple(_note(s, times, reading.mentions, actors) for s in sentences),
        reading=reading,
        title_hits=find_triggers(report.title or ""),
        anchor=anchor,
    )


def _spans(sentences: Sequence[Sentence]) -> list[tuple[int, int]]:
    """The sentences' spans, a dateline apart: no name runs over from it."""
    found = []
    for s in sentences:
        cut = dateline_end(s.text)
        found += [(s.start, s.start + cut), (s.start + cut, s.end)] if cut else [(s.start, s.end)]
    return found


def _note(
    sentence: Sentence, times: Sequence[TimeExpression], places: Sequence[PlaceMention], actors: Sequence[ActorMention]
) -> Note:
    inside = (sentence.start, sentence.end)
    return Note(
        sentence=sentence,
        hits=find_triggers(sentence.text),
        counts=find_counts(sentence.text),
        times=tuple(t for t in times if inside[0] <= t.start < inside[1]),
        places=tuple(p for p in places if inside[0] <= p.start < inside[1]),
        actors=tuple(a for a in actors if inside[0] <= a.start < inside[1]),
    )
