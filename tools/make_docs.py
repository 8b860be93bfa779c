"""Write docs/codebook.md and docs/reference/cli.md from the program itself. `--check` writes nothing and says what is stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from marsad.cli import app as program
from marsad.codebook import words
from marsad.codebook.meanings import conditions, crosswalk, event_types
from marsad.codebook.tables import rows_of

ROOT = Path(__file__).resolve().parent.parent
GENERATED = "<!-- Written by `make docs`; do not edit. -->\n"


def cli_page() -> str:
    """Every command of `marsad` with what its `--help` prints, 100 columns wide and without colours."""
    program.rich_markup_mode = None
    parts = [
        GENERATED,
        "# Command line\n\nWhat `--help` prints, for every command. Exit status: 0 clean, 1 with problems, 2 wrong usage.\n",
        *(
            f"\n## {' '.join(('marsad', *path))}\n\n```\n{help_text(path)}\n```\n"
            for path, _ in commands(typer.main.get_command(program))
        ),
    ]
    return "".join(parts)


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The group itself, then each command below it, in order, with the words that call it. Hidden ones are left out."""
    yield path, group
    for name, command in (getattr(group, "commands", None) or {}).items():
        if not command.hidden:
            yield from commands(command, (*path, name))


def help_text(path: tuple[str, ...]) -> str:
    """What `marsad PATH… --help` prints."""
    settings = {"COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1", "TERM": "dumb"}
    done = CliRunner().invoke(program, [*path, "--help"], prog_name="marsad", env=settings)
    if done.exit_code != 0:
        raise RuntimeError(f"marsad {' '.join(path)} --help ended with {done.exit_code}: {done.output}")
    return "\n".join(line.rstrip() for line in done.output.strip().splitlines())


def codebook_page() -> str:
    """Every word of the closed lists: what it means, an invented example, and how other codebooks put it."""
    meaning = {(row["list"], row["word"]): row["definition"] for _, row in rows_of("definitions.tsv", DEFINITIONS)}
    parts = [GENERATED, INTRODUCTION, "\n## Event types\n"]
    for event, subs in words.EVENT_TYPES.items():
        rows = [(sub, event_types()[sub].definition, event_types()[sub].example) for sub in subs]
        parts.append(f"\n### {event}\n\n{meaning['event type', event]}\n\n{table('sub-event type | meaning | example', rows)}")
    parts.append("\n## Conditions\n")
    for subject, states in words.CONDITIONS.items():
        told = [conditions()[subject, state] for state in states]
        rows_told = [(c.state, c.definition, c.who or "", c.example) for c in told]
        parts.append(f"\n### {subject}\n\n{meaning['condition', subject]}\n\n")
        parts.append(table("state | meaning | who | example", rows_told))
    for title, kind, listed in LISTS:
        defined = any((kind, word) in meaning for word in listed)
        meanings = [(word, meaning.get((kind, word), "")) for word in listed]
        lines = table("word | meaning", meanings) if defined else ", ".join(listed) + "\n"
        parts.append(f"\n## {title}\n\n{lines}")
    put = [(sub, c.ucdp_rule, c.plover_event or "", c.plover_mode or "") for sub, c in crosswalk().items()]
    parts.append(f"\n## Other codebooks\n\n{table('sub-event type | UCDP type of violence | PLOVER event | PLOVER mode', put)}")
    return "".join(parts)


def table(header: str, rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    rule = "|".join("---" for _ in header.split("|"))
    return f"| {header} |\n|{rule}|\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


INTRODUCTION = """# Codebook

The words of a record. Its fields are in [the output contract](reference/contract.md). Examples are invented.
"""
DEFINITIONS = ("list", "word", "definition", "source")
LISTS = (
    ("Scopes", "scope", words.SCOPES),
    ("Measures of a statistic", "measure", words.MEASURES),
    ("Effects of a count", "effect", words.EFFECTS),
    ("Kinds of actor", "actor kind", words.ACTOR_KINDS),
    ("Roles of a speaker", "speaker role", words.SPEAKER_ROLES),
    ("Stances", "stance", words.STANCES),
    ("Statuses", "status", words.STATUSES),
    ("Precisions of a time", "time precision", words.TIME_PRECISIONS),
    ("Classes of weapon", "weapon class", words.WEAPON_CLASSES),
    ("Classes of target", "target class", words.TARGET_CLASSES),
)


def main() -> None:
    """Write both pages, or with `--check` compare them."""
    pages = {ROOT / "docs" / "codebook.md": codebook_page, ROOT / "docs" / "reference" / "cli.md": cli_page}
    stale = []
    for path, make in pages.items():
        text = make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(str(path.relative_to(ROOT)))
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    if stale:
        print("stale:" if "--check" in sys.argv else "written:", ", ".join(stale))
    sys.exit(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    main()
