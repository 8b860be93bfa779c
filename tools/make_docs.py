"""Write docs/codebook.md and docs/reference/cli.md from the program itself. `--check` writes nothing and says what is stale."""

from __future__ import annotations

import sys
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
    parts = [
        GENERATED,
        "# Command line\n\nWhat `--help` prints, for every command. Exit status: 0 clean, 1 with problems, 2 wrong usage.\n",
        *(
            f"\n## {' '.join(('marsad', *path))}\n\n```\n{help_text(app, path)}\n```\n"
            for path, _ in commands(typer.main.get_command(app))
        ),
    ]
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


def codebook_page() -> str:
    """The closed lists of the codebook."""
    from marsad.codebook import words
    parts = [
        GENERATED,
        "# Codebook\n\nThe words that a record is written in. What each field means is in [the output contract](reference/contract.md).\n",
        "\n## Event types\n\n| event type | sub-event type |\n|---|---|\n",
        *(f"| {event} | {sub} |\n" for event, subs in words.EVENT_TYPES.items() for sub in subs),
        "\n## Conditions\n\n| subject | states |\n|---|---|\n",
        *(f"| `{subject}` | {', '.join(f'`{state}`' for state in states)} |\n" for subject, states in words.CONDITIONS.items()),
    ]
    for title, listed in LISTS.items():
        parts.append(f"\n## {title}\n\n" + ", ".join(f"`{word}`" for word in getattr(words, listed)) + "\n")
    return "".join(parts)


LISTS: Mapping[str, str] = {
    "Scopes": "SCOPES",
    "Measures of a statistic": "MEASURES",
    "Effects of a count": "EFFECTS",
    "Kinds of actor": "ACTOR_KINDS",
    "Roles of a speaker": "SPEAKER_ROLES",
    "Stances": "STANCES",
    "Statuses": "STATUSES",
    "Precisions of a time": "TIME_PRECISIONS",
    "Classes of weapon": "WEAPON_CLASSES",
    "Classes of target": "TARGET_CLASSES",
}


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
