"""Fuzz one reader: python -m tests.fuzz.run TARGET FOLDER… [options of libFuzzer]

New inputs that reach new branches are added to the first folder; `python -m tests.fuzz.run TARGET corpus/TARGET found/ -merge=1`
keeps the few of them that are needed. A failure is written to where `-artifact_prefix` says.
"""

from __future__ import annotations

import atexit
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["marsad"]):
    from tests.fuzz.targets import TARGETS


def launcher(name: str, folder: str) -> str:
    """A program that fuzzes the target: libFuzzer starts itself anew to merge."""
    path = Path(folder) / name
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m tests.fuzz.run {name} "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def main() -> None:
    name = sys.argv.pop(1)
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    sys.argv[0] = launcher(name, folder)
    target = TARGETS[name]
    target(b"12 killed on 18 February 2026")  # what is read on first use is no part of an input's time
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
