"""`marsad release`: a version of the record that can be made again for ever."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from marsad.commands.asking import Ledger, needed, stop
from marsad.model import ConfigError, StoreError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from marsad.ledger.releasing import Release
    from marsad.ledger.store import Ledger as Store

LONGEST = 80


def add(app: typer.Typer) -> None:
    """Put the command into the application."""
    app.command()(release)


def release(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="What the release is to be called, as 2026-03.", show_default=False)
    ] = None,
    ledger: Ledger = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The folder to write its files into.", show_default=False)
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the releases of the ledger.")] = False,
) -> None:
    """Freeze what the ledger knows now under a name, and write it out with a codebook, a list of changes and checksums.

    A name that is there already is not frozen anew: its files are made again from the ledger, whatever came in since, and are the
    same bytes. Where they would not be, nothing is written and the status is 1.

    Examples:

        marsad release 2026-03 --ledger record.sqlite --out releases/2026-03

        marsad release --list --ledger record.sqlite
    """
    if listed:
        show_list(needed(ledger))
        return
    if name is None or out is None:
        stop("name the release and a folder: marsad release 2026-03 --ledger record.sqlite --out releases/2026-03", status=2)
    if not name.strip() or len(name) > LONGEST or not name.isprintable():
        stop(f"a release's name is one line of at most {LONGEST} characters", status=2)
    path = needed(ledger)
    fit(out)
    made, fresh = prepare(path, name.strip())
    write_all(out, made)
    typer.echo(f"{'released' if fresh else 'made again'}: {name.strip()}, {len(made)} files in {out}")


def prepare(address: str, name: str) -> tuple[dict[str, str], bool]:
    """All files of a release, and whether it is a new one. Raises `StoreError` where an old one would come out otherwise."""
    from marsad.ledger.releasing import releases
    from marsad.ledger.store import open_ledger

    store = open_ledger(address)
    known = releases(store)
    kept = next((r for r in known if r.name == name), None)
    if kept is not None:
        return again(store, kept, known), False
    store.close()
    return freeze(open_ledger(address, write=True), name, known), True


def freeze(store: Store, name: str, known: Sequence[Release]) -> dict[str, str]:
    """A new release: made, then kept in the ledger with its checksums."""
    from marsad.exports import release as files
    from marsad.ledger.history import head
    from marsad.ledger.releasing import keep_release
    from marsad.versions import codebook_digest, version

    now = head(store)
    if now is None:
        raise ConfigError(f"{store.name} is empty: there is nothing to release")
    previous = known[-1] if known else None
    codebook = files.codebook_file()
    made = {**contents(store, name, now.seq, previous), files.CODEBOOK: codebook}
    manifest: dict[str, Any] = {
        "name": name,
        "marsad": version(),
        "codebook": codebook_digest(),
        "seq": now.seq,
        "chain": now.chain,
        "known_at": now.at,
        "previous": previous.name if previous else None,
        "files": files.sums_of(made),
    }
    keep_release(store, name, json.dumps({**manifest, "codebook_file": codebook}, ensure_ascii=False), until=now.seq)
    return complete(made, manifest)


def again(store: Store, kept: Release, known: Sequence[Release]) -> dict[str, str]:
    """The files of a release that was kept."""
    from marsad.exports import release as files
    from marsad.versions import version

    manifest = json.loads(kept.manifest)
    codebook = manifest.pop("codebook_file")
    previous = next((r for r in known if r.name == manifest["previous"]), None)
    made = {**contents(store, kept.name, kept.until, previous), files.CODEBOOK: codebook}
    wrong = files.differing(files.sums_of(made), manifest["files"])
    if wrong:
        raise StoreError(
            f"{kept.name} was made by Marsad {manifest['marsad']}, and this version ({version()}) writes {', '.join(wrong)}"
            f" otherwise: make it again with that version. `marsad verify` tells whether the ledger is whole"
        )
    return complete(made, manifest)


def contents(store: Store, name: str, until: int, previous: Release | None) -> dict[str, str]:
    """What depends on the ledger alone: the rows as of `until`, and what changed since the release before."""
    from marsad.exports import release as files
    from marsad.ledger.judging import judgements
    from marsad.ledger.query import everything

    found = everything(store, as_of=until)
    before = everything(store, as_of=previous.until) if previous else None
    old = {j.id for j in judgements(store, as_of=previous.until)} if previous else set()
    given = [j for j in judgements(store, as_of=until) if j.id not in old]
    told = files.change_files(name, found, previous=previous.name if previous else None, before=before, judgements=given)
    return {**files.data_files(found), **told}


def complete(made: Mapping[str, str], manifest: Mapping[str, object]) -> dict[str, str]:
    """The files with the manifest and, over all of them, the checksums."""
    from marsad.exports import release as files

    whole = {**made, files.MANIFEST: files.manifest_text(manifest)}
    return {**whole, files.SUMS: files.sums_file(files.sums_of(whole))}


def fit(folder: Path) -> None:
    """Raises `StoreError` where the folder can't be made, or holds anything but the files of a release."""
    from marsad.exports.release import NAMES

    try:
        folder.mkdir(parents=True, exist_ok=True)
        other = sorted(p.name for p in folder.iterdir() if p.name not in NAMES)
    except OSError as error:
        raise StoreError(f"can't write into {folder}: {error.strerror or error}") from error
    if other:
        raise StoreError(f"{folder} holds other files ({', '.join(other[:3])}): name an empty folder")


def write_all(folder: Path, made: Mapping[str, str]) -> None:
    """Every file into the folder, the checksums last."""
    from marsad.exports.files import write_whole
    from marsad.exports.release import SUMS

    for name in sorted(made, key=lambda n: (n == SUMS, n)):
        write_whole(folder / name, made[name])


def show_list(address: str) -> None:
    """The releases of a ledger: a table on a terminal, JSON Lines in a pipe."""
    from marsad.ledger.releasing import releases
    from marsad.ledger.store import open_ledger
    from marsad.output import screen

    known = releases(open_ledger(address))
    if not sys.stdout.isatty():
        for item in known:
            manifest = json.loads(item.manifest)
            manifest.pop("codebook_file", None)
            typer.echo(json.dumps({"kind": "release", "at": item.at, **manifest}, ensure_ascii=False))
    elif known:
        screen().print(table(known))
    if not known:
        typer.echo("no release yet", err=not sys.stdout.isatty())


def table(known: Sequence[Release]) -> RenderableType:
    """For the screen."""
    from rich.text import Text

    from marsad.exports.table import frame

    grid = frame("Releases, oldest first", {"name": 20, "made": -16, "log": 0, "chain": 0, "by version": 0})
    for item in known:
        manifest = json.loads(item.manifest)
        made = item.at[:16].replace("T", " ")
        grid.add_row(item.name, made, f"{item.until:,}", Text(manifest["chain"][:16], style="cyan"), manifest["marsad"])
    return grid
