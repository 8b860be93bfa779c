"""JSON Lines and JSON tables of stories. A broken line costs that line only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from marsad.intake.charsets import repair
from marsad.intake.clean import clean_text
from marsad.model import Problem

FIELDS = ("title", "publisher", "agency", "author", "url", "language")
MAX_FIELD = 2000
FIRST_LINE = re.compile(r"first-line=(\d{1,12})")
WRAPPERS = ("stories", "reports", "articles", "items", "data", "results", "documents")
TEXT_FIELDS = ("text", "body", "content")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One story of a table, its fields as strings. `at` is its place in the file: a line or a position."""

    at: int
    text: str
    published: object = None
    external_id: str | None = None
    title: str | None = None
    publisher: str | None = None
    agency: str | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None


def read_lines(text: str, origin: str, media_type: str | None = None) -> Iterator[Row | Problem]:
    """A row for each line; a `Problem` (`bad_json`, `not_a_story`, `no_text`, `bad_field`) at `origin:line` for what is wrong."""
    first = int(hit.group(1)) if (hit := FIRST_LINE.search(media_type or "")) else 1
    for number, line in enumerate(text.split("\n"), first):
        if line.strip():
            yield from _line(line, number, f"{origin}:{number}")


def _line(line: str, number: int, at: str) -> Iterator[Row | Problem]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        yield _problem("bad_json", f"the line is not JSON: {_reason(error)}", at)
        return
    yield from _row(value, number, at)


def read_table(text: str, origin: str) -> Iterator[Row | Problem]:
    """A row for each object of a JSON array, of one object, or of an object that wraps an array (`{"articles": […]}`)."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield _problem("bad_json", f"the file is not JSON: {_reason(error)}", origin)
        return
    if isinstance(value, dict) and not any(name in value for name in TEXT_FIELDS):
        value = next((value[name] for name in WRAPPERS if isinstance(value.get(name), list)), value)
    items = value if isinstance(value, list) else [value]
    if not items:
        yield _problem("empty", "the file holds no story", origin)
    for number, item in enumerate(items, 1):
        yield from _row(item, number, f"{origin}#{number}" if len(items) > 1 else origin)


def _row(value: object, number: int, at: str) -> Iterator[Row | Problem]:
    if not isinstance(value, dict):
        yield _problem("not_a_story", f"a story is an object with a text, not {_kind(value)}", at)
        return
    text = next((value[name] for name in TEXT_FIELDS if isinstance(value.get(name), str) and value[name].strip()), None)
    if text is None:
        given = value.get("text")
        wrong = f"its text is {_kind(given)}" if given is not None and not isinstance(given, str) else "it has no text"
        yield _problem("no_text", f"the story can't be read: {wrong}", at)
        return
    fields: dict[str, str | None] = {}
    for name in FIELDS:
        fields[name] = _field(value.get(name))
        if fields[name] is None and value.get(name) not in (None, "", [], {}):
            yield _problem("bad_field", f"`{name}` is {_kind(value[name])} and was left out", at)
    yield Row(
        at=number, text=clean_text(repair(text)), published=value.get("published"), external_id=_field(value.get("id")), **fields
    )


def _field(value: object) -> str | None:
    """A field's words: a number is written out, a list of names joined; anything else is no word."""
    if isinstance(value, list) and value and all(isinstance(v, str) for v in value):
        value = ", ".join(str(v) for v in value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = " ".join(clean_text(repair(str(value)[: MAX_FIELD * 2])).split())[:MAX_FIELD]
    return text or None


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}
    return "nothing" if value is None else names.get(type(value), "something else")


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, character {error.pos + 1}"
    return "nested too deep" if isinstance(error, RecursionError) else "a number is too long"


def _problem(code: str, message: str, at: str) -> Problem:
    return Problem(stage="intake", code=code, message=message, at=at)
