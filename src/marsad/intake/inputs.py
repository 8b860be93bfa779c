"""What the caller names (files, folders, patterns, standard input) as captures. Nothing that can't be read goes unsaid."""

from __future__ import annotations

import glob
import hashlib
import itertools
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from marsad.intake.charsets import sniff_binary
from marsad.model import Capture, Problem

MAX_STORY = 25 * 1024 * 1024
MAX_LINE = 5 * 1024 * 1024
CHUNK = 4 * 1024 * 1024
LINES = "application/x-ndjson"
MEDIA_TYPES = {
    ".jsonl": LINES,
    ".ndjson": LINES,
    ".json": "application/json",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/plain",
}
STDIN = "-"


def open_inputs(inputs: Sequence[str | Path]) -> Iterator[Capture | Problem]:
    """The captures behind `inputs`, in the order given; a folder's files sorted by path, hidden ones left out.

    An input is a file, a folder (read recursively), a pattern (`reports/*.html`) or `-` for standard input. A file that
    is named twice is read once. JSON Lines come in captures of about 4 MB, whose media type says with which line they
    start (`application/x-ndjson; first-line=1001`); any other file is one capture of at most 25 MB.

    Problems: `missing`, `unreadable`, `empty`, `binary`, `too_large`, `line_too_long`, `empty_folder`.
    """
    seen: set[str] = set()
    for given in inputs:
        if str(given) == STDIN:
            yield from _read(STDIN, None)
            continue
        for path in _expand(str(given)):
            if isinstance(path, Problem):
                yield path
                continue
            real = os.path.realpath(path)
            if real not in seen:
                seen.add(real)
                yield from _read(path, Path(path))


def found_files(inputs: Sequence[str | Path]) -> Iterator[Path | Problem]:
    """The files behind names, folders and patterns, each once, none opened. Problems: `missing`, `empty_folder`, `unreadable`."""
    seen: set[str] = set()
    for given in inputs:
        for path in _expand(str(given)):
            real = path if isinstance(path, Problem) else os.path.realpath(path)
            if isinstance(path, Problem):
                yield path
            elif real not in seen:
                seen.add(str(real))
                yield Path(path)


def _expand(given: str) -> Iterator[str | Problem]:
    if "\0" in given:
        yield _problem("missing", "the name holds a NUL character", given.replace("\0", "�"))
    elif os.path.isdir(given):
        yield from _walk(given)
    elif os.path.lexists(given) or not glob.has_magic(given):
        yield given
    else:
        found = sorted(glob.glob(given, recursive=True))
        if not found:
            yield _problem("missing", "no file matches this pattern", given)
        for path in found:
            yield from _walk(path) if os.path.isdir(path) else iter([_found(path)])


def _walk(folder: str) -> Iterator[str | Problem]:
    count = 0
    failed: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=failed.append):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(f for f in files if not f.startswith(".")):
            count += 1
            path = os.path.join(root, name)
            yield _found(path)
    for error in failed:
        yield _problem("unreadable", f"the folder can't be read: {error.strerror}", str(error.filename))
    if not count and not failed:
        yield _problem("empty_folder", "the folder holds no file", folder)


def _found(path: str) -> str | Problem:
    """What a folder or pattern led to. A pipe or device that nobody named is a problem: reading it might wait for ever."""
    if os.path.exists(path) and not os.path.isfile(path):
        return _problem("unreadable", "is a pipe, socket or device and no file: name it to read it", path)
    return path


def _read(origin: str, path: Path | None) -> Iterator[Capture | Problem]:
    try:
        if path is None:
            yield from captures_in(sys.stdin.buffer, origin, None)
            return
        state = path.stat()
        media = MEDIA_TYPES.get(path.suffix.lower())
        if stat.S_ISREG(state.st_mode) and state.st_size > MAX_STORY and media not in (LINES, None):
            yield _too_large(origin, state.st_size)
            return
        with path.open("rb") as stream:
            yield from captures_in(stream, origin, media)
    except FileNotFoundError:
        link = path is not None and path.is_symlink()
        yield _problem("missing", "the link leads nowhere" if link else "there is no such file", origin)
    except (OSError, ValueError, AttributeError) as error:
        yield _problem("unreadable", f"can't be read: {getattr(error, 'strerror', None) or error}", origin)


def captures_in(stream: BinaryIO, origin: str, media: str | None) -> Iterator[Capture | Problem]:
    """The captures in an open file; `media` is what its name says that it is."""
    head = stream.read(64 * 1024)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        rest = stream.read(MAX_STORY)
        if not rest.strip(b"\x00 \t\r\n"):
            yield _problem("empty", "holds no text", origin)
            return
        head += rest
    kind = sniff_binary(head)
    if kind:
        yield _problem("binary", f"is not text ({kind} data)", origin)
    elif media == LINES or (media is None and _is_lines(head)):
        yield from _line_captures(stream, head, origin)
    else:
        body = head + stream.read(max(0, MAX_STORY + 1 - len(head)))
        if len(body) > MAX_STORY:
            yield _too_large(origin, None)
        else:
            yield _capture(body, origin, media)


def _is_lines(head: bytes) -> bool:
    """Two objects, each on a line of its own; a page of JSON that is laid out over lines is not that."""
    lines = [line.strip() for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 2) if line.strip()]
    return len(lines) > 1 and lines[0].startswith(b"{") and lines[0].endswith(b"}") and lines[1].startswith(b"{")


def _line_captures(stream: BinaryIO, head: bytes, origin: str) -> Iterator[Capture | Problem]:
    """Whole lines in chunks; a line over the cap is skipped without being held in memory."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        body = head + stream.read(max(0, MAX_STORY + 1 - len(head)))
        yield _too_large(origin, None) if len(body) > MAX_STORY else _capture(body, origin, LINES)
        return
    batch: list[bytes] = []
    size, first, single = 0, 1, True
    for number, line in enumerate(_bounded_lines(stream, head), 1):
        if line is None:
            yield _problem(
                "line_too_long", f"the line is longer than {MAX_LINE // 2**20} MB and was left out", f"{origin}:{number}"
            )
            batch.append(b"\n")
            continue
        batch.append(line)
        size += len(line)
        if size >= CHUNK:
            yield _capture(b"".join(batch), origin, f"{LINES}; first-line={first}")
            batch, size, first, single = [], 0, number + 1, False
    if size:
        yield _capture(b"".join(batch), origin, LINES if single else f"{LINES}; first-line={first}")


def _bounded_lines(stream: BinaryIO, head: bytes) -> Iterator[bytes | None]:
    pieces = iter(lambda: stream.read(256 * 1024), b"")
    held, skipping = b"", False
    for piece in itertools.chain([head], pieces):
        *whole, rest = (held + piece).split(b"\n")
        for line in whole:
            yield None if skipping or len(line) > MAX_LINE else line + b"\n"
            skipping = False
        held = rest
        if len(held) > MAX_LINE:
            held, skipping = b"", True
    if skipping or held:
        yield None if skipping else held


def _capture(body: bytes, origin: str, media: str | None) -> Capture:
    return Capture(id=hashlib.sha256(body).hexdigest(), origin=origin, body=body, media_type=media)


def _too_large(origin: str, size: int | None) -> Problem:
    told = f"is {size / 2**20:.0f} MB" if size else "is too large"
    return _problem("too_large", f"{told}: a story file may hold {MAX_STORY // 2**20} MB", origin)


def _problem(code: str, message: str, at: str) -> Problem:
    return Problem(stage="intake", code=code, message=message, at=at)
