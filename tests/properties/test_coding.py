"""What holds of coding whatever the text: quotes stand, order and repetition change nothing, capitals hide nothing."""

from __future__ import annotations

import hashlib
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.stories.telling import capture, check_always, stages

from marsad.ledger.findings import Findings
from marsad.model import dump
from marsad.pipeline import run

SENTENCES = [
    "A roadside bomb killed four soldiers near Maiduguri on Sunday, the army said.",
    "Gunmen shot dead six villagers in Bokkos overnight, a community leader said.",
    "The rebels denied it.",
    "At least 77 people were killed in various attacks over two days, a monitor said.",
    "Jordan reopened the Jaber crossing with Syria on Monday.",
    "“The soldiers took away my brothers,” said Mariam Koné, a resident of Niono.",
    "The Rapid Support Forces are besieging El Fasher and Babanusa.",
    "A convoy of 17 lorries reached Kadugli with food for more than 50,000 people.",
    "Egypt will reopen the Rafah crossing if both sides agree.",
    "He said nobody was hurt.",
    "Rain is expected in the north. 🌧",
]
QUICK = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5)
joins = st.sampled_from([" ", "\n", "\r\n\r\n", "  \t", "—"])


def coded(*bodies: str) -> Findings:
    """The findings of several files of one story each, given in that order."""
    files = [capture([{"published": "2024-05-06", "language": "en", "text": body}], f"{hash_of(body)}.jsonl") for body in bodies]
    return run(files, stages=stages()).findings


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def written(found: Findings) -> str:
    """All that a run finds, as it would be printed."""
    return "\n".join(dump(item) for item in found.records())


@QUICK
@given(sentences=texts, join=joins, cut=st.integers(0, 60))
def test_quotes_stand_in_shuffled_and_cut_stories(sentences: list[str], join: str, cut: int) -> None:
    check_always(coded(join.join(sentences)[cut:]))


@QUICK
@given(sentences=texts, seed=st.integers(0, 9))
def test_quotes_stand_where_characters_are_lost_or_strange(sentences: list[str], seed: int) -> None:
    dice = random.Random(seed)
    strange = ["", "", "\u00a0", "\u200f", "é", "“", "\ufb01", "😀", "("]
    check_always(coded("".join(c if dice.random() > 0.03 else dice.choice(strange) for c in " ".join(sentences))))


@QUICK
@given(stories=st.lists(texts.map(" ".join), min_size=2, max_size=4, unique=True), seed=st.integers(0, 9))
def test_the_order_of_reports_changes_nothing(stories: list[str], seed: int) -> None:
    shuffled = random.Random(seed).sample(stories, k=len(stories))
    assert written(coded(*shuffled)) == written(coded(*stories))


@QUICK
@given(sentences=texts)
def test_coding_twice_gives_the_same_bytes(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert written(coded(text)) == written(coded(text))


def test_a_reports_neighbours_change_nothing_of_its_claims() -> None:
    alone = {dump(claim) for claim in coded(SENTENCES[0]).claims}
    assert alone and alone <= {dump(claim) for claim in coded(*SENTENCES).claims}


@QUICK
@given(sentences=st.lists(st.sampled_from(SENTENCES[:2]), min_size=1, max_size=2, unique=True))
def test_capitals_keep_the_incidents(sentences: list[str]) -> None:
    found = [c for c in coded(" ".join(sentences).upper()).claims if c.scope == "incident"]
    assert found
