"""How a report words things, in English and Arabic: phrases, days, numbers, tolls, words of the codebook, countries."""

from __future__ import annotations

import csv
import datetime as dt
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from marsad.exports import wording
from marsad.exports.countries import countries
from marsad.model import ConfigError, Place, Toll

LANGUAGES = ("en", "ar")
FILE = "words.toml"
LONGEST = 400
"""Characters of one name or sentence out of a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """A language of a report. `phrases` are by key, `codes` words of the codebook, `nations` countries by their code."""

    language: str
    direction: Literal["ltr", "rtl"]
    digits: str
    thousands: str
    comma: str
    months: tuple[str, ...]
    phrases: Mapping[str, str]
    codes: Mapping[str, str]
    nations: Mapping[str, str]

    def say(self, key: str, **given: object) -> str:
        """A phrase, what is `given` put into it; braces in that stay as they are."""
        return re.sub(r"\{(\w+)\}", lambda m: str(given.get(m[1], m[0])), self.phrases[key])

    def pieces(self, key: str) -> list[str]:
        """A phrase in pieces: words, and `{names}` of what is to be put in."""
        return [p for p in re.split(r"(\{\w+\})", self.phrases[key]) if p]

    def figures(self, words: str) -> str:
        """The digits of some words in this language."""
        return words.translate(str.maketrans("0123456789", self.digits))

    def own(self, words: str | None, limit: int = LONGEST) -> str:
        """Words of the record, cleaned; isolated where they are read in the other direction.

        >>> tongue("en").own("Dilling"), tongue("ar").own("Dilling")
        ('Dilling', '\u2068Dilling\u2069')
        """
        held = clean(words, limit)
        if not held or right_to_left(held) == (self.direction == "rtl"):
            return held
        return f"\u2068{held}\u2069"

    def quoted(self, words: str) -> str:
        """A report's own words in quotation marks; at most 60 characters."""
        return self.say("quoted", words=self.own(words, 60))

    def number(self, value: float) -> str:
        """A number with its thousands apart.

        >>> tongue("en").number(1032), tongue("ar").number(1032)
        ('1,032', '١٬٠٣٢')
        """
        written = f"{value:,}" if isinstance(value, int) else f"{value:,g}"
        return self.figures(written.replace(",", self.thousands))

    def bounds(self, low: int | None, high: int | None) -> str:
        """A range of whole numbers.

        >>> tongue("en").bounds(18, None), tongue("ar").bounds(18, None), tongue("en").bounds(5, 12)
        ('18+', '١٨ فأكثر', '5–12')
        """
        if low is None and high is None:
            return self.say("not_stated")
        if high is None:
            return self.say("at_least", low=self.number(low or 0))
        if low is None:
            return self.say("at_most", high=self.number(high))
        one = self.number(low)
        return one if low == high else self.say("range", low=one, high=self.number(high))

    def toll(self, figure: Toll) -> str:
        """The best figure with its range in brackets, as `marsad.exports.wording.toll`.

        >>> tongue("en").toll(Toll(low=5, best=8, high=12)), tongue("en").toll(Toll())
        ('8 (5–12)', '')
        """
        low, best, high = figure.low, figure.best, figure.high
        if (low, best, high) == (None, None, None):
            return ""
        if best is None or (low == best == high) or (low == best and high is None):
            return self.bounds(low, high)
        return self.say("best", best=self.number(best), range=self.bounds(low, high))

    def day(self, iso: str) -> str:
        """A day in words.

        >>> tongue("en").day("2026-02-18"), tongue("ar").day("2026-02-18")
        ('18 February 2026', '١٨ فبراير ٢٠٢٦')
        """
        try:
            day = dt.date.fromisoformat(iso[:10])
        except ValueError:
            return self.figures(iso)
        month = self.months[day.month - 1]
        return self.say("day", day=self.figures(str(day.day)), month=month, year=self.figures(str(day.year)))

    def brief(self, iso: str | None) -> str:
        """A day without its year, for lists.

        >>> tongue("en").brief("2026-02-18"), tongue("ar").brief("2026-02-18")
        ('18 Feb', '١٨ فبراير')
        """
        if not iso:
            return self.say("undated")
        month = self.months[int(iso[5:7]) - 1]
        return f"{self.figures(str(int(iso[8:10])))} {month[:3] if self.direction == 'ltr' else month}"

    def month(self, iso: str) -> str:
        """A month in words, or a year: of `2026-02` or `2026`."""
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", iso[:7]):
            return self.figures(iso[:4])
        return self.say("month", month=self.months[int(iso[5:7]) - 1], year=self.figures(iso[:4]))

    def days(self, first: str | None, last: str | None) -> str:
        """One day or a span of days; the month or year alone where a span is a whole one.

        >>> tongue("en").days("2026-02-16", "2026-02-17"), tongue("en").days("2025-10-01", "2025-10-31")
        ('16–17 February 2026', 'October 2025')
        """
        if not first or not last or first == last:
            return self.day(first) if first else self.say("until", day=self.day(last)) if last else self.say("undated")
        whole = wording.days(first, last)
        if len(whole) in (4, 7):
            return self.month(whole)
        if first[:7] == last[:7]:
            given = {"day": str(int(first[8:10])), "last": str(int(last[8:10])), "year": first[:4]}
            month = self.months[int(first[5:7]) - 1]
            return self.say("days_short", month=month, **{k: self.figures(v) for k, v in given.items()})
        return self.say("days", first=self.day(first), last=self.day(last))

    def since(self, day: str | None, precision: str) -> str:
        """When a state began, no more exactly than it is known."""
        if day is None:
            return self.say("not_stated")
        if precision in ("year", "month"):
            return self.month(day[:4] if precision == "year" else day[:7])
        return self.say("week", day=self.day(day)) if precision == "week" else self.day(day)

    def bucket(self, key: str) -> str:
        """A stretch of time by a tally's name of it: a day, a week (`2026-W08`), a month."""
        if "W" in key:
            return self.say("week", day=self.day(dt.date.fromisoformat(f"{key}-1").isoformat()))
        return self.day(key) if len(key) == 10 else self.month(key)

    def code(self, word: str) -> str:
        """A word of the codebook.

        >>> tongue("en").code("border_crossing"), tongue("ar").code("siege")
        ('border crossing', 'حصار')
        """
        return self.codes.get(word, word.replace("_", " "))

    def country(self, code: str) -> str:
        """The name of a country."""
        known = countries().get(code)
        return self.nations.get(code, known.name if known else self.own(code))

    def place(self, where: Place | None) -> str:
        """A place with its region; near or in the region only, where that is all that is known."""
        if where is None:
            return self.say("not_stated")
        parts = [where.name, where.admin1 if where.admin1 != where.name else None]
        words = self.comma.join(self.own(p, 80) for p in parts if p)
        if where.precision == 2:
            return self.say("near", place=words)
        return self.say("region_only", place=words) if where.precision == 3 else words

    def listed(self, words: Iterable[str]) -> str:
        """Words with commas between them, each once."""
        return self.comma.join(dict.fromkeys(w for w in words if w))


