"""What coding needs, loaded once: the gazetteer, the language model and the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

from marsad.coding.blend import Weights
from marsad.coding.reading import Reader
from marsad.places import Gazetteer, load_gazetteer

if TYPE_CHECKING:
    from spacy.language import Language

ReaderName = Literal["encoder", "rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The probabilities from which a sentence is taken to tell of something. The encoder's come with its weights."""

    incident: float = 0.5
    statistic: float = 0.5
    condition: float = 0.5
    state: float = 0.5
    unreal: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Passed to `code_report`; holds no state that a report could change.

    `confidence`: the weight of each sign of `trust.signs`, empty where nothing was fitted.
    """

    gazetteer: Gazetteer
    model: Language
    reader: Reader
    thresholds: Thresholds = Thresholds()
    weights: Weights = field(default_factory=Weights)
    confidence: Mapping[str, float] = field(default_factory=dict)


def load_resources(reader: ReaderName = "encoder") -> Resources:
    """Everything that coding needs. Raises `ConfigError` where something is missing."""
    from marsad.coding.encoder import calibration, load_encoder, read_with
    from marsad.coding.rules import read_by_rules
    from marsad.language.text import load_model

    gazetteer, model = load_gazetteer(), load_model()
    if reader == "rules":
        return Resources(gazetteer=gazetteer, model=model, reader=read_by_rules)
    tuned = calibration()
    return Resources(
        gazetteer=gazetteer,
        model=model,
        reader=partial(read_with, load_encoder()),
        thresholds=Thresholds(**tuned.thresholds),
        confidence=tuned.confidence,
    )
