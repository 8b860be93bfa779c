"""Pin what pyproject.toml asks for into requirements.lock and requirements-dev.lock, with hashes and without addresses.

The second lock holds all of the first: the same versions, and the tools for tests and checks.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = (
    "--quiet",
    "--generate-hashes",
    "--allow-unsafe",
    "--strip-extras",
    "--build-deps-for=editable",
    "--no-emit-index-url",
    "--no-emit-trusted-host",
    "--no-emit-find-links",
    "--no-emit-options",
    "--no-annotate",
    "--no-header",
)
EXTRAS = tuple(f"--extra={name}" for name in ("server", "analysis", "engine", "geo", "parquet", "postgres", "publish", "report"))
HEADER = "# Written by `make lock` from pyproject.toml; do not edit.\n"
ADDRESS = re.compile(r"://|^-|^\s*--(?!hash=sha256:)|@ ", re.M)


def compile_lock(name: str, *extra: str) -> None:
    """Write the lock `name`. Exits with a message where the result names an address or lacks a hash."""
    command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, *extra, f"--output-file={name}", "pyproject.toml"]
    subprocess.run(command, cwd=ROOT, check=True)
    path = ROOT / name
    text = path.read_text(encoding="utf-8")
    if found := ADDRESS.search(text):
        sys.exit(f"{name}: an address or an option crept in: {text[found.start() : found.start() + 60]!r}")
    path.write_text(HEADER + text.removeprefix(HEADER), encoding="utf-8")


def main() -> None:
    """Write both locks."""
    compile_lock("requirements.lock", *EXTRAS)
    compile_lock("requirements-dev.lock", *EXTRAS, "--extra=dev", "--constraint=requirements.lock")


if __name__ == "__main__":
    main()
