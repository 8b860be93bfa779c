"""ZIP archives of stories → the captures of their members, one after the other; nothing is written to a disk."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from marsad.intake.archives import is_archive
from marsad.intake.documents import DOCX, PDF, document_kind
from marsad.intake.inflating import FREE, MAX_RATIO, InflationError
from marsad.intake.inputs import LINES, MAX_STORY, MEDIA_TYPES, captures_in
from marsad.intake.tabular import PARQUET, read_csv
from marsad.model import Capture, Problem

MAX_MEMBERS = 100_000
MAX_TOTAL = 2 * 1024 * 1024 * 1024
MAX_PROBLEMS = 200
START = b"PK\x03\x04"
TABLES = (".csv", ".tsv")
PACKED = (START, b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", PARQUET)
Item = Capture | Problem


def is_zip(head: bytes) -> bool:
    """Whether a file that begins so is a ZIP archive and no document that is packed as one.

    >>> is_zip(b"PK\\x03\\x04" + bytes(30)), is_zip(b"PK\\x03\\x04" + bytes(22) + b"\\x05\\0\\0\\0word/")
    (True, False)
    """
    return head.startswith(START) and document_kind(head[:8192]) is None


def read_zip(stream: BinaryIO, origin: str) -> Iterator[Item]:
    """The captures of an archive's members, in the order of its own list; `origin!member` is where each came from.

    Pages, texts, JSON Lines, CSV, PDF and DOCX are read. Folders and hidden members are passed over; a member never names a
    place on this machine. All members together may unpack to 200 times the archive, past the first megabyte.

    Problems: `incomplete`, `bomb`, `too_large`, `encrypted`, `packing` (packed once more), `no_story`, `more`; those of
    `captures_in`.
    """
    found = met = 0
    for item in members(stream, origin):
        if isinstance(item, Problem):
            met += 1
            if met > MAX_PROBLEMS:
                yield problem("more", f"and more of the like: only the first {MAX_PROBLEMS} are told", origin)
                return
        found += isinstance(item, Capture)
        yield item
    if not found and not met:
        yield problem("no_story", "no member of the archive is a story", origin)


def members(stream: BinaryIO, origin: str) -> Iterator[Item]:
    try:
        package = zipfile.ZipFile(stream)
        listed = [info for info in package.infolist() if is_story(info)]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        yield problem("incomplete", f"the archive can't be read: {str(error)[:120]}", origin)
        return
    size = stream.seek(0, io.SEEK_END)
    budget = Budget(left=min(MAX_TOTAL, max(FREE, MAX_RATIO * size)))
    with package:
        for info in listed[:MAX_MEMBERS]:
            at = f"{origin}!{info.filename[:300]}"
            try:
                yield from member(package, info, at, budget)
            except InflationError as error:
                yield problem(error.code, f"{error}: what came before is read", at)
                if not budget.left:
                    return
            except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
                locked = bool(info.flag_bits & 1)
                words = "is locked with a password" if locked else f"can't be read: {type(error).__name__}: {str(error)[:100]}"
                yield problem("encrypted" if locked else "incomplete", words, at)
    if len(listed) > MAX_MEMBERS:
        yield problem("too_large", f"an archive may hold {MAX_MEMBERS:,} members: the rest is left out", origin)


def is_story(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a file that somebody meant to be read."""
    parts = PurePosixPath(info.filename.replace("\\", "/")).parts
    hidden = any(part.startswith((".", "__MACOSX")) and part not in (".", "..") for part in parts)
    return bool(parts) and not hidden and not info.is_dir()


def member(package: zipfile.ZipFile, info: zipfile.ZipInfo, at: str, budget: Budget) -> Iterator[Item]:
    """The captures of one member. Raises `InflationError` and what `zipfile` raises."""
    suffix = PurePosixPath(info.filename).suffix.lower()
    with package.open(info) as raw:
        stream = cast(BinaryIO, io.BufferedReader(Counted(raw, budget), 256 * 1024))
        head = stream.peek(8192)[:8192]  # type: ignore[attr-defined]
        kind = document_kind(head)
        if kind:
            yield from document(stream, kind, at)
        elif is_archive(head) or head.startswith(PACKED):
            yield problem("packing", "is an archive within an archive: unpack the outer one first", at)
        elif suffix in TABLES:
            yield from read_csv(cast(BinaryIO, io.BytesIO(whole(stream))), at)
        else:
            yield from captures_in(stream, at, MEDIA_TYPES.get(suffix, LINES if suffix == ".jsonl" else None))


def document(stream: BinaryIO, kind: str, at: str) -> Iterator[Capture]:
    body = whole(stream)
    yield Capture(id=hashlib.sha256(body).hexdigest(), origin=at, body=body, media_type=PDF if kind == PDF else DOCX)


def whole(stream: BinaryIO) -> bytes:
    """All of a member. Raises `InflationError` where that is more than a story may hold."""
    body = stream.read(MAX_STORY + 1)
    if len(body) > MAX_STORY:
        raise InflationError("too_large", f"a member may hold {MAX_STORY // 2**20} MB")
    return body


class Budget:
    """How many bytes the members of an archive may still unpack to."""

    def __init__(self, left: int) -> None:
        self.left = left


class Counted(io.RawIOBase):
    """A member's bytes, which count against the archive's budget. Raises `InflationError` once it is spent."""

    def __init__(self, raw: Any, budget: Budget) -> None:
        self.raw = raw
        self.budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.raw.read(min(len(buffer), 64 * 1024))
        if len(data) > self.budget.left:
            self.budget.left = 0
            raise InflationError("bomb", f"the archive unpacks to more than {MAX_RATIO} times its size")
        self.budget.left -= len(data)
        buffer[: len(data)] = data
        return len(data)


def problem(code: str, message: str, at: str) -> Problem:
    return Problem(stage="intake", code=code, message=message, at=at)
