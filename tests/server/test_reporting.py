"""Situation reports over HTTP."""

from __future__ import annotations

from fastapi.testclient import TestClient

ASKED = {"country": "Sudan", "from": "2026-02-01", "to": "2026-02-28"}


def test_a_report_as_a_file(client: TestClient) -> None:
    answer = client.get("/api/v1/report.html", params={**ASKED, "language": "ar"})
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="situation-SDN-2026-02-01-2026-02-28.html"'
    assert 'dir="rtl"' in answer.text and 'class="claim"' in answer.text
    again = client.get("/api/v1/report.html", params={**ASKED, "language": "ar"})
    assert again.content == answer.content


def test_a_report_of_a_place_as_of_a_moment_and_what_changed_since(client: TestClient) -> None:
    answer = client.get("/api/v1/report.md", params={**ASKED, "place": "Dilling", "previous": "60"})
    assert answer.status_code == 200 and "# Sudan, Dilling" in answer.text and "Since 60" in answer.text
    early = client.get("/api/v1/report.md", params={**ASKED, "as_of": "60"})
    assert "seq=60 " in early.text


def test_what_can_not_be_reported_on(client: TestClient) -> None:
    for wrong in ({"country": "Atlantis"}, {"to": "2026-01-01"}, {"to": "2026-02-31"}, {"language": "fr"}, {"previous": "soon"}):
        answer = client.get("/api/v1/report.html", params={**ASKED, **wrong})
        assert answer.status_code in (400, 422), (wrong, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/api/v1/report.odt", params=ASKED).status_code in (404, 422)
    assert client.get("/api/v1/report.html", params={"country": "SDN"}).status_code in (400, 422)
