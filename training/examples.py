"""Gold reports as what the reader learns from: windows of word pieces with a label for each sentence and each piece."""

from __future__ import annotations

import hashlib
import json
import pathlib
from dataclasses import dataclass, field, replace
from typing import Any

from marsad.coding.encoder import may_tell
from marsad.coding.labels import CONDITION, EFFECTS, PIECE, SENTENCE, STATE, SUB_EVENT
from marsad.coding.marks import mark_sentences, mark_words
from marsad.coding.notes import Notes, take_notes
from marsad.coding.windows import Window, piece_marks, windows
from marsad.language.anchor import infer_anchor
from marsad.language.text import Sentence, split
from marsad.model import Anchor, Report
from marsad.places import Gazetteer

SIZE = 160
HELD = 12
REAL = ("happened", "ongoing")


@dataclass(slots=True)
class Example:
    """One window. `sentence`: for each of its sentences a row of 0/1 by `SENTENCE`, `sub_event` and `states` likewise;
    `piece`: for each word piece a row of 0/1 by `PIECE`. `sure`: 1 where a sentence's labels are to be learnt."""

    window: Window
    marks: list[list[float]]
    piece_marks: list[tuple[int, int]]
    sentence: list[list[float]]
    sub_event: list[int]
    states: list[list[float]]
    piece: list[list[float]]
    report: str = ""


@dataclass(slots=True)
class Gold:
    """A report with its gold claims, each tied to the sentences that its quote lies in."""

    report: dict[str, Any]
    sentences: list[Sentence]
    claims: list[dict[str, Any]] = field(default_factory=list)


def read_folder(folder: pathlib.Path) -> list[Gold]:
    """The reports of a corpus folder with their claims, in file order."""
    rows = {}
    for line in (folder / "reports.jsonl").read_text(encoding="utf-8").splitlines():
        report = json.loads(line)
        rows[report["id"]] = Gold(report=report, sentences=split(report["text"]))
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        claim = json.loads(line)
        rows[claim["report"]].claims.append(claim)
    return list(rows.values())


def noted(gold: Gold, gazetteer: Gazetteer) -> Notes:
    """The report's notes, as the coder takes them."""
    published = gold.report.get("published")
    anchor = Anchor(date=None, basis="none")
    if published:
        anchor = Anchor(date=published[:10], basis="published")
    elif inferred := infer_anchor(gold.report["text"]):
        anchor = Anchor(date=inferred.date.isoformat(), basis="inferred", precision=inferred.precision)
    report = Report(id=gold.report["id"], origin="", text=gold.report["text"], title=gold.report.get("title"), anchor=anchor)
    return take_notes(report, gazetteer=gazetteer)


def examples(gold: Gold, tokenizer: Any, gazetteer: Gazetteer, *, telling: bool = False) -> list[Example]:
    """The windows of one report with their labels; with `telling`, only of the sentences that the coder shows to the network."""
    notes = noted(gold, gazetteer)
    shown = [n.sentence for n in notes.sentences if may_tell(n) or not telling]
    known, words = mark_sentences(notes), mark_words(notes)
    text = gold.report["text"]
    sentence, sub_event, states = _sentence_labels(gold)
    marks = _piece_marks(gold)
    found = []
    for cut in windows(text, shown, title=gold.report.get("title"), tokenizer=tokenizer, size=SIZE):
        window = replace(cut, sentences=tuple(shown[n].index for n in cut.sentences))
        rows = [[0.0] * len(PIECE) for _ in window.ids]
        for position, (start, end) in enumerate(window.offsets):
            if end > start:
                for name, first, last in marks:
                    if start < last and first < end:
                        rows[position][PIECE.index(name)] = 1.0
        inside = window.sentences
        found.append(
            Example(
                window=window,
                marks=[known[i] for i in inside],
                piece_marks=piece_marks(window, words),
                sentence=[sentence[i] for i in inside],
                sub_event=[sub_event[i] for i in inside],
                states=[states[i] for i in inside],
                piece=rows,
                report=gold.report["id"],
            )
        )
    return found


