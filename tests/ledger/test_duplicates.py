"""Texts that share enough keys: what is worked out for many at once is what one by one gives."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from marsad.ledger import duplicates
from marsad.ledger.duplicates import FEW, parts_of, sharing


@pytest.mark.parametrize("most", [3, 40, 2_000_000])
def test_many_at_once_give_what_one_by_one_does(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(duplicates, "HITS", most)
    chance = random.Random(7)
    held = {number: chance.sample(range(40), chance.randrange(1, 14)) for number in range(1000, 1060)}
    asking = {number: chance.sample(range(40), chance.randrange(0, 14)) for number in range(25)}
    close, once = set(), set()
    for keys in asking.values():
        shared = Counter(other for other, others in held.items() for key in keys if key in others)
        once |= shared.keys()
        close |= {other for other, times in shared.items() if times > 1 or len(keys) < FEW}
    rows = [(key, number) for number, keys in held.items() for key in keys]
    chance.shuffle(rows)
    assert sharing(asking, np.array(rows, dtype=np.int64)) == (close, once)
    assert sharing(asking, np.zeros((0, 2), dtype=np.int64)) == (set(), set())


def test_parts_hold_whole_prints_and_miss_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "HITS", 10)
    owners, number = np.array([0, 0, 1, 2, 2, 2, 3]), np.array([4, 30, 1, 0, 5, 4, 9])
    parts = list(parts_of(owners, number))
    assert [(p.start, p.stop) for p in parts] == [(0, 2), (2, 6), (6, 7)]
