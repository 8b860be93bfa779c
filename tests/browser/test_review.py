"""The review loop, by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.conftest import Watched, until
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
    until(page, "first => document.querySelector('.queue li.now')?.innerText !== first", arg=first)
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


def ids(watched: Watched, path: str) -> list[str]:
    return [e["id"] for e in get(watched, path)["data"]]


def shown(page: Any) -> list[str]:
    """Which events the queue holds, opened one after the other as a person would see them."""
    page.locator(".queue li").first.wait_for()
    found: list[str] = page.locator(".queue li").evaluate_all("rows => rows.map(row => row.dataset.id)")
    return found


def test_the_queue_is_the_servers_and_leaves_out_what_was_accepted(watched: Watched) -> None:
    page = watched.open("#/review")
    assert shown(page) == ids(watched, "queue?by=uncertain&limit=100")
    first = shown(page)[0]
    page.locator(f".desk h2 a[href='#/event/{first}']").wait_for()
    page.keyboard.press("a")
    waiting(watched, 1)
    page.get_by_role("button", name="Look again").click()
    page.locator(f".queue li[data-id='{first}']").wait_for(state="detached")
    page.locator(".queue select").select_option("new")
    until(page, "location.hash.includes('sort=new')")
    wanted = ids(watched, "queue?by=new&limit=100")
    until(page, "id => document.querySelector('.queue li')?.dataset.id === id", arg=wanted[0])
    assert shown(page) == wanted


def test_the_bin_tells_what_was_rejected_and_brings_it_back(watched: Watched) -> None:
    event = toll_event(watched)
    sent = watched.page.request.post(
        f"{watched.address}/api/v1/judgements", data={"verb": "reject", "subject": event["id"], "reason": "a rumour"}
    )
    assert sent.status == 201
    page = watched.open(f"#/event/{event['id']}")
    page.locator(".notice", has_text="a rumour").get_by_role("link", name="As it was before").click()
    page.locator(".claim blockquote").first.wait_for()
    assert page.locator(".judge").count() == 0, "what was is not judged"
    page = watched.open("#/review")
    page.get_by_role("button", name="Bin").click()
    row = page.locator(".bin li", has_text="Um Rawaba")
    row.get_by_text("a rumour").wait_for()
    row.get_by_role("button", name="Bring back").click()
    page.get_by_text("The bin is empty.").wait_for()
    assert get(watched, f"events/{event['id']}")["record"]["id"] == event["id"]


def test_one_field_of_several_is_corrected_at_once(watched: Watched) -> None:
    page = watched.open("#/review?place=Dilling")
    chosen = shown(page)[:3]
    for event in chosen:
        page.locator(f".queue li[data-id='{event}'] input").check()
    marked = page.locator(".marked")
    marked.get_by_role("button", name="correct").click()
    marked.get_by_label("Field").select_option("injured")
    marked.get_by_label("What is right for all of them").fill("3-5")
    marked.get_by_label("Why").fill("one list for all of them")
    marked.get_by_role("button", name="Correct 3 events").click()
    page.locator(".told-back", has_text="3 kept").wait_for()
    tolls = [get(watched, f"events/{event}")["record"]["injured"] for event in chosen]
    assert [(x["low"], x["high"]) for x in tolls] == [(3, 5)] * 3


def test_a_field_has_its_own_trail(watched: Watched) -> None:
    event = toll_event(watched)
    for field, value in (("killed", "23"), ("date", "2026-04-13")):
        sent = watched.page.request.post(
            f"{watched.address}/api/v1/judgements",
            data={"verb": "correct", "subject": event["id"], "field": field, "value": value, "reason": f"because of {field}"},
        )
        assert sent.status == 201, sent.text()
    page = watched.open(f"#/review/{event['id']}")
    page.get_by_role("button", name="Trail of killed").click()
    trail = page.locator(".trail")
    trail.get_by_text("because of killed").wait_for()
    assert trail.get_by_text("because of date").count() == 0
    assert trail.locator(".changes dt").all_inner_texts() == ["killed"]
    page.get_by_role("button", name="Trail of date").click()
    trail.get_by_text("because of date").wait_for()
    assert trail.get_by_text("because of killed").count() == 0


def test_what_to_merge_with_is_chosen_among_what_is_near(watched: Watched) -> None:
    event = next(e for e in ids(watched, "events?place=Dilling&limit=50") if get(watched, f"events/{e}/near"))
    near = get(watched, f"events/{event}/near?limit=8")[0]["record"]["id"]
    page = watched.open(f"#/review/{event}")
    page.locator(f".desk h2 a[href='#/event/{event}']").wait_for()
    page.keyboard.press("m")
    page.locator(".near input").first.check()
    assert page.locator(".judge-form input[name=object]").input_value() == near
    page.locator(".judge-form input[name=reason]").fill("told twice")
    page.locator(".judge-form button.main").click()
    given = waiting(watched, 1)[0]["judgement"]
    assert (given["verb"], {given["subject"], given["object"]}) == ("merge", {event, near})
