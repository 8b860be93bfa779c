"""Word classes kept by tag, parse and word: the ruler's own, whichever sentence came first."""

from __future__ import annotations

import pytest
import spacy

from marsad.language.text import MODEL, load_model, parse, split, text_of

TEXT = (
    "The army said that two soldiers had been killed near the bridge, but it did not confirm who fired.\n"
    "There were no casualties, the mayor told reporters.  He has denied it since, as  officials do.\n"
    "Once the shelling stopped, nobody was able to say whether that road is open; its closure has cost them dearly."
)


@pytest.fixture(scope="module")
def wanted() -> list[list[tuple[str, str, str]]]:
    model = spacy.load(MODEL, exclude=["ner"])
    parsed = parse(split(TEXT), model=model)
    return [[(t.pos_, t.tag_, t.dep_) for t in s.doc] for s in parsed if s.doc is not None]


@pytest.mark.parametrize("times", [1, 2])
def test_classes_are_the_rulers(times: int, wanted: list[list[tuple[str, str, str]]]) -> None:
    model = load_model()
    assert "attribute_ruler" not in model.pipe_names
    for _ in range(times):
        parsed = parse(split(TEXT), model=model)
    assert [[(t.pos_, t.tag_, t.dep_) for t in s.doc] for s in parsed if s.doc is not None] == wanted
    assert {"AUX", "PRON", "SCONJ", "VERB", "SPACE"} <= {c for one in wanted for c, _, _ in one}


def test_a_documents_text_is_the_sentences() -> None:
    for sentence in parse(split(TEXT), model=load_model()):
        assert sentence.doc is not None
        assert text_of(sentence.doc) == text_of(sentence.doc) == sentence.text
