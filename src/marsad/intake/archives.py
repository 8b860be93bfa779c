"""Web archives (WARC, WET, and ARC, which came before) → captures.

Damage costs what it hit and no more: reading goes on at the next member of a gzip file or at the next record's first line, and
each gap is told as `incomplete`. A record is handed on only once the bytes after it show that it is whole.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from marsad.intake.inflating import Bounds, InflationError, inflate, layers
from marsad.model import Capture, Problem

BLOCK = 64 * 1024
LARGE = 1024 * 1024
MAX_RECORD = 25 * 1024 * 1024
MAX_HEADER = 64 * 1024
MAX_PROBLEMS = 200
MAX_RATIO = 200
GZIP = b"\x1f\x8b\x08"
START = b"WARC/"
NEXT = re.compile(rb"\nWARC/[01]\.")
LENGTH = re.compile(rb"\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r?\n", re.I)
END = re.compile(rb"\r?\n\r?\n")
ARC_START = b"filedesc:"
PAGES = (
    *("text/", "application/xhtml", "application/pdf", "application/zip"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml",
)
KINDS = frozenset({"response", "resource", "conversion"})
UNREADABLE = (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, AttributeError, KeyError, EOFError, OSError)
OTHER_KINDS = frozenset({"warcinfo", "request", "metadata", "revisit", "continuation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Reading has come to this byte of the file; it may be taken up again from there."""

    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something is wrong at a byte of the file."""

    offset: int
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A whole record as it stands in the file."""

    offset: int
    data: bytes


class Damaged(Exception):
    """A gzip member can't be read to its end; `checksum` where all of it came out, but wrong."""

    def __init__(self, message: str, *, checksum: bool = False, code: str = "incomplete") -> None:
        super().__init__(message)
        self.checksum = checksum
        self.code = code


def is_archive(head: bytes) -> bool:
    """Whether a file that begins so is a web archive; `head` may be packed with gzip."""
    if head.startswith(GZIP):
        with contextlib.suppress(zlib.error):
            head = zlib.decompressobj(31).decompress(head, 64)
    return head.lstrip(b"\r\n").startswith((START, ARC_START))


def read_archive(stream: BinaryIO, origin: str, *, start: int = 0) -> Iterator[Capture | Problem | Mark]:
    """The pages of an archive, each a capture with its address and time; from byte `start` on.

    Pages are responses with status 200 that are text, PDF or DOCX; resources; the texts of WET. Other records are passed over.

    Problems: `incomplete`, `damaged`, `bomb`, `too_large`, `packing`, `no_story`, `more`.
    """
    found = met = 0
    for item in items(stream, origin, start):
        if isinstance(item, Problem):
            met += 1
            if met > MAX_PROBLEMS:
                yield problem("more", f"and more of the like: only the first {MAX_PROBLEMS} are told", origin)
                break
        found += isinstance(item, Capture)
        yield item
    if not found and not met and not start:
        yield problem("no_story", "no record of the archive is a page", origin)


def items(stream: BinaryIO, origin: str, start: int) -> Iterator[Capture | Problem | Mark]:
    """Captures and problems, and a mark before each record."""
    stream.seek(0)
    head = stream.read(BLOCK)
    packed = head.startswith(GZIP)
    first = b""
    with contextlib.suppress(zlib.error):
        first = zlib.decompressobj(31).decompress(head, 64) if packed else head[:64]
    if first.lstrip(b"\r\n").startswith(ARC_START):
        yield from old_archive(stream, origin)
        return
    for raw in packed_records(stream, start) if packed else records(Tape(plain(stream, start)), start):
        at = f"{origin}:{raw.offset}"
        yield Mark(offset=raw.offset)
        if isinstance(raw, Fault):
            yield problem(raw.code, raw.message, at)
        else:
            yield from page_of(raw.data, at, packed=packed)


def plain(stream: BinaryIO, start: int) -> Iterator[bytes]:
    stream.seek(start)
    yield from iter(lambda: stream.read(BLOCK), b"")


