"""What the tables and the grammar know of a sentence and of its words, as numbers that the encoder takes beside the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from marsad.codebook.triggers import triggers
from marsad.coding.labels import EFFECTS
from marsad.coding.notes import Note, Notes

SPEECH = re.compile(
    r"\b(?:said|says|saying|told|according to|reported|announced|confirmed|claimed|den(?:y|ied|ies)|reject(?:ed|s)?"
    r"|accus(?:ed?|es)|blam(?:ed?|es)|added|put the|spoke of|estimat\w+|counted|insist(?:ed|s)|acknowledged|admit(?:ted|s)"
    r"|disput(?:ed|es)|doubt(?:ed|s)?|statement)\b",
    re.IGNORECASE,
)
PRONOUN = re.compile(
    r"^[\"“‘']?(?:he|she|they|it|its|his|her|their"
    r"|the (?:group|attack|strike|blast|raid|assailants|attackers|dead|toll|victims|source))\b",
    re.IGNORECASE,
)
ROLES = ("at", "since", "until", "between", "by", "duration", "publication", "vague")
AGES = ("future", "fresh", "months", "years")
KINDS = (
    "State Forces",
    "Rebel Groups",
    "Political Militias",
    "Identity Militias",
    "Rioters",
    "Protesters",
    "Civilians",
    "External/Other Forces",
)
PIECE_MARKS = (
    "place",
    "region",
    "dateline",
    "demonym",
    "time",
    "spoken",
    "span",
    "armed",
    "unarmed",
    "named",
    *(f"count:{e}" for e in EFFECTS),
    "subset",
)


@cache
def sentence_marks() -> tuple[str, ...]:
    """The names of a sentence's marks, in order: the trigger table's labels first."""
    labels = dict.fromkeys(t.label for t in triggers())
    return (
        *(f"trigger:{x}" for x in labels),
        *(f"title:{x}" for x in labels),
        *(f"count:{e}" for e in EFFECTS),
        "subset", "several", "place", "region", "dateline",
        *(f"time:{r}" for r in ROLES),
        *(f"age:{a}" for a in AGES),
        *(f"actor:{k}" for k in KINDS),
        "speech", "pronoun", "quote", "first", "last", "bullet",
    )  # fmt: skip


@cache
def _places() -> dict[str, int]:
    return {name: number for number, name in enumerate(sentence_marks())}


def mark_sentences(notes: Notes) -> list[list[float]]:
    """For each sentence a row of numbers from 0 to 1, by `sentence_marks`."""
    place = _places()
    blank = [0.0] * len(place)
    for hit in notes.title_hits:
        blank[place[f"title:{hit.label}"]] = hit.strength / 3
    rows = []
    for number, note in enumerate(notes.sentences):
        row = blank.copy()
        for name, value in _marks(note, notes.anchor):
            if value > row[place[name]]:
                row[place[name]] = value
        row[place["first"]] = float(number == 0)
        row[place["last"]] = float(number == len(notes.sentences) - 1)
        rows.append(row)
    return rows


def _marks(note: Note, anchor: date | None) -> Iterator[tuple[str, float]]:
    text = note.sentence.text
    yield from ((f"trigger:{h.label}", h.strength / 3) for h in note.hits)
    yield from ((f"count:{c.effect}", 1.0) for c in note.counts)
    yield "subset", float(any(c.subset for c in note.counts))
    yield "several", float(any(c.total_of_several for c in note.counts))
    yield "place", float(any(p.relation != "region" and not p.dateline for p in note.places))
    yield "region", float(any(p.relation == "region" for p in note.places))
    yield "dateline", float(any(p.dateline for p in note.places))
    yield from ((f"time:{t.role}", 1.0) for t in note.times)
    if anchor:
        yield from ((f"age:{_age(t.last, anchor)}", 1.0) for t in note.times if t.last and t.role != "publication")
    yield from ((f"actor:{a.actor.kind}", 1.0) for a in note.actors if a.actor and a.actor.kind in KINDS)
    yield "speech", float(bool(SPEECH.search(text)))
    yield "pronoun", float(bool(PRONOUN.search(text)))
    yield "quote", float(text[:1] in '"“')
    yield "bullet", float(text[:1] in "-•*–")


def _age(day: str, anchor: date) -> str:
    days = (anchor - date.fromisoformat(day)).days
    return "future" if days < 0 else "fresh" if days <= 14 else "months" if days <= 365 else "years"


def mark_words(notes: Notes) -> list[tuple[int, int, int]]:
    """Stretches of the report's text (start, end) and the number of the mark in `PIECE_MARKS` that they have."""
    found: list[tuple[int, int, str]] = [(s, e, "demonym") for s, e, _ in notes.reading.demonyms]
    for note in notes.sentences:
        base = note.sentence.start
        for p in note.places:
            found.append((p.start, p.end, "dateline" if p.dateline else "region" if p.relation == "region" else "place"))
        for t in note.times:
            found.append(
                (t.start, t.end, "spoken" if t.role == "publication" else "span" if t.role in ("since", "duration") else "time")
            )
        for a in note.actors:
            found.append((a.start, a.end, "unarmed" if a.armed is False else "armed"))
            if not a.generic:
                found.append((a.start, a.end, "named"))
        for c in note.counts:
            found.append((base + c.start, base + c.end, f"count:{c.effect}"))
            if c.subset:
                found.append((base + c.start, base + c.end, "subset"))
    return [(s, e, PIECE_MARKS.index(name)) for s, e, name in found]
