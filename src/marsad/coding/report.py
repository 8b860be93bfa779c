"""One report coded: notes, reading, who says what, and then its claims."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace

from marsad.coding.attribution import find_attributions
from marsad.coding.blend import blend
from marsad.coding.claims import distinct
from marsad.coding.containing import with_container
from marsad.coding.figures import figures
from marsad.coding.incidents import additions, incidents
from marsad.coding.marks import SPEECH
from marsad.coding.memory import Memory
from marsad.coding.notes import Notes, take_notes
from marsad.coding.plans import plans
from marsad.coding.reading import Reading
from marsad.coding.resources import Resources, Thresholds
from marsad.coding.scene import Scene
from marsad.coding.states import states
from marsad.coding.trust import calibrated
from marsad.language.text import Sentence, dateline_end, parse
from marsad.model import Claim, Problem, Report

LONGEST = 200_000
SPOKEN = 0.1
TELLING = 0.1
DOUBTED = 0.2
"""Under this probability a claim is not even kept as `uncertain`."""


def code_report(report: Report, *, resources: Resources) -> tuple[tuple[Claim, ...], tuple[Problem, ...]]:
    """The claims of a report, and what was wrong with it.

    A report that is not in English gives no claims and a `language` problem; text after 200,000 characters is not read, and a
    `too_long` problem says so.
    """
    whole, problems = readable(report)
    return (claims_of(make_scene(whole, resources), resources) if whole else ()), problems


def readable(report: Report) -> tuple[Report | None, tuple[Problem, ...]]:
    """The report as far as it is read, `None` where it isn't in English, and the problem that says so."""
    if report.language not in (None, "en"):
        message = f"{report.language}: only English is coded; the report is kept uncoded"
        return None, (Problem(stage="coding", code="language", message=message, at=report.origin),)
    if len(report.text) <= LONGEST:
        return report, ()
    message = f"only the first {LONGEST:,} of {len(report.text):,} characters were read"
    problem = Problem(stage="coding", code="too_long", message=message, at=f"{report.origin}:{LONGEST}")
    return replace(report, text=report.text[:LONGEST]), (problem,)


def make_scene(report: Report, resources: Resources) -> Scene:
    """The report's notes, reading and attributions. Only sentences that may hold a claim or a speaker are parsed."""
    notes = take_notes(report, gazetteer=resources.gazetteer)
    reading = blend(resources.reader(notes), [n.hits for n in notes.sentences], resources.weights)
    parsed = parse([undated(n.sentence) for n in notes.sentences], model=resources.model, wanted=_wanted(notes, reading))
    return Scene(
        notes=notes,
        reading=reading,
        attributions=find_attributions(report.text, parsed, publisher=report.publisher, title=report.title),
    )


def undated(sentence: Sentence) -> Sentence:
    """The sentence without the dateline that it begins with, which is no part of its grammar."""
    cut = dateline_end(sentence.text)
    return replace(sentence, text=sentence.text[cut:], start=sentence.start + cut) if cut else sentence


def _wanted(notes: Notes, reading: Reading) -> list[int]:
    found = []
    for note, said in zip(notes.sentences, reading.sentences, strict=True):
        telling = max(said.tells["incident"], said.tells["statistic"], said.tells["condition"], said.tells["unreal"]) >= TELLING
        if telling and (said.tells["attributed"] >= SPOKEN or SPEECH.search(note.sentence.text)):
            found.append(note.sentence.index)
    return found


def claims_of(scene: Scene, resources: Resources) -> tuple[Claim, ...]:
    """Incidents, statistics and conditions, sentence by sentence; last, what is kept as `uncertain`."""
    memory = Memory()
    found: list[Claim] = []
    doubtful: list[Claim] = []
    least = resources.thresholds
    for number in range(len(scene.notes.sentences)):
        told = list(incidents(scene, number, memory, least=least.incident))
        found += told
        figured = list(figures(scene, number, found, least=least.statistic))
        found += figured
        if not told and not figured:
            additions(scene, number, found, memory)
            found += plans(scene, number, least=least.unreal)
        stated = list(states(scene, number, memory, told, before=found, least=least.condition, least_state=least.state))
        found += stated
        if not (told or figured or stated):
            doubtful += _doubtful(scene, number, memory, least)
    made = [with_container(calibrated(c, resources.confidence), scene) for c in (*found, *doubtful)]
    return distinct(made)


def _doubtful(scene: Scene, number: int, memory: Memory, least: Thresholds) -> Iterator[Claim]:
    """What a sentence might tell that the reader is not sure enough of: one claim of the likeliest scope, marked `uncertain`."""
    said = scene.reading.sentences[number]
    scope = max(("incident", "statistic", "condition"), key=lambda s: said.tells[s] - getattr(least, s))
    if not DOUBTED <= said.tells[scope] < getattr(least, scope):
        return
    if scope == "incident":
        made = incidents(scene, number, copy.deepcopy(memory), least=DOUBTED)
    elif scope == "statistic":
        made = figures(scene, number, (), least=DOUBTED)
    else:
        made = states(scene, number, memory, (), least=DOUBTED, least_state=least.state)
    yield from (replace(claim, uncertain=True) for claim in made)
