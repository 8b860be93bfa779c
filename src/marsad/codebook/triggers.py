"""The trigger table: words that tell of an event, a condition or a figure, with the label they speak for."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from marsad.model import ConfigError

CAPITAL = re.compile(r"(?<!\\)[A-Z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """`label` is a sub-event type, `subject:state` of a condition, or a mark such as `planned`; `strength` is 1 to 3.

    `pattern` is matched against lower-case text: half the time of matching in any case.
    """

    label: str
    strength: int
    pattern: re.Pattern[str]
    source: str


@cache
def triggers() -> tuple[Trigger, ...]:
    """The rows of `triggers.tsv`. Raises `ConfigError` with the line number of a bad row."""
    text = resources.files("marsad.codebook").joinpath("triggers.tsv").read_text(encoding="utf-8")
    found = []
    for number, row in enumerate(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE), start=2):
        try:
            if CAPITAL.search(row["pattern"]):
                raise ValueError("patterns are in lower case: they are matched against lower-case text")
            pattern = re.compile(rf"\b(?:{row['pattern']})")
            found.append(Trigger(label=row["label"], strength=int(row["strength"]), pattern=pattern, source=row["source"]))
        except (re.error, ValueError, KeyError, TypeError) as error:
            raise ConfigError(f"triggers.tsv line {number}: {error}") from error
    return tuple(found)
