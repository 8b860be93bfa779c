"""The small language that a tally's `where` is written in: comparisons of named fields, and `and`, `or`, `not`.

    sub_event_type = 'Air/drone strike' and civilian_targeting and (killed >= 5 or actor like 'Rapid%')

A filter is read by a grammar and never run as code. Every field and, where the codebook closes its list, every value is known
beforehand; what is not is refused with the place where it stands and what may have been meant.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.exceptions import VisitError

from marsad.codebook.actors import countries
from marsad.model import ConfigError

Sort = Literal["text", "number", "date", "month", "week", "flag"]
Value = str | float
LONGEST = 2_000
DEEPEST = 40

GRAMMAR = r"""
    ?start: either
    ?either: both (_OR both)*
    ?both: negated (_AND negated)*
    ?negated: _NOT negated -> negation
        | "(" either ")"
        | NAME OP value -> compare
        | NAME _IN "(" value ("," value)* ")" -> among
        | NAME _NOT _IN "(" value ("," value)* ")" -> not_among
        | NAME _LIKE value -> like
        | NAME _NOT _LIKE value -> not_like
        | NAME _BETWEEN value _AND value -> between
        | NAME _IS _NULL -> missing
        | NAME _IS _NOT _NULL -> present
        | NAME -> flag
    value: STRING | NUMBER | WORD
    _OR.3: /or\b/i
    _AND.3: /and\b/i
    _NOT.3: /not\b/i
    _IN.3: /in\b/i
    _LIKE.3: /like\b/i
    _BETWEEN.3: /between\b/i
    _IS.3: /is\b/i
    _NULL.3: /null\b/i
    WORD.2: /(true|false)\b/i
    OP: "<=" | ">=" | "!=" | "<>" | "==" | "=" | "<" | ">"
    NUMBER: /-?\d{1,15}(\.\d{1,6})?(?![\w.-])/
    STRING: /'([^'\n]|'')*'/ | /"[^"\n]*"/
    NAME: /[A-Za-z_][A-Za-z0-9_]{0,40}/
    %ignore /[ \t\r\n]+/
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field that a filter may name: what it holds, and the words that are all it can be, where there is such a list."""

    name: str
    sort: Sort
    words: Callable[[], Iterable[str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """`field op value`; for text without regard to case, and true where any of several names fits."""

    field: str
    sort: Sort
    op: Literal["=", "<", "<=", ">", ">="]
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """`field like 'Rapid%'`: `%` stands for any characters, `_` for one."""

    field: str
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """`field is null`: nothing states it."""

    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A field that is yes or no."""

    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The contrary. What nothing states fails every comparison, and so passes its contrary."""

    test: Test


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """All of them hold."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """One of them holds at least."""

    tests: tuple[Test, ...]


Test = Compare | Like | Missing | Flag | Not | Every | Some


class FilterError(ConfigError):
    """A filter that can't be read. The message shows it with a mark under the place."""


def read_filter(words: str | None, fields: Mapping[str, Field]) -> Test | None:
    """A filter as a tree of tests; `None` where nothing is asked.

    Raises `FilterError` for a mistake in it, with the place.
    """
    if words is None or not words.strip():
        return None
    if len(words) > LONGEST:
        raise FilterError(f"a filter of more than {LONGEST:,} characters is not read")
    if nesting(words) > DEEPEST:
        raise FilterError(f"a filter nested more than {DEEPEST} deep is not read")
    try:
        tree = grammar().parse(words)
    except UnexpectedInput as error:
        raise FilterError(pointed(words, place_of(error, words), expected(error))) from error
    try:
        made: Test = Reading(words, fields).transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, FilterError):
            raise error.orig_exc from None
        raise
    return made


@cache
def grammar() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", propagate_positions=True)


def nesting(words: str) -> int:
    """How deep brackets and `not` are stacked, at most."""
    depth = most = 0
    for mark in re.findall(r"[()]", re.sub(r"'[^'\n]*'|\"[^\"\n]*\"", "", words)):
        depth += 1 if mark == "(" else -1
        most = max(most, depth)
    return most + max((len(run.split()) for run in re.findall(r"(?i)(?:\bnot\s+)+", words)), default=0)


def place_of(error: UnexpectedInput, words: str) -> int:
    at = getattr(error, "pos_in_stream", None)
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        return len(words)
    return len(words) if at is None or at < 0 else int(at)


def expected(error: UnexpectedInput) -> str:
    """What could have stood where it breaks off, in words."""
    names = set(getattr(error, "accepts", None) or getattr(error, "expected", None) or getattr(error, "allowed", None) or ())
    if "STRING" in names:
        return "a value is missing here: text in quotes, a number, or a day as '2026-02-18'"
    if "OP" in names:
        return "a comparison is missing here: = != < <= > >=, in (…), like '…', between … and …, is null"
    if "NAME" in names:
        return "the name of a field is missing here"
    if "RPAR" in names and "_AND" not in names:
        return "a ) is missing here"
    return "`and` or `or` is missing here, or something is too much"


def pointed(words: str, at: int, message: str) -> str:
    """The message, the filter's line and a mark under the place."""
    start = words.rfind("\n", 0, at) + 1
    end = words.find("\n", at)
    line = words[start : len(words) if end < 0 else end].expandtabs(1)
    left = max(0, at - start - 50)
    shown = line[left : left + 90]
    return f"{message}\n  {shown}\n  {' ' * (at - start - left)}^"


