"""People at a server of tests."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi.testclient import TestClient

from marsad.ledger.accounts import Accounts

PASSWORD = "-".join(["correct", "horse", "battery"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A client of a server with accounts, and a token of each role."""

    client: TestClient
    tokens: dict[str, str]
    accounts: Accounts

    def headers(self, role: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[role]}"} if role else {}

    def enter(self, name: str) -> dict[str, str]:
        """Log in with the password; the heads that forms must bring."""
        response = self.client.post("/api/v1/login", json={"name": name, "password": PASSWORD})
        assert response.status_code == 200, response.text
        return {"x-csrf-token": response.json()["csrf"]}
