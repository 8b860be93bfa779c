"""Each view of the web app, as a person uses it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests.browser.conftest import AXE, Watched, until

pytestmark = pytest.mark.slow
VIEWS = ("#/explore", "#/board", "#/statistics", "#/review", "#/add", "#/admin")


def get(watched: Watched, path: str) -> Any:
    """What the API says, beside what the page shows."""
    response = watched.page.request.get(f"{watched.address}/api/v1/{path}")
    assert response.status == 200, response.text()
    return response.json()


def toll_event(watched: Watched) -> dict[str, Any]:
    """The event that three sources tell with three tolls."""
    found: list[dict[str, Any]] = get(watched, "events?place=Um Rawaba")["data"]
    assert len(found) == 1 and len(found[0]["claims"]) == 3
    return found[0]


def test_explore_shows_map_table_counts_and_time(watched: Watched) -> None:
    page = watched.open("#/explore")
    total = get(watched, "events?total=true&limit=1")["total"]
    page.locator(".results-head b", has_text=re.compile(rf"^{total}$")).wait_for()
    page.locator(".map .pin").first.wait_for()
    shown = sum(int(words or 1) for words in page.locator(".map .pin").all_text_contents())
    assert shown == sum(c["events"] for c in get(watched, "clusters?zoom=2")["clusters"])
    assert page.locator("figure.bars rect.bar").count() > 3
    page.locator(".facets label", has_text="Battles").first.wait_for()


def test_the_map_does_not_call_the_reader_back(watched: Watched) -> None:
    """Once the map is drawn, each entry of the menu leads to its view and stays there."""
    page = watched.open("#/explore")
    page.locator(".map .pin").first.wait_for()
    for view in VIEWS[1:]:
        page.goto(f"{watched.address}/#/explore")
        page.locator(".map .pin").first.wait_for()
        page.locator(f'nav a[href="{view}"]').click()
        page.wait_for_timeout(800)
        assert page.url.endswith(view)


def test_a_facet_narrows_all_and_the_link_carries_it(watched: Watched) -> None:
    page = watched.open("#/explore")
    page.locator(".facets label", has_text="Battles").locator("input").first.check()
    total = get(watched, "events?type=Battles&total=true&limit=1")["total"]
    page.locator(".results-head b", has_text=re.compile(rf"^{total}$")).wait_for()
    assert "type=Battles" in page.url
    chip = page.locator(".chips button", has_text="Battles")
    chip.wait_for()
    other = page.context.new_page()
    other.goto(page.url)
    other.locator(".results-head b", has_text=re.compile(rf"^{total}$")).wait_for()
    other.close()
    chip.click()
    until(page, "!location.hash.includes('type=')")


def test_words_find_and_share_says_them(watched: Watched) -> None:
    page = watched.open("#/explore")
    page.get_by_label("Words in the sentences and titles").fill("Sinja")
    page.keyboard.press("Enter")
    total = get(watched, "events?q=Sinja&total=true&limit=1")["total"]
    assert total > 0
    page.locator(".results-head b", has_text=re.compile(rf"^{total}$")).wait_for()
    page.get_by_role("button", name="Share").click()
    snippets = "\n".join(page.locator("dialog pre").all_text_contents())
    assert snippets.count("q=Sinja") == 2 and '"q": "Sinja"' in snippets and 'q = "Sinja"' in snippets
    page.locator("dialog").get_by_label("Keep this filter under the name").fill("around Sinja")
    page.locator("dialog").get_by_role("button", name="Keep").click()
    page.locator("dialog a", has_text="around Sinja").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")


def test_a_brush_over_the_time_line_sets_the_days(watched: Watched) -> None:
    page = watched.open("#/explore?country=Sudan")
    page.locator("figure.bars rect.bar").nth(3).wait_for()
    box = page.locator("figure.bars svg").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 25, steps=4)
    page.mouse.up()
    until(page, "location.hash.includes('since=') && location.hash.includes('until=')")
    asked = dict(pair.split("=", 1) for pair in page.url.split("?", 1)[1].split("&"))
    since, last = asked["since"], asked["until"]
    until(page, "day => document.querySelector('.time input')?.value === day", arg=since)
    total = get(watched, f"events?country=Sudan&since={since}&until={last}&total=true&limit=1")["total"]
    assert since < last
    page.locator(".results-head b", has_text=re.compile(rf"^{total}$")).wait_for()


def test_playback_walks_through_the_bars(watched: Watched) -> None:
    page = watched.open("#/explore?country=Sudan&show=table")
    page.locator(".time select").select_option("month")
    page.locator("figure.bars rect.bar").nth(1).wait_for()
    page.get_by_role("button", name="Play").click()
    until(page, "location.hash.includes('since=')")
    first = page.evaluate("new URLSearchParams(location.hash.split('?')[1]).get('since')")
    until(page, "first => new URLSearchParams(location.hash.split('?')[1]).get('since') > first", first)
    page.get_by_role("button", name="Play").wait_for()
    until(page, "[...document.querySelectorAll('.bar')].findIndex(bar => bar.classList.contains('in')) > 0")
    page.get_by_role("button", name="All days").click()
    until(page, "!location.hash.includes('since=')")


def test_the_map_counts_in_hexagons_and_the_link_says_so(watched: Watched) -> None:
    page = watched.open("#/explore")
    page.locator(".map .pin").first.wait_for()
    with page.expect_response(lambda r: "/api/v1/cells?" in r.url) as given:
        page.get_by_role("button", name="Hexagons").click()
    assert given.value.status == 200 and sum(c["events"] for c in given.value.json()["cells"]) > 0
    page.locator(".map-key li", has_text="1+").first.wait_for()
    page.locator(".map .pin").first.wait_for(state="detached")
    assert "draw=hexagons" in page.url
    page.get_by_role("button", name="Numbers").click()
    page.locator(".map .pin").first.wait_for()
    assert "draw=" not in page.url


def test_a_page_that_may_not_be_fetched_is_explained(watched: Watched) -> None:
    """An address inside the computer is not asked, and the page says why."""
    page = watched.open("#/add")
    page.get_by_label("Or the address of a page").fill("http://127.0.0.1/private/news.html")
    page.get_by_role("button", name="Fetch and code").click()
    problem = page.locator(".problem")
    problem.wait_for()
    assert "private address" in problem.inner_text()


def test_files_are_added_with_their_problems(watched: Watched) -> None:
    page = watched.open("#/add")
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "one.txt", "mimeType": "text/plain", "buffer": b"Officials counted 9 killed in Dilling on Sunday."},
            {"name": "picture.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n0000"},
        ]
    )
    page.get_by_role("button", name="Code 2 files").click()
    page.locator(".coded-report tbody tr", has_text="Dilling").wait_for()
    page.locator(".problem", has_text="picture.png").wait_for()


def test_download_gives_what_is_filtered(watched: Watched) -> None:
    page = watched.open("#/explore?place=Dilling")
    total = get(watched, "events?place=Dilling&total=true&limit=1")["total"]
    page.locator(".results-head b", has_text=re.compile(rf"^{total}$")).wait_for()
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as given:
        page.locator("dialog section").first.get_by_role("link", name="CSV", exact=True).click()
    lines = given.value.path().read_text(encoding="utf-8").splitlines()
    assert len(lines) >= total + 1 and sum("Dilling" in line for line in lines) >= total


def test_an_event_shows_tolls_sentences_and_reports(watched: Watched) -> None:
    event = toll_event(watched)
    page = watched.open(f"#/event/{event['id']}")
    chart = page.locator(".toll svg").first
    chart.wait_for()
    drawn = " ".join(chart.locator("text").all_text_contents())
    assert "14+" in drawn and "21" in drawn and "14–17" in drawn and "the governor" in drawn
    marks = page.locator(".claim mark.f-counts").all_text_contents()
    assert sorted(marks) == ["21 people were killed", "at least 14 people were killed", "between 14 and 17 people were killed"]
    page.get_by_role("button", name="Show in the report").first.click()
    text = page.locator("dialog .report")
    report = text.get_attribute("data-report")
    assert text.text_content() == get(watched, f"reports/{report}")["text"]
    own = "".join(page.locator("dialog .own").all_text_contents())
    assert own.startswith("In a drone strike on the market")
    page.keyboard.press("Escape")
    page.locator(".because li").first.wait_for()
    page.locator(".history li").first.wait_for()
    page.locator(".place-map canvas").wait_for()


def test_the_board_tells_states_and_a_day_before_all_is_empty(watched: Watched) -> None:
    page = watched.open("#/board?day=2026-02-28")
    entries = get(watched, "board?day=2026-02-28")["entries"]
    assert entries
    page.locator(".entry").nth(len(entries) - 1).wait_for()
    assert page.locator(".entry").count() == len(entries)
    page.locator(".band-button").first.click()
    page.locator(".band li a").first.click()
    until(page, "location.hash.startsWith('#/condition/con-')")
    page.locator(".claim blockquote").first.wait_for()
    watched.open("#/board?day=1990-01-01").get_by_text("Nothing is known of this day.").wait_for()


def test_statistics_stand_beside_what_is_underneath(watched: Watched) -> None:
    page = watched.open("#/statistics")
    found = get(watched, "checks?limit=20&order=newest")["data"]
    page.locator(".check").nth(len(found) - 1).wait_for()
    first = page.locator(".check").first.inner_text()
    low = found[0]["statistic"]["low"]
    assert f"{low}" in first and "in the record" in first


def test_adding_a_text_shows_its_claims_and_keeps_them_when_told(watched: Watched) -> None:
    page = watched.open("#/add")
    before = get(watched, "head")["seq"]
    page.get_by_label("Text of the report").fill("The ministry counted 8 killed in Dilling on Monday.")
    page.get_by_role("button", name="Code this text").click()
    page.locator(".coded-report tbody tr", has_text="Dilling").wait_for()
    assert get(watched, "head")["seq"] == before
    page.get_by_label("Keep it in the ledger").check()
    page.get_by_role("button", name="Code this text").click()
    page.get_by_text("kept in the ledger").wait_for()
    assert get(watched, "head")["seq"] > before


def test_what_is_new_appears_without_a_reload(watched: Watched) -> None:
    page = watched.open("#/explore?place=Sinja")
    total = get(watched, "events?place=Sinja&total=true&limit=1")["total"]
    page.locator(".results-head b", has_text=re.compile(rf"^{total}$")).wait_for()
    page.wait_for_timeout(1500)
    sent = page.request.post(
        f"{watched.address}/api/v1/code", data={"text": "Officials counted 97 killed in Sinja on Sunday.", "keep": True}
    )
    assert sent.status == 200, sent.text()
    page.locator(".live", has_text="changes since").wait_for()
    page.locator(".results td", has_text="97").first.wait_for()


@pytest.mark.parametrize("watched", [(390, 800)], indirect=True)
def test_a_small_screen_has_no_sideways_scrolling(watched: Watched) -> None:
    event = toll_event(watched)["id"]
    for view in (*VIEWS, f"#/event/{event}"):
        page = watched.open(view)
        page.wait_for_timeout(700)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, view


def test_arabic_reads_from_right_to_left(watched: Watched) -> None:
    page = watched.open("#/explore")
    page.get_by_role("button", name="العربية").click()
    page.get_by_role("link", name="استكشاف").wait_for()
    assert page.evaluate("[document.dir, document.documentElement.lang]") == ["rtl", "ar"]
    page.locator(".results td bdi").first.wait_for()
    facets = page.locator(".explore > aside").bounding_box()
    assert facets["x"] > 900
    page.reload()
    page.get_by_role("link", name="استكشاف").wait_for()


def serious(page: Any) -> list[str]:
    """The serious faults that axe finds on a page as it is."""
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    grave = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
    return [f"{v['id']}: {v['help']}: {json.dumps([n['html'][:160] for n in v['nodes'][:3]])}" for v in grave]


@pytest.mark.parametrize("tongue", ["en", "ar"])
def test_axe_finds_no_serious_fault(watched: Watched, tongue: str) -> None:
    if not AXE.is_file():
        pytest.skip("THE WEB APP IS NOT COVERED: axe-core is not installed: make web")
    watched.page.add_init_script(f"localStorage.setItem('marsad-language', '{tongue}')")
    event = toll_event(watched)["id"]
    wrong: dict[str, list[str]] = {}
    for view in (*VIEWS, f"#/event/{event}", f"#/explore?sel={event}&type=Battles"):
        page = watched.open(view)
        page.wait_for_timeout(1500)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        if found := serious(page):
            wrong[view] = found
    page.get_by_role("button", name="Share" if tongue == "en" else "مشاركة").click()
    page.locator("dialog pre").first.wait_for()
    if found := serious(page):
        wrong["share"] = found
    assert wrong == {}
