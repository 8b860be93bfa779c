"""Print the server's OpenAPI description: what the web app's types are made from (`make web-types`)."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from marsad.ledger.store import open_ledger
from marsad.server.app import create_app, schema_of
from marsad.server.settings import Settings


def main() -> None:
    """Write it to standard output, always in the same order."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(open_ledger(str(Path(folder) / "empty.sqlite"), write=True), Settings())
        json.dump(schema_of(app), sys.stdout, indent=1, ensure_ascii=False, sort_keys=True)


if __name__ == "__main__":
    main()
