"""What coding needs, loaded once: the gazetteer, the language model and the reader."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from marsad.coding.reading import Reader
from marsad.places import Gazetteer, load_gazetteer

if TYPE_CHECKING:
    from spacy.language import Language

ReaderName = Literal["encoder", "rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The probabilities from which a sentence is taken to tell of something. Chosen on the training corpora."""

    incident: float = 0.45
    statistic: float = 0.45
    condition: float = 0.45
    state: float = 0.45
    unreal: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Passed to `code_report`; holds no state that a report could change."""

    gazetteer: Gazetteer
    model: Language
    reader: Reader
    thresholds: Thresholds = Thresholds()


def load_resources(reader: ReaderName = "encoder") -> Resources:
    """Everything that coding needs. Raises `ConfigError` where something is missing."""
    from marsad.coding.encoder import load_encoder, read_with
    from marsad.coding.rules import read_by_rules
    from marsad.language.text import load_model

    chosen: Reader = partial(read_with, load_encoder()) if reader == "encoder" else read_by_rules
    return Resources(gazetteer=load_gazetteer(), model=load_model(), reader=chosen)