@v_args(inline=True)
class Reading(Transformer[Token, Test]):
    """The tree that the grammar gives as tests, each name and value checked."""

    def __init__(self, words: str, fields: Mapping[str, Field]) -> None:
        super().__init__()
        self.words = words
        self.fields = fields

    def either(self, *tests: Test) -> Test:
        return Some(tests=tests)

    def both(self, *tests: Test) -> Test:
        return Every(tests=tests)

    def negation(self, test: Test) -> Test:
        return Not(test=test)

    def value(self, token: Token) -> Token:
        return token

    def compare(self, name: Token, op: Token, value: Token) -> Test:
        field = self.field(name)
        sign = {"==": "=", "<>": "!="}.get(str(op), str(op))
        if field.sort == "flag":
            if sign not in ("=", "!=") or value.type != "WORD":
                raise self.wrong(value, f"{field.name} is yes or no: write {field.name}, or not {field.name}")
            plain: Test = Flag(field=field.name)
            return plain if (sign == "=") == (value.lower() == "true") else Not(test=plain)
        if field.sort == "text" and sign not in ("=", "!="):
            raise self.wrong(op, f"{field.name} is text: compare it with =, !=, like or in")
        made = self.test(field, "=" if sign == "!=" else sign, value)
        return Not(test=made) if sign == "!=" else made

    def among(self, name: Token, *values: Token) -> Test:
        field = self.field(name)
        return Some(tests=tuple(self.test(field, "=", v) for v in values))

    def not_among(self, name: Token, *values: Token) -> Test:
        return Not(test=self.among(name, *values))

    def like(self, name: Token, pattern: Token) -> Test:
        field = self.field(name)
        if field.sort != "text" or pattern.type != "STRING":
            raise self.wrong(pattern, f"like compares text with a pattern in quotes; {field.name} is a {field.sort}")
        return Like(field=field.name, pattern=unquoted(pattern))

    def not_like(self, name: Token, pattern: Token) -> Test:
        return Not(test=self.like(name, pattern))

    def between(self, name: Token, low: Token, high: Token) -> Test:
        field = self.field(name)
        if field.sort in ("text", "flag"):
            raise self.wrong(name, f"between is for numbers and days; {field.name} is {field.sort}")
        return Every(tests=(self.test(field, ">=", low), self.test(field, "<=", high)))

    def missing(self, name: Token) -> Test:
        return Missing(field=self.field(name).name)

    def present(self, name: Token) -> Test:
        return Not(test=self.missing(name))

    def flag(self, name: Token) -> Test:
        field = self.field(name)
        if field.sort != "flag":
            raise self.wrong(name, f"{field.name} is not yes or no: compare it, as {field.name} = {sample(field)}", after=True)
        return Flag(field=field.name)

    def field(self, name: Token) -> Field:
        known = self.fields.get(name.lower())
        if known is None:
            near = difflib.get_close_matches(name.lower(), self.fields, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(self.fields))}"
            raise self.wrong(name, f"there is no field {str(name)!r}: {hint}")
        return known

    def test(self, field: Field, op: Any, token: Token) -> Compare:
        return Compare(field=field.name, sort=field.sort, op=op, value=self.read(field, token))

    def read(self, field: Field, token: Token) -> Value:
        """The value that a token means for a field."""
        if field.sort == "number":
            if token.type != "NUMBER":
                raise self.wrong(token, f"{field.name} is a number")
            return float(token)
        words = unquoted(token) if token.type == "STRING" else str(token)
        if field.sort == "text":
            if token.type != "STRING":
                raise self.wrong(token, f"{field.name} is text: put it in quotes, as '{words}'")
            return self.known(field, words, token)
        shape = {"date": r"\d{4}(-\d{2}(-\d{2})?)?", "month": r"\d{4}-(0[1-9]|1[0-2])", "week": r"\d{4}-W\d{2}"}[field.sort]
        if not re.fullmatch(shape, words) or not real(field.sort, words):
            raise self.wrong(token, f"{field.name} is a {field.sort}: write it as {sample(field)}")
        return words

    def known(self, field: Field, words: str, token: Token) -> str:
        if field.name == "country":
            code = country_of(words)
            if code is None:
                raise self.wrong(token, f"{words!r} is no country that we know: give a name or a code, as 'Sudan' or 'SDN'")
            return code
        if field.words is None:
            return words
        listed = {w.casefold(): w for w in field.words()}
        if words.casefold() not in listed:
            near = difflib.get_close_matches(words.casefold(), listed, n=1, cutoff=0.5)
            hint = f"did you mean {listed[near[0]]!r}?" if near else f"there are {', '.join(sorted(listed.values()))}"
            raise self.wrong(token, f"there is no {field.name.replace('_', ' ')} {words!r}: {hint}")
        return listed[words.casefold()]

    def wrong(self, token: Token, message: str, *, after: bool = False) -> FilterError:
        at = token.end_pos if after else token.start_pos
        return FilterError(pointed(self.words, at or 0, message))


def unquoted(token: str) -> str:
    body = token[1:-1]
    return body.replace("''", "'") if token.startswith("'") else body


def real(sort: Sort, words: str) -> bool:
    """Whether there is such a day or week."""
    try:
        if sort == "week":
            dt.date.fromisoformat(f"{words}-1")
        elif sort == "date":
            dt.date.fromisoformat((words + "-01-01")[:10] if len(words) < 10 else words)
    except ValueError:
        return False
    return True


def sample(field: Field) -> str:
    """A value that the field could have."""
    some = {"number": "5", "date": "'2026-02-18'", "month": "'2026-02'", "week": "'2026-W07'", "text": "'…'", "flag": "true"}
    return some[field.sort]


@cache
def country_of(words: str) -> str | None:
    """The code of a country by code or name.

    >>> country_of("Sudan"), country_of("sdn"), country_of("Narnia")
    ('SDN', 'SDN', None)
    """
    wanted = words.strip().casefold()
    for code, country in countries().items():
        if wanted in (code.casefold(), country.name.casefold(), country.long_name.casefold()):
            return code
    return None
