"""The parser child: `python -m marsad.intake.worker`. It reads tasks from standard input and writes items to standard output.

It runs under limits that it sets on itself before it reads anything: memory, no new files, no core dumps; and it refuses to open
sockets, to start programs and to write. So a parser that goes wrong on a hostile file can take this process down and no more.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from marsad.intake.archives import read_archive
from marsad.intake.delivered import Hints, read_delivered
from marsad.intake.frames import Item, pack, pack_item, unpack
from marsad.intake.inflating import Bounds, InflationError, unpacked
from marsad.intake.inputs import captures_in
from marsad.intake.languages import detect_language
from marsad.intake.listings import read_list
from marsad.intake.tabular import read_csv, read_parquet
from marsad.intake.zipped import read_zip
from marsad.model import Capture, Problem

FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "shutil.")
MAX_GZIP_LINES = 2 * 1024 * 1024 * 1024


def main() -> None:
    """Serve tasks until standard input ends."""
    given = sys.stdin.buffer
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints must not be taken for a frame
    if os.environ.get("MARSAD_PARSER_READS"):
        warm()
    limit(int(os.environ.get("MARSAD_PARSER_MEMORY", "0")))
    while line := given.readline():
        head, size = unpack(line)
        body = given.read(size)
        try:
            for item in perform(head, body):
                out.write(pack_item(item))
            out.write(pack({"frame": "end"}))
        except MemoryError:
            gc.collect()
            out.write(pack({"frame": "failed", "code": "too_much_memory", "message": "needs more memory than a parser may take"}))
            return
        except Exception as error:
            told = f"{type(error).__name__}: {str(error)[:200]}"
            out.write(pack({"frame": "failed", "code": "crash", "message": told}))


def warm() -> None:
    """Load what reading stories needs and can't be loaded under the limits: the language model unpacks itself to a file."""
    detect_language("Two people were killed when a shell hit a market in the town on Monday.")


def limit(memory: int) -> None:
    """Limits on this process from here on; where the system has none, only the refusals hold."""
    try:
        import resource
    except ImportError:
        pass
    else:
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(refuse)


def refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse what no parser has to do."""
    if event.startswith(FORBIDDEN):
        raise PermissionError(f"a parser may not use {event}")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        raise PermissionError("a parser may not write")


def perform(head: Mapping[str, Any], body: bytes) -> Iterator[Item]:
    """The items of one task."""
    name, origin = head["frame"], head.get("origin", "")
    if name == "read":
        capture = Capture(body=body, **head["capture"])
        stories, problems = read_delivered(capture, Hints(**head["hints"]), caller_published=head["published"])
        yield from stories
        yield from problems
    elif name == "list":
        found, problems = read_list(head["kind"], body, origin, address=head["address"], media_type=head["media_type"])
        yield from found
        yield from problems
    elif name == "parquet":
        yield from read_parquet(Path(head["path"]), origin)
    else:
        with open(head["path"], "rb") as stream:
            yield from from_file(name, stream, origin, head)


def from_file(name: str, stream: BinaryIO, origin: str, head: Mapping[str, Any]) -> Iterator[Item]:
    """The items of a file that is read as a stream."""
    if name == "archive":
        yield from read_archive(stream, origin, start=head["start"])
    elif name == "zip":
        yield from read_zip(stream, origin)
    elif name == "csv":
        yield from read_csv(stream, origin)
    elif name == "packed":
        pieces = unpacked(iter(lambda: stream.read(65_536), b""), (head["packing"],), Bounds(limit=MAX_GZIP_LINES))
        try:
            yield from captures_in(cast(BinaryIO, io.BufferedReader(Pieces(pieces), 256 * 1024)), origin, head["media_type"])
        except InflationError as error:
            yield Problem(stage="intake", code=error.code, message=f"{error}: what came before is read", at=origin)
    else:
        raise ValueError(f"no task {name!r}")


class Pieces(io.RawIOBase):
    """Pieces of bytes as a stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
        self.held = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.held:
            self.held = next(self.pieces, b"")
        size = min(len(buffer), len(self.held))
        buffer[:size] = self.held[:size]
        self.held = self.held[size:]
        return size


if __name__ == "__main__":
    main()
