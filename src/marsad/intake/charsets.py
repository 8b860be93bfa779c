"""Bytes to text: which charset, and whether anything had to be mended."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import charset_normalizer
import ftfy

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})|encoding\s*=\s*["']([A-Za-z0-9_.:-]{2,40})["']""", re.I
)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.I)
HIGH = re.compile(rb"[\x80-\xff]")
MAGIC = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP or Office"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x7fELF", "program"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"SQLite format 3", "SQLite"),
    (b"\xd0\xcf\x11\xe0", "old Office"),
)
TAR_MARK = slice(257, 262)
SAMPLE = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """`lossy` where some bytes had no meaning in the charset and became U+FFFD."""

    text: str
    charset: str
    lossy: bool = False


def sniff_binary(body: bytes) -> str | None:
    """What kind of binary the bytes are, or `None` where they look like text.

    >>> sniff_binary(b"%PDF-1.7")
    'PDF'
    """
    head = body[:8192]
    for magic, name in MAGIC:
        if head.startswith(magic):
            return name
    if head[TAR_MARK] == b"ustar":
        return "tar"
    if any(head.startswith(bom) for bom, _ in BOMS) or _wide(head):
        return None
    odd = sum(head.count(bytes([b])) for b in (*range(0, 9), *range(14, 27), *range(28, 32)))
    return "unknown" if head and odd > len(head) * 0.05 else None


def decode(body: bytes, media_type: str | None = None) -> Decoded:
    """The bytes as text; never fails.

    Order: byte order mark, valid UTF-8, the charset the server or the page declares, UTF-16 without a mark, a guess.
    """
    for bom, charset in BOMS:
        if body.startswith(bom):
            return _decoded(body[len(bom) :].decode(charset, "replace"), charset)
    wide = _wide(body[:8192])
    if wide:
        return _decoded(body.decode(wide, "replace"), wide)
    utf8 = _utf8(body)
    if utf8 is not None:
        return utf8
    for name in (_declared(body, media_type), _guess(body)):
        if name is None:
            continue
        try:
            return _decoded(body.decode(name), name)
        except (UnicodeDecodeError, LookupError):
            continue
    return _decoded(body.decode("cp1252", "replace"), "cp1252")


def _decoded(text: str, charset: str) -> Decoded:
    return Decoded(text=text, charset=charset, lossy="\ufffd" in text)


def repair(text: str) -> str:
    """Text that was decoded with the wrong charset somewhere upstream, put right.

    >>> repair("Sudanâ€™s war")
    'Sudan’s war'
    """
    if not any(c in text for c in "ÂÃâðÐÑØÙ\x80\x91\x92\x93\x94\x96\x97"):
        return text
    return "\n".join(ftfy.fix_encoding(line) if len(line) < 100_000 else line for line in text.split("\n"))


def _utf8(body: bytes) -> Decoded | None:
    try:
        return _decoded(body.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(body) - 3:
            return _decoded(body[: error.start].decode("utf-8"), "utf-8")
    text = body.decode("utf-8", "replace")
    wide = sum(1 for c in text[:SAMPLE] if c > "\x7f" and c != "\ufffd")
    return _decoded(text, "utf-8") if wide > 5 * text[:SAMPLE].count("\ufffd") else None


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: NULs on one side of each pair and not on the other."""
    if len(head) < 8 or 0 not in head:
        return None
    pairs = len(head) // 2
    even, odd = head[0 : pairs * 2 : 2].count(0) / pairs, head[1 : pairs * 2 : 2].count(0) / pairs
    if odd > 0.3 and even < 0.03:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 and odd < 0.03 else None


def _declared(body: bytes, media_type: str | None) -> str | None:
    named = CHARSET.search(media_type or "")
    if named:
        return _known(named.group(1))
    found = DECLARED.search(body[:8192])
    return _known((found.group(1) or found.group(2)).decode("ascii")) if found else None


def _known(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return "cp1252" if found in ("iso8859-1", "ascii") else found


def _guess(body: bytes) -> str | None:
    """Western text has few high bytes; where there are many, the library compares alphabets."""
    sample = body[:SAMPLE]
    if len(HIGH.findall(sample)) < len(sample) * 0.15:
        return "cp1252"
    best = charset_normalizer.from_bytes(sample, cp_exclusion=["utf_7"]).best()
    return best.encoding if best else None
