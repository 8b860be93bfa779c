"""The API's page: every route with its action, and every code of an error, stands in it; and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi.testclient import TestClient

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/api.md").read_text(encoding="utf-8")
CODES = PAGE.partition("## Codes of errors")[2]


def test_every_route_is_documented_with_its_action(client: TestClient) -> None:
    told = {
        route: action
        for routes, action in re.findall(r"^\| (`[^|]*`) \| (\w+) \|", PAGE, re.M)
        for route in re.findall(r"`([A-Z]+ /[^`]*)`", routes)
    }
    paths = client.get("/openapi.json").json()["paths"]
    there = {f"{m.upper()} {p}": o["x-marsad-action"] for p, methods in paths.items() for m, o in methods.items()}
    assert told == there


def test_every_code_is_documented() -> None:
    told = set(re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in CODES.splitlines() if line.startswith("| `"))))
    text = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "src/marsad/server").glob("*.py"))
    used = set(re.findall(r'Refused\(\s*\d{3},\s*"(\w+)"', text)) | set(re.findall(r'problem\(\s*\d{3},\s*"(\w+)"', text))
    assert used - {"many"} <= told, used - told
    assert told - used <= {"method_not_allowed"}, told - used