class Tape:
    """Bytes as they come, held from the present record on."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
        self.held = bytearray()
        self.offset = 0
        self.damage: Damaged | None = None
        self.ended = False

    def more(self) -> bool:
        """Hold one more piece; `False` at the end, `damage` telling whether that is the true one."""
        if self.ended:
            return False
        try:
            self.held += next(self.pieces)
        except StopIteration:
            self.ended = True
        except Damaged as error:
            self.ended, self.damage = True, error
        return not self.ended

    def need(self, size: int) -> bool:
        while len(self.held) < size:
            if not self.more():
                return False
        return True

    def drop(self, size: int) -> None:
        del self.held[:size]
        self.offset += size

    def first(self, size: int) -> bytes:
        """The next bytes, copied once."""
        with memoryview(self.held) as held:
            return bytes(held[:size])

    def skip_blank(self) -> bool:
        """Go to the next byte that is no line break; `False` where there is none."""
        while self.need(1):
            blank = len(self.held) - len(self.held.lstrip(b"\r\n"))
            self.drop(blank)
            if self.held:
                return True
        return False

    def resynchronise(self, after: int) -> bool:
        """Go to where the next record seems to begin, at least `after` bytes on."""
        self.need(after)
        self.drop(min(max(0, after - 1), len(self.held)))
        while True:
            hit = NEXT.search(self.held)
            if hit:
                self.drop(hit.start() + 1)
                return True
            self.drop(max(0, len(self.held) - 8))
            if not self.more():
                return False


def records(tape: Tape, base: int) -> Iterator[Raw | Fault]:
    """The records on a tape whose first byte is the file's byte `base` (for a packed member all are told at its own)."""
    while tape.skip_blank():
        at = base + tape.offset
        tape.need(16)
        if not tape.held.startswith(START):
            yield Fault(offset=at, code="incomplete", message="no record begins here: went on at the next one")
            if not tape.resynchronise(1):
                return
            continue
        size = measure(tape)
        if size is None or size > MAX_RECORD + MAX_HEADER:
            told = "too_large" if size is not None else "incomplete"
            words = f"a record is larger than {MAX_RECORD // 2**20} MB" if size is not None else "a record's header can't be read"
            yield Fault(offset=at, code=told, message=f"{words} and was left out")
            if not tape.resynchronise(len(START)):
                return
            continue
        whole = tape.need(size)
        if whole and follows(tape, size):
            if not (tape.damage and tape.damage.checksum):
                yield Raw(offset=at, data=tape.first(size))
            tape.drop(size)
            continue
        if not tape.damage:
            message = "a record's length is wrong" if whole else "the archive breaks off inside a record"
            yield Fault(offset=at, code="incomplete", message=f"{message}: it was left out")
        if not tape.resynchronise(len(START)):
            return


def measure(tape: Tape) -> int | None:
    """How long the record is with its header, by its own word."""
    end = END.search(tape.held)
    while end is None and len(tape.held) < MAX_HEADER and tape.more():
        end = END.search(tape.held)
    stated = LENGTH.search(tape.held, 0, end.end()) if end and end.end() <= MAX_HEADER else None
    return end.end() + int(stated[1]) if end and stated else None


def follows(tape: Tape, size: int) -> bool:
    """Whether a record begins or the tape ends where the record ends."""
    tape.need(size + 16)
    rest = bytes(tape.held[size : size + 16]).lstrip(b"\r\n")
    if not rest:  # the end, or that of the member
        while not rest and tape.more():
            rest = bytes(tape.held[size:]).lstrip(b"\r\n")[:8]
    return not rest or rest.startswith(START) or START.startswith(rest)


def packed_records(stream: BinaryIO, start: int) -> Iterator[Raw | Fault]:
    """The records of a gzip file, member by member; offsets are those of the members."""
    at: int | None = start
    while (at := member_at(stream, at or 0)) is not None:
        members = Member(stream, at)
        tape = Tape(members.pieces())
        tape.need(len(START))
        doubtful = members.sought(start, tape)
        if not doubtful:
            yield from (place(item, at) for item in records(tape, at))
        while not doubtful and tape.more():  # what is left of the member
            tape.held.clear()
        if tape.damage and not doubtful:
            yield Fault(offset=at, code=tape.damage.code, message=f"{tape.damage}: went on at the next member")
        start = at = at + 1 if members.end is None else members.end


def place(item: Raw | Fault, offset: int) -> Raw | Fault:
    if isinstance(item, Raw):
        return Raw(offset=offset, data=item.data)
    return Fault(offset=offset, code=item.code, message=item.message)


def member_at(stream: BinaryIO, start: int) -> int | None:
    """Where the next gzip member may begin."""
    stream.seek(start)
    held, base = b"", start
    while block := stream.read(BLOCK):
        held += block
        hit = held.find(GZIP)
        while hit >= 0 and hit + 4 <= len(held):
            if held[hit + 3] < 32:
                return base + hit
            hit = held.find(GZIP, hit + 1)
        keep = min(len(held), 3)
        base += len(held) - keep
        held = held[-keep:]
    return None


