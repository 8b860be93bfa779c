"""What this installation is made of: the digest of its tables, and whether its data files are as they were packed."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable

TABLES = ("codebook", "coding", "intake", "language", "linking", "places", "coding/weights")
SUFFIXES = (".tsv", ".toml", ".json")


def version() -> str:
    """The version of this program, as installed."""
    try:
        return metadata.version("marsad")
    except metadata.PackageNotFoundError:
        return "0+unknown"


@cache
def codebook_digest() -> str:
    """A SHA-256 over every table that coding depends on, and over the list of the reader's weights.

    With another digest the same text may be coded otherwise.
    """
    digest = hashlib.sha256()
    for package in TABLES:
        folder = resources.files("marsad").joinpath(package)
        for name, file in sorted((f.name, f) for f in folder.iterdir() if is_table(f)) if folder.is_dir() else ():
            digest.update(f"{package}/{name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def is_table(file: Traversable) -> bool:
    return file.is_file() and file.name.endswith(SUFFIXES)


def changed_files(distribution: str) -> tuple[int, list[str]]:
    """How many files of an installed package have a recorded checksum, and which of them no longer have it.

    Raises `importlib.metadata.PackageNotFoundError` where it is not installed.
    """
    checked, wrong = 0, []
    for file in metadata.distribution(distribution).files or []:
        if file.hash is None or file.suffix == ".pyc":
            continue
        checked += 1
        if file_digest(file, file.hash.mode) != file.hash.value:
            wrong.append(str(file))
    return checked, wrong


def file_digest(file: metadata.PackagePath, mode: str) -> str | None:
    """A file's checksum as wheels record it; `None` where it can't be read."""
    try:
        with open(str(file.locate()), "rb") as body:
            return base64.urlsafe_b64encode(hashlib.file_digest(body, mode).digest()).rstrip(b"=").decode()
    except OSError:
        return None
