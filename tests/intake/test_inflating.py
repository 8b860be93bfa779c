"""Packed bytes: right ones come out whole, bombs and damage are told before they cost anything."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tracemalloc
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.intake.inflating import Bounds, InflationError, inflate, unpacked

WORDS = b"Eight people were killed in Sinja on Monday, the governor said. " * 50
PACKED = {
    "gzip": gzip.compress(WORDS),
    "deflate": zlib.compress(WORDS),
    "br": brotli.compress(WORDS),
    "bzip2": bz2.compress(WORDS),
    "xz": lzma.compress(WORDS),
}


@pytest.mark.parametrize("name", PACKED)
def test_what_was_packed_comes_out(name: str) -> None:
    assert inflate(PACKED[name], (name,)) == WORDS


def test_raw_deflate_members_that_follow_and_padding() -> None:
    machine = zlib.compressobj(wbits=-15)
    assert inflate(machine.compress(WORDS) + machine.flush(), ("deflate",)) == WORDS
    assert inflate(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 20, ("gzip",)) == b"one two"


@pytest.mark.parametrize("name", PACKED)
def test_what_breaks_off_is_incomplete(name: str) -> None:
    with pytest.raises(InflationError) as caught:
        inflate(PACKED[name][:-9], (name,))
    assert caught.value.code == "incomplete"


def test_a_small_bomb_of_brotli_is_not_unpacked() -> None:
    packed = brotli.compress(bytes(64 * 2**20))
    with pytest.raises(InflationError) as caught:
        inflate(packed, ("br",))
    assert len(packed) < 1_200 and caught.value.code == "bomb"


def test_a_flipped_bit_is_found() -> None:
    bad = bytearray(PACKED["gzip"])
    bad[len(bad) // 2] ^= 4
    with pytest.raises(InflationError):
        inflate(bytes(bad), ("gzip",))


def bomb(size: int) -> bytes:
    """A megabyte of zeros after another, packed twice."""
    machine = zlib.compressobj(9, wbits=31)
    block = bytes(2**20)
    return gzip.compress(b"".join([*(machine.compress(block) for _ in range(size)), machine.flush()]), 9)


def test_a_small_bomb_is_not_unpacked() -> None:
    packed = bomb(512)
    assert len(packed) < 4_000
    tracemalloc.start()
    with pytest.raises(InflationError) as caught:
        inflate(packed, ("gzip", "gzip"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.code == "bomb" and peak < 20 * 2**20


def test_layer_upon_layer_and_unknown_packing() -> None:
    with pytest.raises(InflationError, match="3 times"):
        inflate(b"", ("gzip", "gzip", "gzip"))
    with pytest.raises(InflationError) as caught:
        inflate(b"", ("zstd",))
    assert caught.value.code == "packing"


def test_the_limit_holds_for_honest_data_too() -> None:
    import random

    body = random.Random(1).randbytes(3 * 2**20)
    with pytest.raises(InflationError) as caught:
        inflate(gzip.compress(body), ("gzip",), Bounds(limit=2**20))
    assert caught.value.code == "too_large"


@given(st.binary(max_size=3000), st.integers(1, 400))
def test_pieces_of_any_size_give_the_same(body: bytes, size: int) -> None:
    packed = gzip.compress(body)
    pieces = [packed[n : n + size] for n in range(0, len(packed), size)]
    assert b"".join(unpacked(pieces, ("gzip",))) == body
