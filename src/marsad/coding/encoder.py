"""The learned reader: a small encoder, run by onnxruntime on one core, that reads a report in windows."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from marsad.coding.labels import SENTENCE, STATE, SUB_EVENT
from marsad.coding.marks import PIECE_MARKS, SPEECH, mark_sentences, mark_words, sentence_marks
from marsad.coding.notes import Note, Notes
from marsad.coding.reading import Pieces, Reading, SentenceReading
from marsad.coding.windows import Window, piece_marks, windows
from marsad.model import ConfigError

WEIGHTS = "reader.onnx"
PASSING = ("planned", "threatened", "hypothetical", "history", "sport_or_figure")
NOTHING = SentenceReading(
    tells=dict.fromkeys(SENTENCE, 0.0), sub_event=dict.fromkeys(SUB_EVENT, 1 / len(SUB_EVENT)), states=dict.fromkeys(STATE, 0.0)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """A loaded network and its tokenizer. `pieces` is the longest window, in word pieces."""

    session: Any
    tokenizer: Any
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What `training.tune` chose on reports that training left out: thresholds by name, slope and offset by scope."""

    thresholds: dict[str, float]
    confidence: dict[str, float]


def folder() -> Path:
    """Where the shipped weights lie."""
    return Path(str(resources.files("marsad.coding").joinpath("weights")))


def checksums(at: Path | None = None) -> dict[str, str]:
    """The SHA-256 that `manifest.json` gives for each file of the weights. Raises `ConfigError` where there is no manifest."""
    at = at or folder()
    try:
        manifest = json.loads((at / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"the reader's weights are missing or unreadable ({error}): reinstall marsad") from error
    if manifest.get("marks") != list(sentence_marks()) or manifest.get("piece_marks") != list(PIECE_MARKS):
        raise ConfigError("the reader's weights were trained with another trigger table: run `make train`")
    return dict(manifest["sha256"])


def calibration(at: Path | None = None) -> Calibration:
    """The thresholds and confidence of the shipped weights. Raises `ConfigError` where the file is missing or unreadable."""
    try:
        read = json.loads(((at or folder()) / "calibration.json").read_text(encoding="utf-8"))
        confidence = {sign: float(weight) for sign, weight in read["confidence"].items()}
        return Calibration(thresholds={k: float(v) for k, v in read["thresholds"].items()}, confidence=confidence)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"the reader's calibration is missing or unreadable ({error}): reinstall marsad") from error


@cache
def load_encoder(at: Path | None = None) -> Encoder:
    """The encoder, its files checked against their SHA-256. Raises `ConfigError` for a missing or changed file."""
    import onnxruntime
    from tokenizers import Tokenizer

    at = at or folder()
    for name, expected in checksums(at).items():
        try:
            found = hashlib.sha256((at / name).read_bytes()).hexdigest()
        except OSError as error:
            raise ConfigError(f"the reader's file {name} is missing: reinstall marsad") from error
        if found != expected:
            raise ConfigError(f"the reader's file {name} is not the one that was shipped: reinstall marsad")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(at / WEIGHTS), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(at / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return Encoder(session=session, tokenizer=tokenizer, pieces=160)


def read_with(encoder: Encoder, notes: Notes) -> Reading:
    """What the encoder says of a report."""
    kept = [n for n in notes.sentences if may_tell(n)]
    sentences = [n.sentence for n in kept]
    cut = windows(notes.report.text, sentences, title=notes.report.title, tokenizer=encoder.tokenizer, size=encoder.pieces)
    marks, words = mark_sentences(notes), mark_words(notes)
    said: dict[int, SentenceReading] = {}
    found: list[tuple[Window, Any]] = []
    for window in cut:
        shown = replace(window, sentences=tuple(kept[n].sentence.index for n in window.sentences))
        logits, parts = encoder.session.run(None, _inputs(shown, marks, words))
        _take_sentences(shown, logits[0], said)
        found.append((shown, parts[0]))
    return Reading(
        sentences=tuple(said.get(n.sentence.index, NOTHING) for n in notes.sentences),
        pieces=_pieces(found),
    )


def may_tell(note: Note) -> bool:
    """Whether a sentence has any word that a claim could hang on: a trigger of some strength, a count, a speaker, a
    place with a time.

    The others are not shown to the network: a third of most reports, and the time for it. Measured on 80 reports: about a point
    of F1 on those held out, none on the development corpora, for a quarter of the time.
    """
    named = any(h.strength >= 2 and h.label not in PASSING for h in note.hits)
    return named or bool(note.counts) or bool(note.times and note.places) or bool(SPEECH.search(note.sentence.text))


def _inputs(
    window: Window, marks: Sequence[Sequence[float]], words: Sequence[tuple[int, int, int]]
) -> dict[str, np.ndarray[Any, Any]]:
    ids = np.array([window.ids], dtype=np.int64)
    pool = np.zeros((1, len(window.sentences), len(window.ids)), dtype=np.float32)
    for row, (first, last) in enumerate(window.pieces):
        pool[0, row, first:last] = 1.0
    known = np.array([[marks[number] for number in window.sentences]], dtype=np.float32)
    inside = np.zeros((1, len(window.ids), len(PIECE_MARKS)), dtype=np.float32)
    for position, mark in piece_marks(window, words):
        inside[0, position, mark] = 1.0
    return {"ids": ids, "pool": pool, "marks": known, "piece_marks": inside}


def _take_sentences(window: Window, logits: Any, said: dict[int, SentenceReading]) -> None:
    for row, number in enumerate(window.sentences):
        values = logits[row].tolist()
        n, m = len(SENTENCE), len(SENTENCE) + len(SUB_EVENT)
        said[number] = SentenceReading(
            tells=dict(zip(SENTENCE, map(_chance, values[:n]), strict=True)),
            sub_event=dict(zip(SUB_EVENT, _shares(values[n:m]), strict=True)),
            states=dict(zip(STATE, map(_chance, values[m:]), strict=True)),
        )


def _pieces(found: Sequence[tuple[Window, Any]]) -> Pieces:
    """The windows' pieces as one table, in the order of the text."""
    places, rows = [], []
    for window, parts in found:
        inside = [n for n, (start, end) in enumerate(window.offsets) if end > start]
        places += [window.offsets[n] for n in inside]
        rows.append(parts[inside])
    if not places:
        return Pieces()
    chances = 1.0 / (1.0 + np.exp(-np.concatenate(rows)))
    return Pieces(starts=tuple(a for a, _ in places), ends=tuple(b for _, b in places), chances=chances)


def _chance(logit: float) -> float:
    return round(1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, logit)))), 6)


def _shares(logits: Sequence[float]) -> list[float]:
    top = max(logits)
    raised = [math.exp(v - top) for v in logits]
    total = sum(raised)
    return [round(v / total, 6) for v in raised]