def held_out(report: str) -> bool:
    """Whether a report is kept out of training, to choose thresholds and fit confidence on: one in twelve, by its id."""
    return int(hashlib.sha256(report.encode()).hexdigest(), 16) % HELD == 0


def home(claim: dict[str, Any], gold: Gold) -> list[int]:
    """The sentences that a claim's quote lies in."""
    quote = claim["evidence"]["claim"]
    start = gold.report["text"].find(quote)
    if start < 0:
        return []
    return [s.index for s in gold.sentences if min(s.end, start + len(quote)) - max(s.start, start) > 0]


def _sentence_labels(gold: Gold) -> tuple[list[list[float]], list[int], list[list[float]]]:
    count = len(gold.sentences)
    rows = [dict.fromkeys(SENTENCE, 0.0) for _ in range(count)]
    sub_event = [-1] * count
    states = [[0.0] * len(STATE) for _ in range(count)]
    first_told: dict[str, int] = {}
    for claim in sorted(gold.claims, key=lambda c: (home(c, gold) or [0])[0]):
        where = home(claim, gold)
        if not where:
            continue
        row, scope = rows[where[0]], claim["scope"]
        if claim["status"] not in REAL:
            row["unreal"] = 1.0
            _name(claim, where[0], sub_event, states, keep=True)
            continue
        if scope == "incident" and claim.get("background"):
            row["background"] = 1.0
        if scope == "incident":
            row["two_incidents"] = max(row["two_incidents"], row["incident"])
            row["told_before"] = max(row["told_before"], float(first_told.get(claim["key"], 10**6) < where[0]))
            first_told.setdefault(claim["key"], where[0])
        row[scope] = 1.0
        for other in where[1:]:
            rows[other]["continues"] = 1.0
        _name(claim, where[0], sub_event, states, keep=False)
        row["attributed"] = max(row["attributed"], float(bool(claim["according_to"])))
        row["own_voice"] = max(row["own_voice"], float(not claim["according_to"]))
        row["denies"] = max(row["denies"], float(claim["stance"] == "denies"))
        row["doubts"] = max(row["doubts"], float(claim["stance"] == "doubts"))
        if scope == "condition":
            row[f"condition:{claim['status']}"] = 1.0
    return [[row[name] for name in SENTENCE] for row in rows], sub_event, states


def _name(claim: dict[str, Any], at: int, sub_event: list[int], states: list[list[float]], *, keep: bool) -> None:
    """Note the type or state of a claim; with `keep`, not over one that is there."""
    if claim["scope"] == "incident" and not (keep and sub_event[at] >= 0):
        sub_event[at] = SUB_EVENT.index(claim["sub_event_type"])
    if claim["scope"] == "condition":
        states[at][STATE.index(f"{claim['condition']['subject']}:{claim['condition']['state']}")] = 1.0


def _piece_marks(gold: Gold) -> list[tuple[str, int, int]]:
    text = gold.report["text"]
    marks: list[tuple[str, int, int]] = []
    for claim in gold.claims:
        quote = claim["evidence"]["claim"]
        start = text.find(quote)
        if start < 0:
            continue
        if claim["status"] in REAL:
            marks.append((claim["scope"], start, start + len(quote)))
        for name, words in claim["evidence"].items():
            label = _label(name, claim)
            at = _near(text, words, start, start + len(quote)) if label else -1
            if label and at >= 0:
                marks.append((label, at, at + len(words)))
    return marks


def _label(name: str, claim: dict[str, Any]) -> str | None:
    if name.startswith("counts."):
        number = int(name.split(".")[1])
        counts = claim.get("counts") or []
        effect = counts[number]["effect"] if number < len(counts) else None
        return effect if effect in EFFECTS else None
    return name if name in PIECE and name not in CONDITION else None


def _near(text: str, words: str, start: int, end: int) -> int:
    """Where `words` stand nearest to the claim: inside it, else last before it, else after it."""
    inside = text.find(words, start, end)
    if inside >= 0:
        return inside
    around = text.find(words, max(0, start - 200), end + 200)
    if around >= 0:
        return around
    before = text.rfind(words, 0, start)
    return before if before >= 0 else text.find(words)