class Member:
    """One member of a gzip file; `end` is known once all of it was read."""

    def __init__(self, stream: BinaryIO, offset: int) -> None:
        self.stream = stream
        self.offset = offset
        self.end: int | None = None

    def sought(self, expected: int, tape: Tape) -> bool:
        """Whether these bytes were only taken for a member: found by searching, and no record comes out of them."""
        return self.offset != expected and not tape.held.startswith(START)

    def pieces(self) -> Iterator[bytes]:
        """What it holds, in pieces of at most 64 kB. Raises `Damaged`."""
        self.stream.seek(self.offset)
        machine, read, given = zlib.decompressobj(31), 0, 0
        while not machine.eof:
            data = self.stream.read(BLOCK)
            read += len(data)
            if not data:
                raise Damaged("the archive breaks off")
            here = self.stream.tell()
            while data and not machine.eof:
                try:
                    out = machine.decompress(data, BLOCK)
                except zlib.error as error:
                    raise Damaged("the archive is damaged", checksum="check" in str(error)) from error
                data = machine.unconsumed_tail
                given += len(out)
                if given > 4 * 2**20 and given > MAX_RATIO * read:
                    raise Damaged(f"a record unpacks to more than {MAX_RATIO} times its size", code="bomb")
                yield out
            self.stream.seek(here)
        self.end = self.stream.tell() - len(machine.unused_data)


def page_of(data: bytes, at: str, *, packed: bool) -> Iterator[Capture | Problem]:
    """The page of a record, or what is wrong with it; nothing where the record is none. What was `packed` has been checked by its
    own sum: its digest is not reckoned again."""
    try:
        record = ArcWarcRecordLoader().parse_record_stream(io.BytesIO(data), known_format="warc")
        if record.rec_type in OTHER_KINDS:
            return
        if record.rec_type not in KINDS or not (packed or intact(record, data)):
            yield problem("damaged", "a record is of no known kind, or does not fit its checksum: it was left out", at)
            return
        yield from taken(record, at)
    except UNREADABLE as error:
        code = error.code if isinstance(error, InflationError) else "incomplete"
        yield problem(code, f"a record can't be read: {str(error)[:120]}", at)


def intact(record: ArcWarcRecord, data: bytes) -> bool:
    """Whether the block fits its SHA-1, where the record states one."""
    stated = record.rec_headers.get_header("WARC-Block-Digest") or ""
    name, _, digest = stated.partition(":")
    end = END.search(data)
    if name.lower() != "sha1" or not end:
        return True
    made = hashlib.sha1(data[end.end() :], usedforsecurity=False)
    return digest.strip().lower() in (base64.b32encode(made.digest()).decode().lower(), made.hexdigest())


def taken(record: ArcWarcRecord, at: str) -> Iterator[Capture | Problem]:
    """The capture of a record that is a page."""
    media = record.rec_headers.get_header("Content-Type")
    body = read_whole(record.raw_stream)
    if record.http_headers is not None:
        if record.http_headers.get_statuscode() != "200":
            return
        media = record.http_headers.get_header("Content-Type") or "text/html"
        if "chunked" in (record.http_headers.get_header("Transfer-Encoding") or "").lower():
            body = read_whole(ChunkedDataReader(io.BytesIO(body), decomp_type=None))
        body = decoded(body, layers(record.http_headers.get_header("Content-Encoding")))
    address = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ") or None
    if not (media or "text/").lower().startswith(PAGES) or not body.strip() or (address or "").startswith("metadata:"):
        return
    moment = record.rec_headers.get_header("WARC-Date")
    yield Capture(
        id=hashlib.sha256(body).hexdigest(), origin=at, body=body, url=address and address.replace(" ", "%20"),
        fetched=moment, media_type=media,
    )  # fmt: skip


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def read_whole(stream: Readable) -> bytes:
    """All that a stream gives, up to the cap; such streams give less at a time than they are asked for."""
    held = bytearray()
    while len(held) <= MAX_RECORD and (piece := stream.read(LARGE)):
        held += piece
    return bytes(held)


def decoded(body: bytes, encodings: tuple[str, ...]) -> bytes:
    """The body without its encodings. Crawlers often unpack and leave the header: what is not packed stays as it is."""
    if encodings == ("gzip",) and not body.startswith(b"\x1f\x8b"):
        return body
    if encodings == ("br",) and body.lstrip()[:1] == b"<" and body[:4096].isascii():
        return body
    return inflate(body, encodings, Bounds(limit=MAX_RECORD))


def old_archive(stream: BinaryIO, origin: str) -> Iterator[Capture | Problem | Mark]:
    """The pages of an ARC file; it has no marks to go on from after damage."""
    stream.seek(0)
    reader = ArchiveIterator(stream, arc2warc=True)
    try:
        for number, record in enumerate(reader):
            if record.rec_type == "response":
                yield from taken(record, f"{origin}#{number}")
    except (*UNREADABLE, zlib.error) as error:
        code = error.code if isinstance(error, InflationError) else "incomplete"
        yield problem(code, f"the archive can't be read on: {str(error).strip()[:120]}", origin)


def problem(code: str, message: str, at: str) -> Problem:
    return Problem(stage="intake", code=code, message=message, at=at)
