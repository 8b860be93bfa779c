"""Word classes (noun, verb, pronoun…) from tags and parse, each combination worked out once.

spaCy's attribute ruler tries two hundred patterns on every token, though its answer hangs on the tag, the dependency, a few dozen
words and whether "there" stands before. Here its answer is kept by those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.pipeline import AttributeRuler
    from spacy.tokens import Doc, Token

NAME = "word_classes"
SET = ("POS", "TAG", "DEP")
EXPLETIVE = "expl"
Key = tuple[int, int, int, bool, bool]


class WordClasses:
    """Gives tokens the `pos_` that the ruler's patterns give; lemmas and morphology, which nobody asks for, are left out."""

    def __init__(self, ruler: AttributeRuler) -> None:
        from spacy.pipeline import AttributeRuler

        self._ruler = AttributeRuler(ruler.vocab)
        self._words: set[int] = set()
        self._known: dict[Key, tuple[int, int, int]] = {}
        patterns: Iterable[Any] = ruler.patterns
        for one in patterns:
            attributes = {k: v for k, v in one["attrs"].items() if k in SET}
            if attributes:
                self._ruler.add(one["patterns"], attributes, one["index"])
                self._words.update(ruler.vocab.strings.add(w) for p in one["patterns"] for t in p for w in _words(t))

    def __call__(self, doc: Doc) -> Doc:
        """The document, its tokens' classes set."""
        tokens = list(doc)
        keys = self._keys(tokens)
        if any(key not in self._known for key in keys):
            self._ruler(doc)
            self._known.update((key, (t.pos, t.tag, t.dep)) for key, t in zip(keys, tokens, strict=True))
            return doc
        for key, token in zip(keys, tokens, strict=True):
            token.pos, tag, dep = self._known[key]
            if token.tag != tag or token.dep != dep:
                token.tag, token.dep = tag, dep
        return doc

    def _keys(self, tokens: list[Token]) -> list[Key]:
        found, behind = [], False
        for token in tokens:
            lower, dep = token.lower, token.dep
            found.append((token.tag, dep, lower if lower in self._words else 0, token.is_space, behind))
            behind = token.dep_ == EXPLETIVE
        return found


def _words(token: Mapping[str, Any]) -> Iterator[str]:
    """The words that one token's pattern names."""
    for attribute, wanted in token.items():
        if attribute == "LOWER":
            yield from (wanted,) if isinstance(wanted, str) else wanted["IN"]


def use_word_classes(model: Language) -> Language:
    """The pipeline with its attribute ruler replaced, where it has one."""
    from spacy.language import Language

    if "attribute_ruler" in model.pipe_names:
        if not Language.has_factory(NAME):
            Language.factory(NAME, func=_made)
        model.add_pipe(NAME, after="attribute_ruler")
        model.remove_pipe("attribute_ruler")
    return model


def _made(nlp: Language, name: str) -> WordClasses:
    from spacy.pipeline import AttributeRuler

    ruler = nlp.get_pipe("attribute_ruler")
    assert isinstance(ruler, AttributeRuler)
    return WordClasses(ruler)
