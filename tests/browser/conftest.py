"""The web app in a real browser: a served ledger, Debian's Chromium driven by Playwright, and what no page may do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.browser.hostile import hostile_batch
from tests.browser.stories import coder, toll_batch
from tests.ledger.invented import batch_of
from tests.server.conftest import on_a_port, people

from marsad.ledger.append import append
from marsad.ledger.store import Ledger, open_ledger
from marsad.server.app import create_app
from marsad.server.settings import Settings
from marsad.stages import installed_rules

__all__ = ["people"]
ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "src" / "marsad" / "server" / "static" / "index.html"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
NOT_COVERED = "THE WEB APP IS NOT COVERED"


def lacking() -> str | None:
    """What is missing for these tests, in words; `None` where all is there."""
    if not BUILT.is_file():
        return "it is not built: make web"
    if CHROMIUM is None:
        return "no chromium is installed: apt-get install chromium"
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "playwright is not installed: pip install playwright"
    return None


def outside(url: str, served: str) -> bool:
    return not url.startswith((served, "blob:", "data:", "about:"))


@dataclass(slots=True)
class Watched:
    """A page, and what it did that it should not: requests to elsewhere, errors, dialogs."""

    page: Any
    address: str
    wrong: list[str] = field(default_factory=list)

    def open(self, where: str) -> Any:
        """The page at an address behind the `#`, when it is loaded."""
        self.page.goto(f"{self.address}/{where}")
        self.page.locator("main").wait_for()
        return self.page


def until(page: Any, script: str, arg: object = None) -> None:
    """Wait until a script is true of the page. Playwright's own waiting would evaluate it in the page, which
    its policy forbids."""
    for _ in range(1200):
        if page.evaluate(script, arg):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {script}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium. The tests are skipped, and say so loudly, where something is missing."""
    why = lacking()
    if why is not None:
        pytest.skip(f"{NOT_COVERED}: {why}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


def ledger_of_stories(folder: Path) -> Ledger:
    """A ledger of invented stories, one of them with three tolls, and of hostile ones."""
    ledger = open_ledger(folder / "record.sqlite", write=True)
    for batch in (batch_of(list(range(40))), toll_batch(), hostile_batch()):
        append(ledger, batch, **installed_rules())
    return ledger


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of a server without accounts."""
    ledger = ledger_of_stories(tmp_path)
    with on_a_port(create_app(ledger, Settings(ledger=ledger.address, fetch=True), make_stages=coder)) as address:
        yield address
    ledger.close()


@pytest.fixture
def guarded(tmp_path: Path, people: tuple[Path, dict[str, str]], request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server with a person of each role; read by anybody where the test says `public`."""
    ledger = ledger_of_stories(tmp_path)
    shutil.copy(people[0], f"{ledger.address}.accounts")
    settings = Settings(ledger=ledger.address, accounts=True, public=getattr(request, "param", "") == "public")
    with on_a_port(create_app(ledger, settings, make_stages=coder)) as address:
        yield address
    ledger.close()


@contextmanager
def watching(browser: Any, address: str, size: tuple[int, int] = (1300, 900)) -> Iterator[Watched]:
    """A page of its own, with its own cookies; at the end it must have done nothing wrong."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    found = Watched(page=page, address=address)
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: found.wrong.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (found.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda said: found.wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("request", lambda asked: found.wrong.append(f"outside: {asked.url}") if outside(asked.url, address) else None)
    yield found
    context.close()
    assert found.wrong == []


@pytest.fixture
def watched(browser: Any, served: str, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """A page of 1300 by 900, or as the test says, on a server without accounts."""
    with watching(browser, served, getattr(request, "param", (1300, 900))) as found:
        yield found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not covered."""
    missed = sum(NOT_COVERED in str(report.longrepr) for report in terminalreporter.stats.get("skipped", []))
    if missed:
        terminalreporter.section("NOT COVERED", sep="!", red=True, bold=True)
        terminalreporter.line(f"{missed} tests of the web app did not run: {lacking()}", red=True, bold=True)
