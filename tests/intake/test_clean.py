"""Characters that nobody sees."""

from __future__ import annotations

import pytest

from marsad.intake.clean import clean_text


@pytest.mark.parametrize(
    "mark", ["\u202e", "\u202a", "\u202c", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c", "\u200b", "\x00", "\x1b"]
)
def test_marks_that_turn_or_hide_words_are_taken_out(mark: str) -> None:
    assert clean_text(f"Sin{mark}ja") == "Sinja"


def test_joiners_that_spell_words_stay() -> None:
    assert clean_text("می\u200cروم") == "می\u200cروم" and clean_text("سنجة قتلى") == "سنجة قتلى"
