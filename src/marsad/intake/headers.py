"""What the lines around a story say of it: dateline, byline, dates, agency, copyright."""

from __future__ import annotations

import re
from dataclasses import dataclass

from marsad.intake.clean import fold
from marsad.intake.dates import DAY, MONTH, WORDED, find_date, parse_published, parse_yearless
from marsad.intake.names import field_labels, find_agency, find_outlet, find_publisher, furniture, told_agency, told_pattern

CAPS = r"[A-ZÀ-ÞĀŁŠŽ][A-ZÀ-ÞĀŁŠŽ'’ʼ.\-]*(?:[ /]{1,3}[A-ZÀ-ÞĀŁŠŽ][A-ZÀ-ÞĀŁŠŽ'’ʼ.\-]*){0,4}"
NAME = r"[A-ZÀ-Þ][\w'’ʼ.\-]{1,24}(?:[ /]{1,3}(?:(?:al|el|de|du|des|la|le|of|the|and)[ -])?[A-ZÀ-Þ][\w'’ʼ.\-]{1,24}){0,3}"
REGION = r"(?:, ?(?![A-Za-z]{3,9}\.? \d)[A-ZÀ-Þ](?:[^\W\d_]|[.'’ \-]){1,40}){0,2}?"
DATE = rf"(?:{DAY}\s+{MONTH}(?:,?\s+(?:19|20)\d\d)?|{MONTH}\s+{DAY}(?:,?\s+(?:19|20)\d\d)?)"
DATE = "(?i:" + re.sub(r"\?P<\w+>", "?:", DATE) + ")"
AGENCY = r"\((?P<agency>[A-Z][\w&.'’/ \-]{1,40})\)"
DASH = r"(?:\s*(?:—|–|--|―)\s*|\s+[-_]\s+)"
DATELINES = (
    re.compile(rf"(?P<city>{CAPS}){REGION}(?:,? (?P<date>{DATE}))?\.? ?{AGENCY} ?(?:{DASH}|: |\. )(?=\S)"),
    re.compile(rf"(?P<city>{NAME}){REGION}(?:,? (?P<date>{DATE}))?\.? ?{AGENCY} ?{DASH}(?=\S)"),
    re.compile(rf"(?P<city>{CAPS}){REGION}(?:,? (?P<date>{DATE}))?(?:{DASH}|: )(?=[\"“‘'«]?[\w“])"),
    re.compile(rf"(?P<city>{NAME}){REGION},? \(?(?P<date>{DATE})\)?(?:{DASH}|: )(?=[\"“‘'«]?\w)"),
    re.compile(rf"{AGENCY}{DASH}(?:(?P<city>{CAPS}){REGION}(?:: |{DASH}))?(?=\S)"),
)
SHORT_LABEL = 5  # `RSF:` may be a speaker, `GOMA:` a town
WEAK = re.compile(rf"(?P<city>{NAME}){REGION}(?:\s+[—–]\s+|\s+--\s+|\s+-\s+)(?=[\"“‘«]?[A-ZÀ-Þ])")
WORD = r"[A-ZÀ-Þ][\w.'’\-]*"
BYLINE = re.compile(
    rf"(?i:(?:written |reported |story )?by)\s+(?P<name>{WORD}(?:\s+(?:(?:al|el|bin|de|van|von|der|la|and|&)\b\s*)?{WORD}){{0,7}}"
    r"(?:\s+in\s+[A-ZÀ-Þ][\w .'’\-]{1,40})?)\s*(?:[,|•·/—–-]\s*(?P<rest>.{2,60}))?"
)
LONGEST = {"title": 300, "url": 500, "published": 60, "author": 60, "publisher": 70}
NO_NAME = re.compile(rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|the|{MONTH})\b", re.I)
DATED = re.compile(
    r"(?:(?:first )?published|(?:last )?updated|posted|(?:last )?modified|issued|created|date)\b"
    r"\s*(?:on|at)?\s*[:\-–]?\s*(?P<date>.{4,60})",
    re.I,
)
FIELD = re.compile(r"(?P<label>[A-Za-z][A-Za-z \-]{1,24})\s?:\s+(?P<value>\S.{0,400})")
URL = re.compile(r"https?://\S{4,500}")
YEAR = re.compile(
    r"(?:©|\(c\)|copyright)\D{0,40}?(?:(?:19|20)\d\d\s*[-–]\s*)?((?:19|20)\d\d)|((?:19|20)\d\d)\s*(?:©|\(c\))", re.I
)
HOLDER = re.compile(
    r"(?:©|\(c\)|copyright)[\s:©]*(?:by\s+)?(?:(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?)?[\s,.:]*(?:by\s+)?(?P<holder>[^©|\n]{2,90})",
    re.I,
)
HOLDER_END = re.compile(r"[,.;|]?\s*\(?\ball rights\b.*|\.\s.*|\s+(?:and|is) (?:subject|not responsible)\b.*", re.I | re.S)
BARE_DATE = re.compile(
    rf"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?(?:{DATE})(?P<time>[,\s|•·\-–]*(?:at\s+)?\d\d?[:.]\d\d.{{0,30}})?",
    re.I,
)
ISO_LINE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d[^\s]{0,16})?(?:\s*(?:GMT|UTC|Z))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """`length` characters of the paragraph; `weak` where the place is not in capitals and nothing else confirms it."""

    city: str
    length: int
    agency: str | None = None
    date: str | None = None
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What one line of a story's head states: `field` is title, publisher, author, published, url, agency, language."""

    field: str
    value: str


