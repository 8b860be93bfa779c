"""One shard, from its bytes to one file. The same shard gives the same bytes, wherever and however often it is done."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc

from marsad.engine import schemas
from marsad.engine.planning import Piece, Shard
from marsad.engine.settings import Settings
from marsad.engine.tables import BATCH, Read, coded, work_for
from marsad.intake.archives import Mark, read_archive
from marsad.intake.documents import document_kind
from marsad.intake.files import FileKind, LocalFile, read_file
from marsad.intake.isolation import DEADLY, Parser
from marsad.intake.zipped import is_zip
from marsad.model import Capture, Problem
from marsad.stages import dated

BYTES = 8 * 1024 * 1024
NOT_FOLLOWED = "lists stories of which it holds no words: `marsad ingest --follow` fetches them"


def shard_file(shard: Shard, out: Path) -> Path:
    """Where a shard's result lies."""
    return out / f"{shard.name}.arrow"


def is_done(shard: Shard, out: Path) -> bool:
    return shard_file(shard, out).exists()


def shard_job(shard: Shard, out: Path, settings: Settings, *, careful: bool = False) -> Path:
    """Do a shard and write its file, unless it is there; gives back its path.

    The file is written under another name and then renamed: it is whole or not there. `careful` reads each page in the limited
    child (`marsad.intake.isolation`), so that one that kills its reader costs that page only; good pages give the same rows.
    """
    path = shard_file(shard, out)
    if path.exists():
        return path
    work = work_for(settings)
    rows: list[dict[str, Any]] = []
    with Parser() as parser:
        read = documents_apart(parser, work.stages.read_capture)
        read = safely(parser, read) if careful else read
        for batch in batches(shard, parser, rows):
            rows += coded(schemas.pages(batch), work, read)
    write_table(schemas.result(distinct(rows)), path)
    return path


def documents_apart(parser: Parser, read: Read) -> Read:
    """Reading that leaves PDF, DOCX and ZIP to the limited child, and all else to this process."""

    def apart(capture: Capture, published: str | None) -> Any:
        if document_kind(capture.body[:8192], capture.media_type) is None and not is_zip(capture.body[:8192]):
            return read(capture, published)
        stories, problems = parser.read(capture, caller_published=published)
        return [dated(story.report, story.footer_year) for story in stories], problems

    return apart


def safely(parser: Parser, read: Read) -> Read:
    """Reading that tries each page in the limited child first: one that kills that is told of and left out."""

    def tried(capture: Capture, published: str | None) -> Any:
        deadly = [p for p in parser.read(capture, caller_published=published)[1] if p.code in DEADLY]
        return ([], deadly) if deadly else read(capture, published)

    return tried


def batches(shard: Shard, parser: Parser, rows: list[dict[str, Any]]) -> Iterator[list[Capture]]:
    """The captures of a shard, some at a time; problems met go to `rows`."""
    held: list[Capture] = []
    size = 0
    for piece in shard.pieces:
        for item in captures_of(piece, parser):
            if isinstance(item, Problem):
                rows.append(schemas.problem_row(item))
                continue
            held.append(item)
            size += len(item.body)
            if len(held) >= BATCH or size >= BYTES:
                yield held
                held, size = [], 0
    if held:
        yield held


def captures_of(piece: Piece, parser: Parser) -> Iterator[Capture | Problem]:
    """What a piece holds."""
    if piece.kind == "archive":
        yield from archive_part(piece)
        return
    file = LocalFile(path=Path(piece.path), kind=kind_of(piece), size=piece.size)
    try:
        for item in read_file(file, parser):
            if isinstance(item, (Capture, Problem)):
                yield item
            else:
                yield Problem(stage="intake", code="not_followed", message=NOT_FOLLOWED, at=piece.path)
    except OSError as error:
        yield Problem(stage="intake", code="unreadable", message=f"can't be read: {error.strerror or error}", at=piece.path)


def kind_of(piece: Piece) -> FileKind:
    kind: FileKind = piece.kind  # type: ignore[assignment]
    return kind


def archive_part(piece: Piece) -> Iterator[Capture | Problem]:
    """The records of an archive that begin in the piece's range."""
    try:
        with open(piece.path, "rb") as stream:
            for item in read_archive(stream, piece.path, start=piece.start):
                if isinstance(item, Mark):
                    if piece.end is not None and item.offset >= piece.end:
                        return
                else:
                    yield item
    except OSError as error:
        yield Problem(stage="intake", code="unreadable", message=f"can't be read: {error.strerror or error}", at=piece.path)


def distinct(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each capture, report, claim and problem once: the same page may stand in a shard twice. Of two that differ only in where
    they stood the first by name is kept."""
    chosen: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda r: (r["kind"], r["id"], r["record"])):
        named = row["kind"] in ("capture", "report", "claim")
        chosen.setdefault((row["kind"], row["id"], "" if named else row["record"]), row)
    return list(chosen.values())


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        options = pa.ipc.IpcWriteOptions(compression="zstd", use_threads=False)
        with os.fdopen(handle, "wb") as file, pa.ipc.new_file(file, table.schema, options=options) as writer:
            writer.write_table(table)
            file.flush()
        with open(name, "rb") as whole:
            os.fsync(whole.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def read_table(path: Path) -> pa.Table:
    """A shard's result."""
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


def checksum(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
