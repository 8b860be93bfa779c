"""Writing a file so that it is either whole or as it was before."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from marsad.model import StoreError


def write_whole(path: Path, content: str | bytes) -> None:
    """`content`, text as UTF-8, into `path`, through a file beside it that takes its name when it is complete.

    Raises `StoreError` where the folder can't be written or the disk is full.
    """
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~current_umask()
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            os.chmod(name, mode)
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise StoreError(f"can't write {path}: {error.strerror or error}") from error


def current_umask() -> int:
    """The process's file mode mask."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