def read_dateline(paragraph: str) -> Dateline | None:
    """The dateline that a paragraph opens with.

    >>> read_dateline("AMMAN, Dec 6 (Reuters) - Two people died.")
    Dateline(city='AMMAN', length=25, agency='Reuters', date='Dec 6', weak=False)
    """
    head = paragraph[:160]
    for pattern in DATELINES:
        hit = pattern.match(head)
        if hit and _is_place(hit["city"]):
            parts = hit.groupdict()
            short = len(hit.group().strip()) <= SHORT_LABEL and hit.group().strip().endswith(":")
            city = hit["city"] or ""
            return Dateline(city=city, length=hit.end(), agency=parts.get("agency"), date=parts.get("date"), weak=short)
    hit = WEAK.match(head)
    if hit and _is_place(hit["city"]):
        return Dateline(city=hit["city"], length=hit.end(), weak=True)
    return None


def _is_place(city: str | None) -> bool:
    if city is None:
        return True
    words = city.strip(" .")
    return len(words) > 2 and not furniture("not_place").fullmatch(words)


def read_header(line: str) -> Header | None:
    """What a line of a story's head or tail states: a labelled field, a byline, a date, an address, an agency, an outlet.

    >>> read_header("By Huda Nasser | AP").value
    'Huda Nasser'
    """
    if len(line) > 420:
        return None
    field = FIELD.fullmatch(line)
    if field:
        named = _labelled(field["label"].strip(), field["value"].strip())
        if named:
            return named
    if URL.fullmatch(line):
        return Header(field="url", value=line)
    if len(line) > 160:
        return None
    byline = BYLINE.fullmatch(line)
    if byline and (agency := find_agency(byline["name"])):
        return Header(field="agency", value=agency)
    if byline and " " in byline["name"] and not NO_NAME.match(byline["name"]):
        return Header(field="author", value=byline["name"])
    if BARE_DATE.fullmatch(line) or ISO_LINE.fullmatch(line):
        return Header(field="published", value=line) if parse_published(line) else None
    dated = DATED.fullmatch(line)
    if dated and parse_published(dated["date"]):
        return Header(field="published", value=dated["date"])
    words = line.strip("()[] ")
    if len(words) <= 40 and (agency := find_agency(words)):
        return Header(field="agency", value=agency)
    outlet = find_outlet(line) if len(line) <= 40 else None
    return Header(field="publisher", value=outlet) if outlet else None


def _labelled(label: str, value: str) -> Header | None:
    for field, pattern in field_labels():
        if pattern.fullmatch(label):
            if len(value) > LONGEST.get(field, 40) or (field == "published" and not parse_published(value)):
                return None
            return Header(field=field, value=value)
    return None


def footer_year(line: str) -> int | None:
    """The year of a copyright line, the later one of a range.

    >>> footer_year("© 2019-2026 Example Media, All Rights Reserved")
    2026
    """
    hit = YEAR.search(line[:400])
    return int(hit.group(1) or hit.group(2)) if hit else None


def footer_publisher(line: str) -> str | None:
    """The publisher that a copyright line names, by way of the table of holders; the holder's own name where unknown."""
    hit = HOLDER.search(line[:400])
    if not hit:
        return None
    holder = HOLDER_END.sub("", hit["holder"]).strip(" ,.;:-–—")
    known = find_publisher(holder)
    if known:
        return known
    good = re.fullmatch(r"[A-ZÀ-Þ][\w&.,'’ \-]{2,60}", holder)
    return holder if good and len(holder.split()) <= 6 and not holder.isupper() else None


def read_agency(text: str, *, publisher: str | None, dateline: Dateline | None) -> str | None:
    """The wire service that wrote a story that `publisher` carries; `None` where the publisher wrote it itself.

    From the dateline's brackets, else from "told The Associated Press" and its like, where the story names one service only.
    """
    if dateline and dateline.agency:
        named = find_agency(dateline.agency) or dateline.agency
        return None if _is_same(named, publisher) or _is_same(dateline.agency, publisher) else named
    found = {told_agency(hit.group(1)) for hit in told_pattern().finditer(text[:100_000])} - {None}
    if len(found) != 1:
        return None
    agency = found.pop()
    return None if agency is None or _is_same(agency, publisher) or (publisher and find_agency(publisher)) else agency


def _is_same(agency: str, publisher: str | None) -> bool:
    """Whether the words are the publisher's own name, a part of it or its initials (`GGW`, Gulf of Guinea Wire)."""
    if publisher is None:
        return False
    words = [w for w in re.split(r"[\s\-]+", publisher) if w]
    initials = {"".join(w[0] for w in words).casefold(), "".join(w[0] for w in words if w[0].isupper()).casefold()}
    return fold(agency) in fold(publisher) or fold(publisher) in fold(agency) or fold(agency) in initials


def dateline_day(dateline: Dateline | None, text: str, year: int | None) -> str | None:
    """The dateline's day as an ISO date. A day without a year takes the footer's only where the text's own years allow it."""
    if dateline is None or dateline.date is None:
        return None
    if any(pattern.search(dateline.date) for pattern in WORDED):
        return find_date(dateline.date)
    day = parse_yearless(dateline.date)
    if day is None:
        return None
    month, number = day
    full = {found for hit in re.finditer(r"\b(?:19|20)\d\d\b", text[:100_000]) if (found := int(hit.group()))}
    if year is None or not full or max(full) not in (year, year - 1):
        return None
    return parse_published(f"{year:04d}-{month:02d}-{number:02d}")
