"""Windows: every sentence in one, offsets that stand, no window over its size."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from marsad.coding.windows import piece_marks, windows
from marsad.language.text import split


@dataclass(frozen=True)
class Encoded:
    ids: list[int]
    offsets: list[tuple[int, int]]


class WordTokenizer:
    """A stand-in for the tokenizer: a piece for each word."""

    def encode(self, text: str, *, add_special_tokens: bool) -> Encoded:
        offsets, at = [], 0
        for word in text.split():
            start = text.index(word, at)
            at = start + len(word)
            offsets.append((start, at))
        return Encoded(ids=[1000 + len(w) for w in text.split()], offsets=offsets)


WORDS = st.lists(st.sampled_from(["army", "said", "troops", "left", "town", "market"]), min_size=1, max_size=30)


@given(st.lists(WORDS, min_size=1, max_size=20), st.integers(min_value=24, max_value=64))
@settings(max_examples=40, deadline=None)
def test_every_sentence_is_read_once_as_its_own(sentences: list[list[str]], size: int) -> None:
    text = "\n".join(" ".join(words).capitalize() + "." for words in sentences)
    found = split(text)
    cut = windows(text, found, title="Troops leave town", tokenizer=WordTokenizer(), size=size)
    own = [n for w in cut for n in w.sentences]
    assert own == list(range(len(found)))
    assert all(len(w.ids) <= size and len(w.ids) == len(w.offsets) for w in cut)


def test_offsets_point_into_the_report() -> None:
    text = "The army left.\nTroops entered the market."
    window = windows(text, split(text), title=None, tokenizer=WordTokenizer())[0]
    assert [text[a:b] for a, b in window.offsets if b] == ["The", "army", "left.", "Troops", "entered", "the", "market."]
    first, last = window.pieces[1]
    assert text[window.offsets[first][0] : window.offsets[last - 1][1]] == "Troops entered the market."


def test_marks_fall_on_the_pieces_of_their_words() -> None:
    text = "The army left.\nTroops entered the market."
    window = windows(text, split(text), title=None, tokenizer=WordTokenizer())[0]
    marked = piece_marks(window, [(4, 8, 3), (15, 21, 5)])
    assert [(text[slice(*window.offsets[p])], mark) for p, mark in marked] == [("army", 3), ("Troops", 5)]
