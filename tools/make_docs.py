"""Write docs/codebook.md and docs/reference/cli.md from the program itself. `--check` writes nothing and says what is stale."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

ROOT = Path(__file__).resolve().parent.parent
GENERATED = "<!-- Written by `make docs`; do not edit. -->\n"


def cli_page() -> str:
    """Every command of `marsad` with what its `--help` prints, 100 columns wide and without colours."""
    from marsad.cli import app

    app.rich_markup_mode = None
    parts = [GENERATED, "# Command line\n\nWhat `--help` prints, for every command. Exit status: 0 clean, 1 with problems, 2 wrong usage.\n"]
    for path, command in commands(typer.main.get_command(app)):
        parts.append(f"\n## {' '.join(('marsad', *path))}\n\n```\n{help_text(app, path)}\n```\n")
        del command
    return "".join(parts)


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The group itself, then each command below it, in order, with the words that call it. Hidden ones are left out."""
    yield path, group
    for name, command in (getattr(group, "commands", None) or {}).items():
        if not command.hidden:
            yield from commands(command, (*path, name))


def help_text(app: typer.Typer, path: tuple[str, ...]) -> str:
    """What `marsad PATH… --help` prints."""
    settings = {"COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1", "TERM": "dumb"}
    done = CliRunner().invoke(app, [*path, "--help"], prog_name="marsad", env=settings)
    if done.exit_code != 0:
        raise RuntimeError(f"marsad {' '.join(path)} --help ended with {done.exit_code}: {done.output}")
    return "\n".join(line.rstrip() for line in done.output.strip().splitlines())
