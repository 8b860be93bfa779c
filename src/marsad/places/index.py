"""The place index: one SQLite file, built once from the installed gazetteers.

`python -m marsad.places.index` builds it (about half a minute, some 500 MB of memory while it runs); `--check` reads all of it
and compares its checksum.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import sys
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path

from marsad.codebook.cache import cache_folder as folder
from marsad.model import ConfigError
from marsad.places import sources
from marsad.places.names import loose, skeleton, squeezed
from marsad.places.sources import Row

APPLICATION = 0x4D525344
SCHEMA = 7
INPUTS = (
    ("marsad.places", "countries.tsv"),
    ("marsad.places", "names.py"),
    ("marsad.places", "sources.py"),
    ("marsad.places", "index.py"),
)
TABLES = """
create table place (id integer primary key, ref text, name text, kind text, country text, admin1 text,
                    latitude real, longitude real, precision integer, population integer, partner text);
create table name (loose text, place integer, folded text, skeleton text, country text);
create table capital (country text primary key, place integer);
create table meta (key text primary key, value text) without rowid;
"""
INDEXES = (
    "create index name_loose on name(loose); create index name_skeleton on name(skeleton, country) where skeleton is not null;"
)
MIN_FUZZY = 5


@cache
def version() -> str:
    """A hash of everything the index depends on: sources, tables and the code that reads them."""
    digest = hashlib.sha256()
    for line in sources.versions():
        digest.update(line.encode())
    for package, name in INPUTS:
        try:
            digest.update(resources.files(package).joinpath(name).read_bytes())
        except OSError as error:
            raise ConfigError(f"{package}/{name} can't be read: {error}") from error
    return digest.hexdigest()[:16]


def path() -> Path:
    """The file of the index for this installation, there or not."""
    return folder() / f"places-{version()}.sqlite"


def say(message: str) -> None:
    print(f"marsad: {message}", file=sys.stderr, flush=True)


def build(target: Path | None = None, rows: Iterable[Row] | None = None) -> Path:
    """Write the index to `target` (default `path()`) and its checksum beside it; the file appears whole or not at all.

    Raises `ConfigError` where a source is missing or the folder can't be written.
    """
    target = target or path()
    draft = target.with_suffix(f".{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        say(f"building the place index {target} (once, about half a minute)")
        count = write(draft, sources.everything() if rows is None else rows)
        mark = {"bytes": draft.stat().st_size, "sha256": checksum(draft), "places": count}
        target.with_suffix(".json").write_text(json.dumps(mark), "utf-8")
        os.replace(draft, target)
    except OSError as error:
        raise ConfigError(f"the place index can't be written to {target.parent}: {error} (set MARSAD_CACHE)") from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
    say(f"{count:,} places, {target.stat().st_size / 1e6:.0f} MB")
    return target


def write(target: Path, rows: Iterable[Row]) -> int:
    """The rows as a database; the number of places."""
    store = sqlite3.connect(target)
    try:
        store.executescript(
            f"pragma journal_mode=off; pragma synchronous=off; pragma application_id={APPLICATION}; pragma user_version={SCHEMA};"
        )
        store.executescript(TABLES)
        count = 0
        for count, row in enumerate(rows, start=1):
            add(store, count, row)
            if count % 50_000 == 0:
                say(f"{count:,} places read")
        store.executescript(INDEXES)
        add_capitals(store)
        store.executemany("insert into meta values (?, ?)", [("version", version()), ("places", str(count))])
        store.commit()
        store.execute("analyze")
        store.commit()
        return count
    finally:
        store.close()


def add(store: sqlite3.Connection, ident: int, row: Row) -> None:
    fields = (
        row.ref,
        row.name,
        row.kind,
        row.country,
        row.admin1,
        row.latitude,
        row.longitude,
        row.precision,
        row.population,
        row.partner,
    )
    store.execute("insert into place values (?,?,?,?,?,?,?,?,?,?,?)", (ident, *fields))
    # A name with its article and one without share a key ("The Hague", "Hague"); spaces tell nothing apart.
    seen = dict.fromkeys((loose(name), squeezed(name)) for name in row.names if loose(name))
    entries = []
    for key, plain in seen:
        bones = skeleton(key) if row.kind in ("city", "town", "camp", "crossing", "adm1") and len(key) >= MIN_FUZZY else ""
        entries.append((key, ident, None if plain == key else plain, bones or None, row.country))
    store.executemany("insert into name values (?,?,?,?,?)", entries)


def add_capitals(store: sqlite3.Connection) -> None:
    for country, capital in sorted(sources.capitals().items()):
        found = store.execute(
            "select p.id from name n join place p on p.id = n.place where n.loose = ? and p.country = ? and p.kind = 'city'"
            " order by p.population desc, p.id limit 1",
            (loose(capital), country),
        ).fetchone()
        if found:
            store.execute("insert into capital values (?, ?)", (country, found[0]))


def checksum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def opened(target: Path | None = None) -> sqlite3.Connection:
    """A read-only connection to the index, built first where it is missing.

    Compares size, schema, number of places and the checksum noted when it was built (70 MB: 0.1 s). Raises `ConfigError`
    with what to do where one of them is wrong.
    """
    file = target or path()
    if not file.exists():
        if target is not None:
            raise ConfigError(f"there is no place index at {file}")
        build(file)
    cure = f"the place index {file} is damaged: delete it, or run `python -m marsad.places.index`"
    try:
        mark = json.loads(file.with_suffix(".json").read_text("utf-8"))
        store = sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        found = (store.execute("pragma application_id").fetchone()[0], store.execute("pragma user_version").fetchone()[0])
        noted = store.execute("select value from meta where key = 'places'").fetchone()
    except (OSError, ValueError, sqlite3.Error) as error:
        raise ConfigError(f"{cure} ({error})") from error
    if (
        mark.get("bytes") != file.stat().st_size
        or found != (APPLICATION, SCHEMA)
        or noted is None
        or noted[0] != str(mark.get("places"))
        or mark.get("sha256") != checksum(file)
    ):
        store.close()
        raise ConfigError(cure)
    return store


def check(target: Path | None = None) -> None:
    """Read the whole index and compare its checksum. Raises `ConfigError` where it differs."""
    opened(target or path()).close()


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        check()
        say(f"{path()} is whole")
        return 0
    if arguments:
        say("usage: python -m marsad.places.index [--check]")
        return 2
    build()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ConfigError as problem:
        say(str(problem))
        sys.exit(1)
