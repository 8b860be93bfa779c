"""An analyst's first half hour, on the examples as the program codes them: `docs/how-to/half-hour.md` tells the same walk."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.browser.conftest import ROOT, Watched, watching
from tests.server.conftest import on_a_port

from marsad.ledger.store import open_ledger
from marsad.server.app import create_app
from marsad.server.settings import Settings

pytestmark = pytest.mark.slow
OFFICE = shutil.which("soffice")
FEATURES = """
import sys, pyogrio
frame = pyogrio.read_dataframe("OAPIF:" + sys.argv[1] + "/ogc", layer="events")
print(int((frame["country"] == "SDN").sum()), int(frame.geometry.notna().sum()))
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger that `make demo` makes."""
    where = tmp_path_factory.mktemp("demo") / "demo.sqlite"
    done = subprocess.run(
        [sys.executable, "-m", "marsad", "code", "examples/", "--ledger", str(where)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return where


@pytest.fixture
def walked(browser: Any, demo: Path, tmp_path: Path) -> Iterator[Watched]:
    where = tmp_path / "demo.sqlite"
    shutil.copy(demo, where)
    ledger = open_ledger(where, write=True)
    with on_a_port(create_app(ledger, Settings(ledger=ledger.address))) as address, watching(browser, address) as found:
        yield found
    ledger.close()


def asked(watched: Watched, path: str) -> Any:
    response = watched.page.request.get(f"{watched.address}/api/v1/{path}")
    assert response.status == 200, response.text()
    return response.json()


def filter_sudan(watched: Watched) -> Any:
    page = watched.open("")
    page.locator(".facets label", has_text=re.compile("^Sudan")).locator("input").check()
    page.locator(".chips", has_text="Country: Sudan").wait_for()
    total = asked(watched, "events?country=Sudan&total=true&limit=1")["total"]
    assert total > 1
    page.locator(".results-head b", has_text=re.compile(rf"^{total}$")).wait_for()
    return page


def open_the_strike(watched: Watched) -> tuple[Any, str]:
    """The event that most sources tell of, opened from the table."""
    page = filter_sudan(watched)
    strike = max(asked(watched, "events?country=Sudan&limit=100")["data"], key=lambda e: len(e["sources"]))
    page.locator(f".results a.what[href='#/event/{strike['id']}']").click()
    page.locator(".toll svg").first.wait_for()
    return page, strike["id"]


def test_from_sudan_to_the_sentence_behind_a_figure(walked: Watched) -> None:
    page, event = open_the_strike(walked)
    page.locator(".toll summary").first.click()
    row = page.locator(".toll").first.locator("tr", has_text="governor")
    figure = row.locator("td.num").inner_text()
    row.get_by_role("button", name="see it").click()
    claim = page.locator(".claim.chosen")
    claim.wait_for()
    assert figure in claim.locator("mark.f-counts").inner_text()
    claim.get_by_role("button", name="Show in the report").click()
    own = page.locator("dialog .report .own")
    own.first.wait_for()
    assert figure in " ".join(own.all_text_contents())
    report = page.locator("dialog .report")
    assert report.text_content() == asked(walked, f"reports/{report.get_attribute('data-report')}")["text"]
    with_report = page.url
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    again = page.context.new_page()
    again.goto(with_report)
    again.locator("dialog .report .own").first.wait_for()
    again.close()
    assert event in with_report


def test_a_toll_is_corrected_and_the_correction_taken_back(walked: Watched) -> None:
    page, event = open_the_strike(walked)
    best = page.locator(".toll .best").first
    before = best.inner_text()
    page.locator(".judge").get_by_role("button", name="correct").click()
    form = page.locator(".judge-form")
    form.get_by_label("What is right").fill("22")
    form.get_by_label("Why").fill("the hospital's list of names")
    form.locator("button.main").click()
    page.locator(".toll .best", has_text=re.compile("^22$")).wait_for()
    record = asked(walked, f"events/{event}")["record"]
    assert record["killed"]["best"] == 22
    page.locator(".history", has_text="the hospital's list of names").wait_for()
    page.locator(".told-back").get_by_role("button", name="Undo").click()
    page.locator(".told-back", has_text="Taken back.").wait_for()
    page.locator(".toll .best", has_text=re.compile(f"^{re.escape(before)}$")).wait_for()
    assert page.locator(".judged .undone", has_text="the hospital's list of names").count() == 1


def downloaded(page: Any, form: str) -> bytes:
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as given:
        page.locator("dialog section").first.get_by_role("link", name=form, exact=True).click()
    page.keyboard.press("Escape")
    content: bytes = given.value.path().read_bytes()
    return content


def test_what_is_filtered_goes_to_excel(walked: Watched, tmp_path: Path) -> None:
    page = filter_sudan(walked)
    events = asked(walked, "events?country=Sudan&limit=100")["data"]
    body = downloaded(page, "Excel")
    book = openpyxl.load_workbook(io.BytesIO(body))
    assert len(book.sheetnames) == 3
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    at = rows[0].index("id")
    assert {row[at] for row in rows[1:]} == {e["id"] for e in events}
    if OFFICE is None:
        pytest.skip("LibreOffice is not installed: the workbook was read with openpyxl alone")
    (tmp_path / "sudan.xlsx").write_bytes(body)
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    utf8 = "csv:Text - txt - csv (StarCalc):44,34,76"
    subprocess.run(
        [OFFICE, home, "--headless", "--convert-to", utf8, "--outdir", str(tmp_path), str(tmp_path / "sudan.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    text = (tmp_path / "sudan.csv").read_text(encoding="utf-8")
    assert all(e["id"] in text for e in events)


def test_what_is_filtered_goes_to_qgis(walked: Watched, tmp_path: Path) -> None:
    import pyogrio

    page = filter_sudan(walked)
    events = asked(walked, "events?country=Sudan&limit=100")["data"]
    (tmp_path / "sudan.gpkg").write_bytes(downloaded(page, "GeoPackage"))
    frame = pyogrio.read_dataframe(tmp_path / "sudan.gpkg", layer="events")
    exact = [e for e in events if e["place"] and e["place"]["precision"] < 3 and e["place"]["latitude"] is not None]
    assert len(frame) == len(events) and int(frame.geometry.notna().sum()) == len(exact)
    done = subprocess.run(
        [sys.executable, "-c", FEATURES, walked.address],
        capture_output=True, text=True, timeout=120, env={**os.environ, "GDAL_HTTP_TIMEOUT": "60"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) == len(events)
