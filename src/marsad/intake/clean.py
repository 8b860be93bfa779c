"""Text as the rest of the program wants it: NFC, one kind of line break, nothing invisible that breaks matching."""

from __future__ import annotations

import re
import unicodedata

LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # the direction of writing
INVISIBLE = re.compile(f"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff{TURNING}]")
SURROGATE = re.compile("[\ud800-\udfff]")
SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
SPACE_RUN = re.compile(" {2,}")


def clean_text(text: str) -> str:
    """The text in NFC, with `\\n` as its only line break and without control, zero-width and direction characters.

    Marks that turn the direction of writing would show a figure or a name otherwise than it is matched. A lone surrogate becomes
    U+FFFD. Everything else, spaces too, stays as it is, so that offsets a caller holds into ordinary text still count.

    >>> clean_text("one\\r\\ntwo\\x00")
    'one\\ntwo'
    """
    text = SURROGATE.sub("\ufffd", text)
    text = LINE_BREAKS.sub("\n", text)
    return unicodedata.normalize("NFC", INVISIBLE.sub("", text))


def clean_page(text: str) -> str:
    """`clean_text` for pages, whose spaces carry no meaning: no-break spaces and tabs become spaces, runs become one."""
    lines = (SPACE_RUN.sub(" ", SPACES.sub(" ", line)).strip() for line in clean_text(text).split("\n"))
    return "\n".join(lines)


def fold(text: str) -> str:
    """A line as it is compared with another: case, quotes, dashes and spaces don't count.

    >>> fold("  Sudan’s   War ") == fold("SUDAN'S WAR")
    True
    """
    text = text.translate(FOLDED).casefold()
    return " ".join(text.split())


FOLDED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})
