"""Compressed bytes → bytes, never more of them than was agreed: a small bomb stays small, however often it is packed."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

PIECE = 64 * 1024
MAX_BYTES = 25 * 1024 * 1024
MAX_RATIO = 200
FREE = 1024 * 1024  # up to here any ratio is fine
MAX_LAYERS = 2
KNOWN = frozenset({"gzip", "x-gzip", "deflate", "br", "bzip2", "xz", "identity", ""})


class InflationError(ValueError):
    """The bytes can't be unpacked. `code` is that of the problem it becomes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What unpacking may give: bytes in all, and times the packed size once it is more than a megabyte."""

    limit: int = MAX_BYTES
    ratio: int = MAX_RATIO


def layers(header: str | None) -> tuple[str, ...]:
    """The encodings of a `Content-Encoding` header, in the order in which they were put on.

    >>> layers("gzip, identity")
    ('gzip',)
    """
    words = [word.strip().lower() for word in (header or "").split(",")]
    return tuple(word for word in words if word not in ("", "identity"))


def inflate(body: bytes, encodings: Sequence[str], bounds: Bounds = Bounds()) -> bytes:
    """The bytes behind all layers. Raises `InflationError` (`bomb`, `too_large`, `incomplete`, `packing`).

    >>> inflate(zlib.compress(b"two died"), ("deflate",))
    b'two died'
    """
    return b"".join(unpacked([body], encodings, bounds))


def unpacked(pieces: Iterable[bytes], encodings: Sequence[str], bounds: Bounds = Bounds()) -> Iterator[bytes]:
    """The same piece by piece; no piece is larger than 64 kB once there is a layer to take off."""
    if len(encodings) > MAX_LAYERS:
        raise InflationError("bomb", f"is packed {len(encodings)} times, one in another")
    for name in reversed(encodings):
        if name not in KNOWN:
            raise InflationError("packing", f"is packed with {name!r}, which is not read")
        pieces = one_layer(pieces, name, bounds)
    return iter(pieces)


class Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...


def one_layer(pieces: Iterable[bytes], name: str, bounds: Bounds) -> Iterator[bytes]:
    """One layer taken off; members that follow one another are read on."""
    packed = given = 0
    for out, taken in (brotlied if name == "br" else streams if name in ("bzip2", "xz") else deflated)(pieces, name):
        packed += taken
        given += len(out)
        if given > bounds.limit:
            raise InflationError("too_large", f"unpacks to more than {bounds.limit // 2**20} MB")
        if given > FREE and given > bounds.ratio * packed:
            raise InflationError("bomb", f"unpacks to more than {bounds.ratio} times its size")
        if out:
            yield out


def deflated(pieces: Iterable[bytes], name: str) -> Iterator[tuple[bytes, int]]:
    """gzip and deflate; what follows a whole member and is no further one is padding."""
    machine = zlib.decompressobj(31 if "gzip" in name else 15)
    begun = False
    whole = True
    for piece in pieces:
        data = piece
        while data:
            if not begun and name == "deflate" and not zlib_header(data):
                machine = zlib.decompressobj(-15)
            begun, before = True, len(data)
            try:
                out = machine.decompress(data, PIECE)
            except zlib.error as error:
                raise InflationError("incomplete", f"is damaged: {error}") from error
            data = machine.unconsumed_tail
            whole = machine.eof
            if machine.eof:
                data = machine.unused_data.lstrip(b"\0")
                if not ("gzip" in name and data.startswith(b"\x1f\x8b")):
                    yield out, before
                    return
                machine = zlib.decompressobj(31)
            yield out, before - len(data)
    if not whole:
        raise InflationError("incomplete", "breaks off before its end")


def zlib_header(data: bytes) -> bool:
    return len(data) < 2 or (data[0] & 0x0F == 8 and (data[0] * 256 + data[1]) % 31 == 0)


def streams(pieces: Iterable[bytes], name: str) -> Iterator[tuple[bytes, int]]:
    """bzip2 and xz, with a cap on what their tables may take."""
    machine = bz2.BZ2Decompressor() if name == "bzip2" else lzma.LZMADecompressor(memlimit=64 * 2**20)
    for piece in pieces:
        data, taken = piece, len(piece)
        while not machine.eof and (data or not machine.needs_input):
            try:
                out = machine.decompress(data, PIECE)
            except (OSError, lzma.LZMAError, EOFError) as error:
                raise InflationError("incomplete", f"is damaged: {error}") from error
            yield out, taken
            data, taken = b"", 0
    if not machine.eof:
        raise InflationError("incomplete", "breaks off before its end")


def brotlied(pieces: Iterable[bytes], name: str) -> Iterator[tuple[bytes, int]]:
    """Brotli, whose window takes at most 16 MB."""
    import brotli

    machine = brotli.Decompressor()
    for piece in pieces:
        data, taken = piece, len(piece)
        while not machine.is_finished():
            try:
                out = machine.process(data, output_buffer_limit=PIECE)
            except brotli.error as error:
                raise InflationError("incomplete", f"is damaged: {str(error)[:100]}") from error
            yield out, taken
            data, taken = b"", 0
            if not out and machine.can_accept_more_data():
                break
    if not machine.is_finished():
        raise InflationError("incomplete", "breaks off before its end")