def clean(words: str | None, limit: int = LONGEST) -> str:
    """Words out of a report as a report may show them: on one line, no control or direction characters, not too long.

    >>> clean("a\\u202eb\\x00"), clean("x" * 10, 5)
    ('a\ufffdb\ufffd', 'xxxx…')
    """
    return wording.printable(words, limit=limit)


def right_to_left(words: str) -> bool:
    """Whether the first letter of some words has its direction from right to left.

    >>> right_to_left("12 قتلى"), right_to_left("12 killed")
    (True, False)
    """
    strong = (unicodedata.bidirectional(c) for c in words[:400])
    return next((kind in ("R", "AL") for kind in strong if kind in ("L", "R", "AL")), False)


def tongue(language: str = "en", *, country: str | None = None, folder: Path | None = None) -> Tongue:
    """A language as `words.toml` has it, or the one in a desk's folder of templates; months as the country has them.

    Raises `ConfigError` for another language, or a table with a mistake in it.
    """
    if language not in LANGUAGES:
        raise ConfigError(f"there is no report in {language!r}: choose of {', '.join(LANGUAGES)}")
    table = own_table(folder) or shipped_table()
    phrases = {**shipped_table()["words"], **table.get("words", {})}
    try:
        own = table["languages"][language]
        local = next((v for v in own.values() if isinstance(v, dict) and country in v.get("countries", ())), own)
        return Tongue(
            language=language,
            direction=own["direction"],
            digits=own["digits"],
            thousands=own["thousands"],
            comma=own["list"],
            months=tuple(local["months"]),
            phrases={key: words.get(language, words["en"]) for key, words in phrases.items()},
            codes=table.get("codes" if language == "ar" else f"codes_{language}", {}),
            nations=arabic_countries() if language == "ar" else {},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{FILE} lacks {error}: compare it with what `marsad report --write-templates` writes") from error


@cache
def shipped_table() -> dict[str, Any]:
    return tomllib.loads(resources.files("marsad.exports.situation").joinpath(FILE).read_text("utf-8"))


def own_table(folder: Path | None) -> dict[str, Any] | None:
    """The table in a desk's folder; `None` where there is none."""
    where = folder / FILE if folder else None
    if where is None or not where.is_file():
        return None
    try:
        return tomllib.loads(where.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"can't read {where}: {error}") from error


@cache
def arabic_countries() -> Mapping[str, str]:
    with resources.files("marsad.exports.situation").joinpath("countries_ar.tsv").open(encoding="utf-8") as lines:
        return {row["iso3"]: row["ar"] for row in csv.DictReader(lines, delimiter="\t")}
