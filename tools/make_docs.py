"""Write docs/codebook.md and docs/reference/cli.md from the program itself. `--check` writes nothing and says what is stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from marsad.cli import app as program
from marsad.codebook import words
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
    """Every word of the closed lists, with its definition where the codebook has one."""
    meaning = {(row["list"], row["word"]): row["definition"] for _, row in rows_of("definitions.tsv", DEFINITIONS)}
    parts = [GENERATED, "# Codebook\n\nThe words of a record. Its fields are in [the output contract](reference/contract.md).\n"]
    parts.append("\n## Event types\n")
    for event, subs in words.EVENT_TYPES.items():
        parts.append(f"\n### {event}\n\n{meaning.get(('event type', event), '')}\n\n| sub-event type | meaning |\n|---|---|\n")
        parts += [f"| {sub} | {meaning.get(('sub-event type', sub), '')} |\n" for sub in subs]
    parts.append("\n## Conditions\n\n| subject | states | meaning |\n|---|---|---|\n")
    for subject, states in words.CONDITIONS.items():
        told = ", ".join(f"`{state}`" for state in states)
        parts.append(f"| `{subject}` | {told} | {meaning.get(('condition', subject), '')} |\n")
    for title, kind, listed in LISTS:
        parts.append(f"\n## {title}\n\n")
        if any((kind, word) in meaning for word in listed):
            parts.append("| word | meaning |\n|---|---|\n")
            parts += [f"| {word} | {meaning.get((kind, word), '')} |\n" for word in listed]
        else:
            parts.append(", ".join(listed) + "\n")
    return "".join(parts)


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
