"""Inputs → shards: pieces of work of about one size, each named by what it holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

from marsad.intake.archives import Fault, packed_records
from marsad.intake.files import LocalFile, list_files
from marsad.model import Problem

SIZE = 16 * 1024 * 1024
FILES = 500
GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file, or the records of an archive that begin in a range of its bytes (`end` is `None` for the end of the file)."""

    path: str
    kind: str
    size: int
    changed: int
    start: int = 0
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Some pieces. `name` is a hash of them, so that the same shard has the same name in every run."""

    name: str
    pieces: tuple[Piece, ...]

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=True, sort_keys=True)

    @staticmethod
    def from_json(text: str) -> Shard:
        held = json.loads(text)
        return Shard(name=held["name"], pieces=tuple(Piece(**piece) for piece in held["pieces"]))


def shard_of(pieces: Sequence[Piece]) -> Shard:
    text = json.dumps([asdict(piece) for piece in pieces], ensure_ascii=True, sort_keys=True)
    return Shard(name=hashlib.sha256(text.encode()).hexdigest()[:16], pieces=tuple(pieces))


def plan(inputs: Sequence[str], *, size: int = SIZE) -> tuple[list[Shard], list[Problem]]:
    """The shards of all files behind `inputs` (files, folders, patterns), and what is wrong with any of them.

    An archive packed with gzip is cut at its members into ranges of about `size` bytes; other archives, tables and files of JSON
    Lines are pieces of their own; small files go together. The same files give the same shards, in the same order. A file counts
    as the same while its name, size and time of change are.
    """
    problems: list[Problem] = []
    shards: list[Shard] = []
    held: list[Piece] = []
    for file in list_files(inputs):
        if isinstance(file, Problem):
            problems.append(file)
            continue
        pieces = list(pieces_of(file, size))
        if len(pieces) > 1 or file.size >= size:
            shards += [shard_of([piece]) for piece in pieces]
            continue
        if held and (sum(p.size for p in held) + file.size > size or len(held) >= FILES):
            shards.append(shard_of(held))
            held = []
        held += pieces
    if held:
        shards.append(shard_of(held))
    return shards, problems


def pieces_of(file: LocalFile, size: int) -> Iterator[Piece]:
    state = file.path.stat()
    cuts = [0, *cuts_of(file, size), None]
    for start, end in pairwise(cuts):
        yield Piece(path=str(file.path), kind=file.kind, size=state.st_size, changed=state.st_mtime_ns, start=start or 0, end=end)


def cuts_of(file: LocalFile, size: int) -> Iterable[int]:
    """Where an archive is cut: at the first record that begins behind each multiple of `size`."""
    if file.kind != "archive" or file.size < 2 * size:
        return
    with file.path.open("rb") as stream:
        if stream.read(2) != GZIP:
            return
        last = 0
        for target in range(size, file.size - size // 2, size):
            if target <= last:
                continue
            found = next((item for item in packed_records(stream, target) if not isinstance(item, Fault)), None)
            if found is None:
                return
            last = found.offset
            yield last
