"""Foreign sets on disk, in a folder beside the ledger: what each is, its licence and day of access, and its events, read-only."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marsad.analysis.foreign import ForeignEvent, Reader, read_events
from marsad.model import ConfigError, Problem, StoreError, Toll

PRIVATE = "an export from somebody's own account is kept private: it is compared on the screen and never exported"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignSet:
    """What is known of a foreign set. `sha256` is that of the file that it was read from, `accessed` when that was fetched."""

    name: str
    licence: str
    citation: str
    accessed: str
    private: bool
    file: str
    sha256: str
    events: int
    first: str | None
    last: str | None
    countries: tuple[str, ...]

    @property
    def slug(self) -> str:
        """The name of its folder."""
        return slug_of(self.name)


def slug_of(name: str) -> str:
    """A name as a folder can have it.

    >>> slug_of("UCDP GED 19.1: Syria")
    'ucdp-ged-19-1-syria'
    """
    found = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60]
    if not found:
        raise ConfigError(f"{name!r} is no name for a set: it needs letters or digits")
    return found


def folder_of(ledger: str | Path, given: Path | None = None) -> Path:
    """Where the foreign sets of a ledger lie. Raises `ConfigError` for a ledger on a server, where a folder has to be named."""
    if given is not None:
        return given
    if str(ledger).startswith(("postgresql:", "postgres:", "postgresql+")):
        raise ConfigError("a ledger on a server has no folder beside it: say with --sets where foreign sets lie")
    where = Path(ledger)
    return where.with_name(where.name + ".foreign")


def keep_set(
    folder: Path,
    where: Path,
    mapping: Reader,
    *,
    accessed: str,
    name: str | None = None,
    licence: str | None = None,
    replace: bool = False,
) -> tuple[ForeignSet, tuple[Problem, ...]]:
    """Read a file and keep its events as a set that nothing writes to again.

    Raises `ConfigError` where no licence or no day of access is told, or the set is there already and `replace` is not said;
    `SourceError` where the file can't be read; `StoreError` where the folder can't be written.
    """
    terms = (licence or mapping.licence).strip()
    if not terms:
        raise ConfigError("under which licence or terms is this file used? Say so with --licence")
    day = accessed_on(accessed)
    read = read_events(where, mapping)
    events = sorted(read.events, key=lambda e: (e.first, e.id))
    made = ForeignSet(
        name=name or mapping.name,
        licence=terms,
        citation=mapping.citation,
        accessed=day,
        private=mapping.private or read.provider,
        file=where.name,
        sha256=digest_of(where),
        events=len(events),
        first=min((e.first for e in events), default=None),
        last=max((e.last for e in events), default=None),
        countries=tuple(sorted({e.country for e in events if e.country})),
    )
    write_set(folder, made, events, replace=replace)
    return made, read.problems


def accessed_on(words: str) -> str:
    try:
        day = dt.date.fromisoformat(words)
    except ValueError as error:
        raise ConfigError(f"{words!r} is no day of access: write it as 2026-02-18") from error
    return day.isoformat()


def digest_of(where: Path) -> str:
    with where.open("rb") as given:
        return hashlib.file_digest(given, "sha256").hexdigest()


def write_set(folder: Path, made: ForeignSet, events: Sequence[ForeignEvent], *, replace: bool) -> None:
    """The set's folder, whole or not there at all; its files may only be read, a private one's by its owner alone."""
    target = folder / made.slug
    if target.exists() and not replace:
        raise ConfigError(f"there is a set {made.name!r} already: give another --name, or --replace it")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{made.slug}.", dir=folder))
        try:
            lines = (json.dumps(dataclasses.asdict(e), ensure_ascii=False, separators=(",", ":")) for e in events)
            (fresh / "events.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
            (fresh / "set.json").write_text(json.dumps(dataclasses.asdict(made), ensure_ascii=False, indent=1) + "\n", "utf-8")
            for path in fresh.iterdir():
                os.chmod(path, 0o400 if made.private else 0o444)
            os.chmod(fresh, 0o700 if made.private else 0o755)
            if target.exists():
                shutil.rmtree(target)
            os.replace(fresh, target)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    except OSError as error:
        raise StoreError(f"can't write {target}: {error.strerror or error}") from error


def sets_in(folder: Path) -> tuple[ForeignSet, ...]:
    """The sets that a folder holds, by name."""
    if not folder.is_dir():
        return ()
    return tuple(sorted((read_set(p.parent) for p in folder.glob("*/set.json")), key=lambda s: s.name))


def read_set(where: Path) -> ForeignSet:
    try:
        table: dict[str, Any] = json.loads((where / "set.json").read_text("utf-8"))
        return ForeignSet(**{**table, "countries": tuple(table["countries"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"{where} is no foreign set: {error}") from error


def set_named(folder: Path, name: str) -> ForeignSet:
    """The set of that name, or of a name that begins so. Raises `LookupError` where there is none or more than one."""
    known = sets_in(folder)
    exact = [s for s in known if name in (s.name, s.slug)]
    near = exact or [s for s in known if s.slug.startswith(slug_of(name))]
    if len(near) != 1:
        there = ", ".join(s.name for s in known) or "none yet: `marsad import FILE` makes one"
        raise LookupError(f"{'no' if not near else 'more than one'} foreign set is called {name!r}; there are {there}")
    return near[0]


def events_in(folder: Path, item: ForeignSet) -> Iterator[ForeignEvent]:
    """The events of a set, by day."""
    try:
        with (folder / item.slug / "events.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield ForeignEvent(**{**row, "killed": Toll(**row["killed"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"can't read the set {item.name!r}: {error}") from error


def refuse_export(item: ForeignSet) -> None:
    """Raise `ConfigError` for a set that may not leave this machine."""
    if item.private:
        raise ConfigError(f"{item.name!r} is private: {PRIVATE}")
