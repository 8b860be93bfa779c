"""The review loop, by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.conftest import Watched
from tests.browser.test_views import get, toll_event

pytestmark = pytest.mark.slow
SELECT = """element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


def judgements(watched: Watched) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get(watched, "judgements")["data"]
    return found


def waiting(watched: Watched, count: int) -> list[dict[str, Any]]:
    """The judgements, once there are so many."""
    for _ in range(100):
        found = judgements(watched)
        if len(found) >= count:
            return found
        watched.page.wait_for_timeout(100)
    raise AssertionError(f"{len(judgements(watched))} judgements, not {count}")


def test_accept_reject_and_undo_by_keyboard(watched: Watched) -> None:
    page = watched.open("#/review")
    page.locator(".desk h2 a").wait_for()
    first = page.locator(".queue li.now").inner_text()
    page.keyboard.press("a")
    given = waiting(watched, 1)[0]
    assert given["judgement"]["verb"] == "accept"
    assert get(watched, f"events/{given['judgement']['subject']}")["record"]["review"] == "accepted"
    page.locator(".queue li.judged-now").wait_for()
    page.wait_for_function("first => document.querySelector('.queue li.now')?.innerText !== first", arg=first)
    page.locator(".told-back", has_text="kept as").wait_for()
    page.keyboard.press("u")
    page.locator(".told-back", has_text="Taken back").wait_for()
    assert [j["stands"] for j in judgements(watched) if j["judgement"]["verb"] == "accept"] == [False]
    now = page.evaluate("location.hash.split('/')[2].split('?')[0]")
    page.locator(f".desk h2 a[href='#/event/{now}']").wait_for()
    page.keyboard.press("r")
    rejected = waiting(watched, 3)[0]["judgement"]
    assert (rejected["verb"], rejected["subject"]) == ("reject", now)


def test_what_was_rejected_comes_back_from_the_log(watched: Watched) -> None:
    event = toll_event(watched)
    page = watched.open(f"#/review/{event['id']}")
    page.locator(f".desk h2 a[href='#/event/{event['id']}']").wait_for()
    page.keyboard.press("r")
    waiting(watched, 1)
    assert get(watched, "events?place=Um Rawaba")["data"] == []
    page.locator(".review > header").get_by_role("button", name="Judgements").click()
    page.locator("dialog .judged").get_by_role("button", name="Undo").click()
    waiting(watched, 2)
    page.locator("dialog .undone").wait_for()
    assert get(watched, "events?place=Um Rawaba")["data"][0]["id"] == event["id"]


def test_words_of_the_report_correct_a_toll(watched: Watched) -> None:
    event = toll_event(watched)
    page = watched.open(f"#/review/{event['id']}")
    page.locator(".desk .report").wait_for()
    words = page.locator(".desk .report mark.f-counts").first
    words.dblclick()
    words.evaluate(SELECT)
    words.dispatch_event("mouseup")
    page.locator(".picked").get_by_role("button", name="killed").click()
    value = page.locator(".judge-form input[name=value]")
    assert value.input_value() in ("14+", "21", "14")
    value.fill("23")
    page.locator(".judge-form button.main").click()
    given = waiting(watched, 1)[0]["judgement"]
    assert (given["verb"], given["field"], given["value"]) == ("correct", "killed", "23")
    assert get(watched, f"events/{event['id']}")["record"]["killed"]["best"] == 23
    page.locator(".field-rows dd", has_text="23").wait_for()


def test_a_judgement_on_a_stale_revision_is_refused_and_said(watched: Watched) -> None:
    event = toll_event(watched)
    page = watched.open(f"#/event/{event['id']}")
    page.get_by_role("button", name="correct").click()
    page.locator(".judge-form input[name=value]").fill("19")
    page.locator(".judge-form input[name=reason]").fill("a list of names")
    sent = page.request.post(
        f"{watched.address}/api/v1/judgements",
        data={"verb": "correct", "subject": event["id"], "field": "killed", "value": "30", "reason": "meanwhile"},
    )
    assert sent.status == 201, sent.text()
    page.locator(".judge-form button.main").click()
    page.locator(".told-back", has_text="changed since you looked").wait_for()
    assert get(watched, f"events/{event['id']}")["record"]["killed"]["best"] == 30


def test_several_are_merged_and_taken_apart_again(watched: Watched) -> None:
    asked = "events?place=Dilling&type=Battles&total=true&limit=1"
    before = get(watched, asked)["total"]
    page = watched.open("#/review?sort=new&place=Dilling&type=Battles")
    marks = page.locator(".queue li input[type=checkbox]")
    marks.nth(1).wait_for()
    marks.nth(0).check()
    marks.nth(1).check()
    page.locator(".queue").get_by_role("button", name="merge").click()
    given = waiting(watched, 1)[0]["judgement"]
    assert given["verb"] == "merge" and given["object"] != given["subject"]
    assert get(watched, asked)["total"] == before - 1
    page.locator(".told-back", has_text="kept").wait_for()
    page.locator(".desk h2 a").wait_for()
    assert page.locator(".wrong").count() == 0
    page.keyboard.press("u")
    page.locator(".told-back", has_text="Taken back").wait_for()
    assert get(watched, asked)["total"] == before


def test_a_comment_is_kept(watched: Watched) -> None:
    event = toll_event(watched)
    page = watched.open(f"#/review/{event['id']}")
    page.locator(".remarks textarea").wait_for()
    page.keyboard.press("n")
    page.keyboard.type("Ask the Red Crescent again.")
    page.locator(".remarks select").select_option("killed")
    page.locator(".remarks").get_by_role("button", name="Comment").click()
    page.locator(".remarks li", has_text="Ask the Red Crescent again.").wait_for()
    assert [r["field"] for r in get(watched, f"remarks?subject={event['id']}")] == ["killed"]


def test_keys_can_be_changed(watched: Watched) -> None:
    page = watched.open("#/review")
    page.locator(".desk h2 a").wait_for()
    page.keyboard.press("?")
    page.locator("dialog").get_by_label("accept").fill("y")
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    page.keyboard.press("a")
    page.wait_for_timeout(400)
    assert judgements(watched) == []
    page.keyboard.press("y")
    assert waiting(watched, 1)[0]["judgement"]["verb"] == "accept"
