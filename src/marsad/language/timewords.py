"""The words that say when: one pattern a kind of time expression, in the order in which they are tried."""

# ruff: noqa: E501
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from marsad.language.numbers import ORDINAL_WORD, WORDS

MONTHS = {
    name: index
    for index, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {
    name: index for index, name in enumerate(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
}

_LONG = "|".join(m for m in MONTHS if len(m) > 3 and m not in ("sept", "march")) + "|(?-i:March|MARCH)"
MONTH = rf"(?P<month>(?:{'|'.join(sorted((m for m in MONTHS if m != 'may'), key=len, reverse=True))}|(?-i:May|MAY))\b(?:(?<=\b[A-Za-z]{3})\.)?)"
BARE_MONTH = rf"(?P<month>{_LONG}|(?<=\bin )(?-i:May|MAY)|(?<=\bIN )MAY|(?-i:(?<=[a-z] )May|(?<=[A-Z]{{2}} )MAY)\b)"
YEAR = r"(?P<year>(?:19|20)\d\d)(?![\d,.]\d|\w|-\w|/)"
WHICH_YEAR = r"(?P<which>(?:of\s+)?(?:last|this|that|the\s+(?:previous|same|following|next))\s+year|(?:the\s+)?year\s+before|of\s+the\s+year)"
_YEAR_AFTER = rf"(?:,?\s+(?:of\s+|in\s+)?(?:{YEAR}|{WHICH_YEAR}))?"
DAY_NUMBER = rf"(?P<day>(?:[0-2]?\d|3[01])(?:st|nd|rd|th)?(?!\d)|{ORDINAL_WORD})"
WEEKDAY = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
_NAME = WEEKDAY.replace("?P<weekday>", "?:")
PART = r"(?:early\s+morning|late\s+evening|morning|afternoon|evening|nightfall|night|midnight|noon|midday|dawn|dusk|sunset|sunrise|lunchtime|prayers?)"
NUMBER = rf"(?P<n>\d{{1,4}}|{WORDS}|an?|several|a\s+couple\s+of|couple\s+of|a\s+few|few|a\s+hundred)"
UNIT = r"(?P<unit>minute|hour|day|night|week|fortnight|month|quarter|year|decade)s?"
_MORE = r"(?:(?:more\s+than|over|nearly|almost|about|around|some|at\s+least|just\s+over|just\s+under|less\s+than|the)\s+)?"
_THIRD = r"(?P<third>early|mid|late|(?:the\s+)?(?:very\s+)?(?:start|beginning|end|middle|first\s+half|second\s+half|close)\s+of)(?:\s+in)?[\s-]+"

_SOURCES: list[tuple[str, str]] = [
    ("iso", r"(?P<year>(?:19|20)\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?!\d)"),
    ("numeric", r"(?<![\d/.])(?P<day>[0-3]?\d)(?P<sign>[/.])(?P<month>[0-3]?\d)(?P=sign)(?P<year>(?:19|20)\d\d)(?!\d)"),
    ("dateline", r"(?P<day>[0-3]?\d)\s+(?-i:(?P<month>JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)\s+(?P<year>\d\d))(?=\s*(?:--|[-–—(\[]))"),
    ("day_range", rf"(?:between\s+|from\s+)?(?:(?:the\s+)?night\s+of\s+)?(?P<from>[0-3]?\d|the\s+{ORDINAL_WORD}|the\s+\d\d?(?:st|nd|rd|th))\s*(?:and|to|until|-|–|—)\s*(?:the\s+)?(?P<day>[0-3]?\d(?:st|nd|rd|th)?|{ORDINAL_WORD})\s+(?:of\s+)?{MONTH}{_YEAR_AFTER}"),
    ("day_range", rf"(?:between|from)\s+the\s+(?P<from>\d\d?(?:st|nd|rd|th)|{ORDINAL_WORD})\s+(?:and|to|until)\s+the\s+(?P<day>\d\d?(?:st|nd|rd|th)|{ORDINAL_WORD})"),
    ("span", rf"(?:the\s+)?first\s+(?P<n>{WORDS}|\d\d?)\s+(?P<unit>day|week|month)s\s+of\s+(?:{MONTH}{_YEAR_AFTER}|{YEAR}|{WHICH_YEAR}|(?P<that>the\s+year|this\s+month|the\s+month))"),
    ("span", rf"(?:the\s+)?(?P<nth>first|second|third|fourth)\s+(?P<unit>quarter|half)\s+of\s+(?:{YEAR}|{WHICH_YEAR}|the\s+year)"),
    ("date", rf"(?:{WEEKDAY}(?:\s+{PART})?,?\s+(?:the\s+)?)?(?<![\d.,:])(?:the\s+)?{DAY_NUMBER}\s+(?:of\s+)?{MONTH}{_YEAR_AFTER}"),
    ("date", rf"(?:{WEEKDAY},?\s+)?{MONTH}\s+{DAY_NUMBER}(?![\d,]*\d{{3}}|\s+(?:people|soldiers|killed|dead))(?:,?\s+{YEAR}|\s+{WHICH_YEAR})?"),
    ("month", rf"(?:{_THIRD}(?:this\s+(?P<thismonth>month)|(?P<same2>the)\s+month|{MONTH}{_YEAR_AFTER}))"),
    ("month", rf"{MONTH}(?:'s|’s)?,?\s+(?:of\s+|in\s+)?(?:{YEAR}|{WHICH_YEAR})"),
    ("month_named", rf"(?P<which>last|next|this|the\s+previous|the\s+following|the\s+next)\s+{MONTH}(?!\s+\d)"),
    ("ordinal", rf"the\s+(?:night\s+of\s+the\s+)?(?P<day>\d\d?(?:st|nd|rd|th)|{ORDINAL_WORD})\s+of\s+(?P<which>this|last|the|that|next)\s+month"),
    ("ordinal", rf"(?<=\b)(?:on|since|until|by|of|from|and|to|before)\s+(?:the\s+(?:night|morning|evening|afternoon|day)\s+of\s+)?the\s+(?P<day>\d\d?(?:st|nd|rd|th)|{ORDINAL_WORD})(?!\s+(?:of\s+)?(?!this\b|month\b)[a-z]|-)"),
    ("span", rf"(?:the\s+)?(?P<nth>first|last)\s+week\s+of\s+{MONTH}{_YEAR_AFTER}"),
    ("last_day", rf"the\s+(?P<nth>first|last)\s+day\s+of\s+(?:the\s+(?P<same2>month)|(?P<thismonth>this\s+month)|{MONTH}{_YEAR_AFTER})"),
    ("nth_weekday", rf"the\s+(?P<nth>first|second|third|fourth|last)\s+{WEEKDAY}\s+of\s+(?:{MONTH}{_YEAR_AFTER})"),
    ("weekday", rf"(?:overnight|(?:in|during)\s+the\s+night|(?:the\s+)?night)\s+(?P<into>into|to)\s+{WEEKDAY}"),
    ("weekday", rf"(?:(?P<which>last|next|this(?:\s+past)?|the\s+same|that(?:\s+same)?|the\s+following|the\s+previous|past|coming|this\s+coming)\s+)?{WEEKDAY}(?:['’]s)?(?:\s+(?:the\s+{ORDINAL_WORD}))?(?:\s+(?P<after>last\s+week|this\s+week|of\s+last\s+week|of\s+this\s+week|next\s+week|last\b|next\b))?(?:\s+{PART})?"),
    ("weeks_to", rf"the\s+(?:(?P<n>{WORDS}|\d{{1,3}})\s+)?(?P<unit>hour|day|week|month|year)s?\s+(?:to|ending|that\s+ended)\s+(?:on\s+)?(?:{WEEKDAY}|(?P<yesterday>yesterday|today)|{MONTH})(?:\s+{PART})?"),
    ("lastnight", r"(?P<night>last\s+night|overnight)"),
    ("clock_night", r"(?:during|in|over|through|throughout)\s+the\s+night(?!\s+(?:of|to|from|into|between))"),
    ("relative_day", rf"(?P<word>(?:the\s+day\s+before\s+yesterday)|yesterday|today|tomorrow|tonight|this\s+(?:morning|afternoon|evening)|tomorrow)(?:['’]s)?(?:\s+{PART})?(?:,?\s+{WEEKDAY})?"),
    ("weekend", r"(?:(?P<which>last|this|next|this\s+past|the\s+previous|the|past|a|coming)\s+)?weekend(?!\s+of)(?:['’]s)?"),
    ("ago", rf"{_MORE}(?:half\s+an\s+(?P<halfunit>hour)|{NUMBER}\s+{UNIT})\s+ago(?P<today>\s+(?:today|yesterday))?"),
    ("past", rf"the\s+(?:past|last|previous|preceding)\s+{NUMBER}\s+{UNIT}"),
    ("past", r"the\s+(?:past|preceding)\s+(?P<unit>day|week|fortnight|month|quarter|year|decade)"),
    ("past", r"(?P<thisperiod>this\s+past)\s+(?P<unit>week|month|year)"),
    ("recent", r"(?:the\s+)?(?:recent|last\s+few|past\s+few|the\s+coming)\s+(?P<unit>day|week|month|year|decade)s"),
    ("unit", r"(?P<third>early|earlier|late|later|mid)\s+(?P<which>this|last|next)\s+(?P<unit>week|month|year)"),
    ("unit", r"(?:the\s+)?(?P<which>last|this|next|previous|the\s+coming)\s+(?P<unit>week|month|quarter|year|fortnight)(?:['’]s)?(?!\s+(?:when|that\s+saw))"),
    ("before_unit", r"the\s+(?P<unit>week|month|year|quarter)\s+(?P<before>before|earlier)(?=[\s.,;:!?)]|$)(?!\s+(?:the|last|it|they|he|she|that)\b)"),
    ("hours", r"(?:(?:hours|minutes)\s+(?:later|earlier|afterwards|before)|(?:in\s+)?the\s+same\s+hours?|(?:earlier|later)\s+(?:in\s+the|that|the\s+same)\s+day)"),
    ("later", rf"{_MORE}{NUMBER}\s+{UNIT}\s+(?P<way>later|earlier|before(?:hand)?|after(?:wards)?|on)(?=\s*[-—–,.;:)!?]|\s+(?!than|the|a|an|he|she|it|they)\w|\s*$|\s+(?:the|a|an|he|she|it|they)\s)"),
    ("later", r"the\s+(?P<unit>day|night|evening|morning|afternoon)\s+(?P<way>before|after)(?!\s+(?:yesterday|tomorrow))"),
    ("later", r"the\s+(?P<way2>next|following|previous|preceding)\s+(?P<unit>day|night|evening|morning|afternoon|week|month|year)(?:['’]s)?"),
    ("later", r"(?:on\s+)?the\s+(?P<eve>eve)\s+of(?=\s)"),
    ("same", r"the\s+same\s+(?P<unit>month|week)\s+(?:of\s+)?(?P<back>last\s+year|the\s+year\s+before|a\s+year\s+(?:earlier|before|ago))"),
    ("same", rf"(?:the|that)\s+(?:very\s+)?same\s+(?P<unit>day|night|evening|morning|afternoon|week|month|year|{_NAME})"),
    ("same", r"that\s+(?P<unit>day|night|evening|morning|afternoon|week|month|year)(?=\W)"),
    ("same", r"(?<=\bin )the\s+(?P<unit>month|week|quarter)(?=[\s.,;:]*(?:[.,;:)]|and\b|the\b|$))"),
    ("season", rf"(?P<which>last|this|next|that|the)\s+(?P<season>spring|summer|autumn|winter)(?:\s+(?:of\s+)?{YEAR})?"),
    ("season", rf"(?:in|since)\s+(?:the\s+)?(?P<season>spring|summer|autumn|fall|winter)\s+(?:of\s+)?{YEAR}"),
    ("holiday", rf"(?P<holiday>New\s+Year['’]s\s+(?:Day|Eve)|Christmas(?:\s+(?:Day|Eve))?)(?:,?\s+{YEAR})?"),
    ("year_end", rf"(?:the\s+)?(?P<nth>start|beginning|end)\s+of\s+(?:{YEAR}|(?P<which>the|this|last|next)\s+year)"),
    ("year_end", r"(?P<nth>year['’]s\s+end|year-end)"),
    ("decade", r"the\s+(?:early\s+|late\s+|mid-?)?(?P<decade>(?:19|20)\d0)s"),
    ("year", rf"(?:{_THIRD})?(?<![\d,.$€£:/-])(?<!\b[Nn]o )(?<!of the )(?<!all )(?<!\bsome )(?<!\babout )(?<![^\d] to )(?<!\bleast )(?<!\bthan ){YEAR}(?!\s+(?:people|men|women|civilians|soldiers|families|homes|dead|killed|children|were|cases|lorries|trucks|deaths|vehicles|tonnes|households|members|fighters|houses|migrants|trucks|of\b))"),
    ("month", rf"{BARE_MONTH}(?:['’]s)?(?![\w-])(?!\s+\d)"),
    ("duration", rf"(?:for|after|within|in|over|during)\s+(?:a\s+full\s+)?{_MORE}{NUMBER}\s+(?:straight\s+|consecutive\s+|long\s+|whole\s+)?{UNIT}(?:\s+now)?(?!\s+(?:ago|later|earlier|before))"),
    ("clock", r"(?:at|about|around|before|after|by|shortly\s+(?:before|after))\s+(?:about\s+|around\s+)?(?P<clock>dawn|first\s+light|daybreak|sunrise|noon|midday|midnight|nightfall|dusk|sunset|lunchtime)(?!\s+(?:on|of|prayers?))"),
    ("clock", r"(?P<clock>(?<=\bat )(?:[01]?\d|2[0-4])[:.][0-5]\d(?:\s*(?:hours|[ap]\.?m\.?))?)(?![\d%])"),
    ("clock", r"the\s+(?:early|small)\s+hours(?!\s+of)"),
]  # fmt: skip


def _numbered(source: str) -> str:
    """A group name may stand once in a pattern: the second `year` becomes `year_2`."""
    seen: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        seen[match[1]] = seen.get(match[1], 0) + 1
        return match.group() if seen[match[1]] == 1 else f"(?P<{match[1]}_{seen[match[1]]}>"

    return re.sub(r"\(\?P<(\w+)>", number, source)


PATTERNS: list[tuple[str, re.Pattern[str]]] = [
    (kind, re.compile(rf"(?<![\w'’])(?:{_numbered(source)})(?![\w])", re.I)) for kind, source in _SOURCES
]

_HOUR = r"(?:(?:about|around|shortly\s+before|shortly\s+after|exactly)\s+)?(?:[0-2]?\d(?:[:.]\d\d)?(?:\s*(?:a\.?m\.?|p\.?m\.?|hours|o['’]clock))?|\w+\s+o['’]clock|noon|midnight|dawn|dusk|midday|daybreak|sunrise)"
LEAD = re.compile(
    rf"(?<![\w])(?:(?:as|up)\s+(?:of|to)|(?:(?:early|late|earlier|later|shortly)\s+)?(?:(?:at|before|after|shortly\s+before)\s+{_HOUR}\s+)?"
    r"(?:in|on|since|until|till|by|from|at|before|after|for|during|throughout|over|between|of|through|into)?"
    r"(?:\s*(?:most|much|all)\s+of)?(?:\s*(?:the\s+)?(?:(?:early|small|first|late)\s+hours|night|morning|evening|afternoon|dawn|start|beginning|end)\s+of)?)\s+(?:the\s+)?$",
    re.I,
)
RELATIVE = {"later", "same", "clock", "clock_night", "before_unit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One match: its kind, its place and its named parts, lower case."""

    kind: str
    start: int
    end: int
    rank: int
    parts: Mapping[str, str] = field(default_factory=dict)
    relative: bool = False
    lead: str = ""

    def get(self, name: str) -> str | None:
        """A named part, `None` where it isn't there."""
        return self.parts.get(name)

    def lead_word(self, text: str) -> str:
        """The preposition that leads the expression, inside or before it, or ""."""
        first = text[self.start : self.end].split()[0].lower()
        if first in ("between", "from", "in", "during", "overnight", "over"):
            return first
        words = text[max(0, self.start - 40) : self.start].lower().split()[-4:]
        found = [
            w
            for w in words
            if w in ("between", "from", "in", "during", "on", "since", "until", "till", "by", "for", "night", "over")
        ]
        return found[-1] if found else ""


def point_of(kind: str, match: re.Match[str], rank: int) -> Point | None:
    """A match as a point."""
    parts = {re.sub(r"_\d$", "", name): re.sub(r"\s+", " ", value.lower()) for name, value in match.groupdict().items() if value}
    return Point(kind=kind, start=match.start(), end=match.end(), rank=rank, parts=parts, relative=kind in RELATIVE)
