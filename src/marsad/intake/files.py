"""Local sources: files, folders and patterns of any kind that is read → captures and lists."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from marsad.intake.archives import is_archive
from marsad.intake.documents import DOCX, PDF, document_kind
from marsad.intake.inputs import MAX_STORY, MEDIA_TYPES, found_files, open_inputs
from marsad.intake.isolation import Parser
from marsad.intake.listings import Listed, as_capture, list_kind
from marsad.intake.tabular import PARQUET
from marsad.intake.zipped import is_zip
from marsad.model import Capture, Problem

FileKind = Literal["archive", "zip", "parquet", "csv", "document", "feed", "sitemap", "packed", "xml", "story"]
HEAD = 64 * 1024
PACKINGS = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"))
SUFFIXES = {".gz": "", ".bz2": "", ".xz": ""}
XML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<\?xml\b")
HTML = re.compile(rb"<(?:!doctype\s+html|html)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """A file that will be read: its name as found, its size in bytes, and what it is by its first bytes."""

    path: Path
    kind: FileKind
    size: int


def list_files(given: Iterable[str]) -> Iterator[LocalFile | Problem]:
    """The files behind names, folders and patterns, each once, in order; nothing but their first bytes is read.

    Problems: `missing`, `unreadable`, `empty_folder`.
    """
    for path in found_files(list(given)):
        if isinstance(path, Problem):
            yield path
            continue
        try:
            with path.open("rb") as stream:
                head = stream.read(HEAD)
            yield LocalFile(path=path, kind=kind_of(path, head), size=path.stat().st_size)
        except OSError as error:
            code = "missing" if isinstance(error, FileNotFoundError) else "unreadable"
            yield problem(code, f"can't be read: {error.strerror or error}", str(path))


def kind_of(path: Path, head: bytes) -> FileKind:
    """What a file is, by its first bytes, and by its name where these do not tell.

    >>> kind_of(Path("a.csv"), b"title,text"), kind_of(Path("a"), b"PAR1")
    ('csv', 'parquet')
    """
    if is_archive(head):
        return "archive"
    if head.startswith(PARQUET):
        return "parquet"
    if document_kind(head):
        return "document"
    if is_zip(head):
        return "zip"
    if packing_of(head):
        return "packed"
    if path.suffix.lower() in (".csv", ".tsv"):
        return "csv"
    kind = list_kind(head) if path.suffix.lower() not in (".jsonl", ".ndjson", ".json", ".txt", ".md") else None
    if kind in ("feed", "sitemap"):
        return kind
    return "xml" if XML.match(head) and not HTML.search(head) else "story"


def packing_of(head: bytes) -> str | None:
    """`gzip`, `bzip2` or `xz`."""
    return next((name for magic, name in PACKINGS if head.startswith(magic)), None)


def read_file(file: LocalFile, parser: Parser) -> Iterator[Capture | Listed | Problem]:
    """The captures of a file, or what it lists where it is a list. Only a list's entries without words of their own are `Listed`.

    Problems: those of `open_inputs`, `archives`, `zipped`, `tabular`, `listings`, `isolation`; `no_list` for XML of another kind.
    """
    origin = str(file.path)
    if file.kind == "archive":
        yield from parser.archive(file.path, origin)
    elif file.kind in ("csv", "parquet"):
        yield from parser.table(file.path, origin, parquet=file.kind == "parquet")
    elif file.kind == "zip":
        yield from parser.zipped(file.path, origin)
    elif file.kind == "packed":
        yield from packed_file(file, parser)
    elif file.kind == "xml":
        yield problem("no_list", "is XML, but no feed, sitemap or page", origin)
    elif file.kind == "story":
        yield from open_inputs([file.path])
    elif file.size > MAX_STORY:
        yield problem("too_large", f"is {file.size / 2**20:.0f} MB: a story file may hold {MAX_STORY // 2**20} MB", origin)
    elif file.kind == "document":
        yield document_of(file)
    else:
        yield from list_of(file, parser)


def document_of(file: LocalFile) -> Capture:
    body = file.path.read_bytes()
    media = PDF if document_kind(body[:8192]) == PDF else DOCX
    return Capture(id=hashlib.sha256(body).hexdigest(), origin=str(file.path), body=body, media_type=media)


def packed_file(file: LocalFile, parser: Parser) -> Iterator[Capture | Problem]:
    with file.path.open("rb") as stream:
        packing = packing_of(stream.read(8))
    inner = file.path.with_suffix("") if file.path.suffix.lower() in SUFFIXES else file.path
    media = MEDIA_TYPES.get(inner.suffix.lower())
    yield from parser.packed(file.path, str(file.path), packing=packing or "gzip", media_type=media)


def list_of(file: LocalFile, parser: Parser) -> Iterator[Capture | Listed | Problem]:
    """The entries of a feed or sitemap that lies in a file."""
    origin = str(file.path)
    kind: Literal["feed", "sitemap"] = "feed" if file.kind == "feed" else "sitemap"
    found, problems = parser.listing(kind, file.path.read_bytes(), origin)
    yield from problems
    for number, item in enumerate(found, 1):
        yield as_capture(item, f"{origin}#{number}") or item


def problem(code: str, message: str, at: str) -> Problem:
    return Problem(stage="intake", code=code, message=message, at=at)
