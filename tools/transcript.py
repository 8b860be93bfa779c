"""Run the demonstration and put what it printed between the transcript markers of README.md."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
MARKED = re.compile(r"(<!-- transcript -->\n).*?(<!-- /transcript -->)", re.S)
WIDTH = "118"


def demonstrate() -> str:
    """What `tools/demo.sh` prints on a terminal of `WIDTH` columns without colours. Raises where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = str(Path(folder) / "demo.sqlite")
        plain = {"COLUMNS": WIDTH, "NO_COLOR": "1", "TERM": "dumb", "PYTHON": sys.executable, "LEDGER": ledger}
        done = subprocess.run(
            ["sh", "tools/demo.sh"], cwd=ROOT, env={**os.environ, **plain}, stdout=subprocess.PIPE, check=True, encoding="utf-8"
        )
    lines = [line.rstrip() for line in done.stdout.replace(ledger, "out/demo.sqlite").strip().splitlines()]
    return "\n".join(lines)


def main() -> None:
    """Rewrite the README's transcript."""
    printed = demonstrate()
    text = README.read_text(encoding="utf-8")
    new, found = MARKED.subn(lambda m: f"{m[1]}```\n{printed}\n```\n{m[2]}", text)
    if found != 1:
        sys.exit("README.md has no transcript markers")
    README.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
