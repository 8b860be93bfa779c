"""Words out of reports and the record are text and nothing else, in every view and in every field."""

from __future__ import annotations

import pytest
from tests.browser.conftest import Watched
from tests.browser.hostile import PAYLOADS
from tests.browser.test_views import VIEWS, get

pytestmark = pytest.mark.slow
EVENTS = ("onerror", "onload", "onfocus", "ontoggle", "onmouseover")
MADE = ", ".join(
    [*(f"main {tag}" for tag in ("iframe", "script", "math", "img")), *(f"main [{e}]" for e in EVENTS), "a[href^='javascript']"]
)


def untouched(watched: Watched) -> None:
    """No payload ran, and none became an element of the page."""
    page = watched.page
    page.wait_for_timeout(500)
    assert page.evaluate("window.pwned") is None
    assert page.locator(MADE).count() == 0


def test_no_view_runs_what_a_report_says(watched: Watched) -> None:
    for view in (*VIEWS, "#/explore?since=2026-03-01&show=table", "#/board?day=2026-03-20"):
        page = watched.open(view)
        page.wait_for_timeout(800)
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        untouched(watched)
    shown = watched.open("#/explore?since=2026-03-01&show=table").locator(".results")
    shown.locator("td", has_text="<script>window.pwned").first.wait_for()


def test_no_item_runs_what_a_report_says(watched: Watched) -> None:
    kinds = (("event", "events"), ("statistic", "statistics"), ("condition", "conditions"))
    seen = 0
    for view, kind in kinds:
        for record in get(watched, f"{kind}?since=2026-03-01&limit=100")["data"]:
            if record["place"] is None or record["place"]["name"] not in PAYLOADS:
                continue
            seen += 1
            page = watched.open(f"#/{view}/{record['id']}")
            page.locator(".claim blockquote").first.wait_for()
            if view == "event":
                page.get_by_role("button", name="Show in the report").first.click()
                page.locator("dialog .report").wait_for()
            untouched(watched)
    assert seen >= len(PAYLOADS)


def test_an_address_or_a_filter_runs_nothing(watched: Watched) -> None:
    for payload in PAYLOADS[:4]:
        asked = (f"explore?q={payload}&country={payload}", payload, f"event/{payload}?as_of={payload}", f"board?place={payload}")
        for view in asked:
            watched.page.goto("about:blank")
            watched.page.goto(f"{watched.address}/#/{view}")
            untouched(watched)


def test_what_is_pasted_runs_nothing(watched: Watched) -> None:
    page = watched.open("#/add")
    page.get_by_label("Text of the report").fill("\n".join(PAYLOADS) + " Officials counted 5 killed in Sinja.")
    page.get_by_label("Title, if it has one").fill(PAYLOADS[1])
    page.get_by_role("button", name="Code this text").click()
    page.locator(".coded-report").first.wait_for()
    untouched(watched)
