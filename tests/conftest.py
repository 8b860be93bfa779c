"""Fixtures of every test: an empty ledger's address on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.databases import MISSING, Server, programs

R_MISSING = "R with sf, jsonlite and httr2 is not installed (Debian: r-base-core r-cran-sf r-cran-jsonlite r-cran-httr2)"
DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of our own; the test is skipped where none is installed."""
    if programs() is None:
        pytest.skip(MISSING)
    running = Server()
    yield running
    running.close()


@pytest.fixture(params=DATABASES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger can be made: a file, and a database of PostgreSQL."""
    if request.param == "sqlite":
        return str(tmp_path / "record.sqlite")
    made: str = request.getfixturevalue("server").make()
    return made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not covered."""
    skipped = terminalreporter.stats.get("skipped", [])
    for reason in (MISSING, R_MISSING):
        missed = sum(reason in str(report.longrepr) for report in skipped)
        if missed:
            terminalreporter.section("NOT COVERED", sep="!", red=True, bold=True)
            terminalreporter.line(f"{missed} tests did not run. {reason}.", red=True, bold=True)
