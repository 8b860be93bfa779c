"""Writing a package into a folder: each file whole or not at all, the checksums last."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from marsad.exports.public.package import NAMES, SUMS
from marsad.model import StoreError


def fit(folder: Path) -> None:
    """Raises `StoreError` where the folder can't be made, or holds anything but the files of a package."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        other = sorted(p.name for p in folder.iterdir() if p.name not in NAMES)
    except OSError as error:
        raise StoreError(f"can't write into {folder}: {error.strerror or error}") from error
    if other:
        raise StoreError(f"{folder} holds other files ({', '.join(other[:3])}): name an empty folder")


def write_all(folder: Path, made: Mapping[str, bytes]) -> None:
    """All files. Raises `StoreError` where the disk is full."""
    for name in sorted(made, key=lambda n: (n == SUMS, n)):
        part = folder / f".{name}.part"
        try:
            with open(part, "wb") as out:
                out.write(made[name])
                out.flush()
                os.fsync(out.fileno())
            os.replace(part, folder / name)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise StoreError(f"can't write {folder / name}: {error.strerror or error}") from error
