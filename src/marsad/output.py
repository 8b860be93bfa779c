"""Where results go: the screen, a pipe, or a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from marsad.analysis.sums import sums_that_differ
from marsad.exports import BINARY, SUFFIXES, export
from marsad.exports import FORMATS as WRITERS
from marsad.exports.files import write_whole
from marsad.exports.rows import Kind
from marsad.exports.table import render
from marsad.exports.wording import printable
from marsad.ledger.findings import Findings
from marsad.model import ConfigError, Problem

FORMATS = (*WRITERS, *BINARY)


def format_of(out: Path) -> str:
    """The format that a file's ending means. Raises `ConfigError` where it means none."""
    if out.suffix.lower() not in SUFFIXES:
        raise ConfigError(f"which format is {out.name} to have? Name it with --format ({', '.join(FORMATS)})")
    return SUFFIXES[out.suffix.lower()]


def one_of(word: str, allowed: tuple[str, ...]) -> str:
    """The word, where it is allowed."""
    if word not in allowed:
        raise ConfigError(f"there is no format {word!r}: choose {', '.join(allowed)}")
    return word


def deliver(found: Findings, form: str, out: Path | None, *, kind: str | None, anchors: bool = False) -> None:
    """Findings to the screen, the pipe or the file; with `anchors` the screen says how undated reports were dated."""
    if form == "table" and out is None:
        notes = [str(s) for s in sums_that_differ(found.statistics, found.claims)]
        screen().print(render(found, notes=notes, anchors=anchors))
        return
    rows: Kind = "claims" if kind is None else "events" if kind == "event" else f"{kind}s"  # type: ignore[assignment]
    write_out(BINARY[form](found, rows) if form in BINARY else export(found, form, kind=rows), out)


def write_out(content: str | bytes, out: Path | None) -> None:
    """Text or bytes to standard output, or to a file that is whole or not there at all."""
    if out is None:
        sys.stdout.buffer.write(content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content)
        sys.stdout.buffer.flush()
        return
    write_whole(out, content)


def report_problems(problems: Iterable[Problem]) -> None:
    """One line a problem on standard error."""
    for problem in problems:
        at = f"{printable(problem.at)}: " if problem.at else ""
        print(f"problem: {at}{printable(problem.message)} [{problem.stage}/{problem.code}]", file=sys.stderr)


def screen() -> Console:
    """Standard output; 100 columns where it is no terminal."""
    return Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else 100, highlight=False)
