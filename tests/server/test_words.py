"""What is told to people, in their language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from marsad.server import problems
from marsad.server.problems import arabic

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/api.md"
CODES = PAGE.read_text(encoding="utf-8").partition("## Codes of errors")[2]
WRONG = ["/api/v1/events?since=x", "/api/v1/events?country=Atlantis", "/api/v1/events/evt-0", "/no/such"]


@pytest.mark.parametrize("path", WRONG)
def test_errors_are_arabic_for_who_would_rather_read_that(client: TestClient, path: str) -> None:
    there = client.get(path, headers={"Accept-Language": "ar-SD,ar;q=0.9,en;q=0.8"})
    here = client.get(path, headers={"Accept-Language": "en,ar;q=0.5"})
    assert re.search("[\u0600-\u06ff]", there.json()["detail"]) and re.search("[\u0600-\u06ff]", there.json()["title"])
    assert there.headers["content-language"] == "ar" and "content-language" not in here.headers
    assert not re.search("[\u0600-\u06ff]", here.text) and here.json()["detail"] == there.json()["error"]
    assert there.json()["code"] == here.json()["code"] and there.status_code == here.status_code


def test_every_code_has_its_words() -> None:
    told = set(re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in CODES.splitlines() if line.startswith("| `"))))
    assert told <= set(arabic()), told - set(arabic())


def test_the_next_one_to_ask_is_not_answered_in_the_language_of_the_last(client: TestClient) -> None:
    client.get("/no/such", headers={"Accept-Language": "ar"})
    assert client.get("/no/such").json()["title"] == "Not Found"
    assert problems.LANGUAGE.get() == "en"
