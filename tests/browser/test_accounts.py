"""The web app on a server with accounts: everybody sees what they may do, and no button that would be refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.browser.conftest import Watched, watching
from tests.server.people import PASSWORD

pytestmark = pytest.mark.slow
VIEWS = {
    "reader": ["Explore", "Access", "Statistics", "Account"],
    "coder": ["Explore", "Access", "Statistics", "Review", "Add", "Account"],
    "reviewer": ["Explore", "Access", "Statistics", "Review", "Add", "Account"],
    "admin": ["Explore", "Access", "Statistics", "Review", "Add", "Admin"],
}
VERBS = {
    "reader": [],
    "coder": ["accept", "reject", "correct"],
    "reviewer": ["accept", "reject", "correct", "merge", "split"],
    "admin": ["accept", "reject", "correct", "merge", "split"],
}


def enter(watched: Watched, name: str, where: str = "#/explore", password: str = PASSWORD) -> Any:
    """The page, logged in."""
    page = watched.open(where)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.locator(".login button[type=submit]").click()
    page.locator("nav a", has_text="Explore").wait_for()
    return page


def asked(page: Any, address: str, path: str) -> Any:
    response = page.request.get(f"{address}/api/v1/{path}")
    assert response.status == 200, response.text()
    return response.json()


def judge(page: Any, address: str, **word: str) -> Any:
    csrf = asked(page, address, "me")["csrf"]
    response = page.request.post(f"{address}/api/v1/judgements", data=word, headers={"x-csrf-token": csrf})
    assert response.status == 201, response.text()
    return response.json()


@pytest.mark.parametrize("role", list(VIEWS))
def test_each_role_sees_its_views_and_verbs(browser: Any, guarded: str, role: str) -> None:
    with watching(browser, guarded) as watched:
        page = enter(watched, role)
        assert page.locator("nav a").all_inner_texts() == VIEWS[role]
        event = asked(page, guarded, "events?place=Um Rawaba")["data"][0]["id"]
        watched.open(f"#/event/{event}")
        page.locator(".claim blockquote").first.wait_for()
        assert page.locator(".judge button").all_inner_texts() == VERBS[role]
        assert page.locator(".remarks form").count() == (role != "reader")
        page.locator("nav a", has_text=VIEWS[role][-1]).click()
        page.locator("h2", has_text="Tokens for programs").wait_for()
        assert page.locator("h2", has_text="Users").count() == (role == "admin")
        scopes = page.locator("input[name=scope]").evaluate_all("boxes => boxes.map(box => box.value)")
        assert scopes == ["read", "code", "judge", "admin"][: {"reader": 1, "admin": 4}.get(role, 3)]
        page.get_by_role("button", name="Log out").click()
        page.locator(".login input[name=password]").wait_for()


def test_a_wrong_password_is_said_and_nothing_is_shown(browser: Any, guarded: str) -> None:
    with watching(browser, guarded) as watched:
        page = watched.open("#/explore")
        page.get_by_label("Name").fill("admin")
        page.get_by_label("Password").fill("not the password")
        page.locator(".login button[type=submit]").click()
        page.locator(".wrong", has_text="don't go together").wait_for()
        assert page.locator("nav a").count() == 0 and page.locator(".results").count() == 0


@pytest.mark.parametrize("guarded", ["public"], indirect=True)
def test_where_anybody_may_read_there_is_a_way_to_log_in(browser: Any, guarded: str) -> None:
    with watching(browser, guarded) as watched:
        page = watched.open("#/explore")
        page.locator(".results tbody tr").first.wait_for()
        assert page.locator("nav a").all_inner_texts() == ["Explore", "Access", "Statistics", "Log in"]
        page.get_by_role("button", name="Share").click()
        page.locator("dialog pre").first.wait_for()
        assert page.locator("dialog form").count() == 0 and page.get_by_role("button", name="Make one").count() == 0
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Log in").click()
        page.get_by_label("Name").fill("coder")
        page.get_by_label("Password").fill(PASSWORD)
        page.locator(".login button[type=submit]").click()
        page.locator("nav a", has_text="Review").wait_for()
        page.locator(".results tbody tr").first.wait_for()


def test_an_admin_makes_a_user_and_a_token_and_takes_both_back(browser: Any, guarded: str) -> None:
    with watching(browser, guarded) as watched:
        page = enter(watched, "admin", "#/admin")
        watched.open("#/admin")
        users = page.locator("section", has=page.locator("h2", has_text="Users"))
        users.locator("form").last.get_by_label("Name").fill("salma")
        users.locator("form").last.get_by_label("Role").select_option("coder")
        users.locator("form").last.get_by_label("Password").fill("a long password")
        users.get_by_role("button", name="Add a user").click()
        row = users.locator("tr", has_text="salma")
        row.wait_for()
        with watching(browser, guarded) as other:
            enter(other, "salma", password="a long password").locator("nav a", has_text="Review").wait_for()
            row.get_by_role("button", name="Shut out").click()
            row.get_by_role("button", name="Let in").wait_for()
            other.page.reload()
            other.page.locator(".login input[name=password]").wait_for()
        own = page.locator("section", has=page.locator("h2", has_text="Tokens for programs"))
        own.get_by_label("What for").fill("notebook")
        own.get_by_role("button", name="Make a token").click()
        secret = own.locator(".notice code").inner_text()
        head = {"authorization": f"Bearer {secret}"}
        assert page.request.get(f"{guarded}/api/v1/events?limit=1", headers=head).status == 200
        own.locator("tr", has_text="notebook").get_by_role("button", name="Take back").click()
        own.locator("tr", has_text="notebook").wait_for(state="detached")
        with watching(browser, guarded) as nobody:
            assert nobody.page.request.get(f"{guarded}/api/v1/events?limit=1", headers=head).status == 401


def test_two_coders_without_seeing_each_other_and_how_far_they_agree(browser: Any, guarded: str) -> None:
    with watching(browser, guarded) as first, watching(browser, guarded) as second:
        page = enter(first, "reviewer")
        queue = [e["id"] for e in asked(page, guarded, "queue?limit=4")["data"]]
        for event in queue[:3]:
            judge(page, guarded, verb="accept", subject=event, reason="read")
        other = enter(second, "coder", f"#/review/{queue[0]}?second=1")
        second.open(f"#/review/{queue[0]}?second=1")
        other.locator(f".desk h2 a[href='#/event/{queue[0]}']").wait_for()
        other.get_by_text("What others judged is shown when you have judged.").wait_for()
        assert other.locator(".desk .judged li").count() == 0
        assert {"merge", "split"}.isdisjoint(other.locator(".desk .judge-verbs button").all_inner_texts())
        other.locator(".queue li").nth(len(queue) - 1).wait_for()
        other.keyboard.press("a")
        other.locator(".told-back", has_text="kept as").wait_for()
        second.open(f"#/review/{queue[1]}?second=1")
        other.locator(f".desk h2 a[href='#/event/{queue[1]}']").wait_for()
        other.keyboard.press("r")
        other.locator(".told-back", has_text="reject").wait_for()
        found = asked(page, guarded, "judgements/agreement?one=reviewer&other=coder")
        assert (found["items"], found["agree"]) == (2, 0.5)
        other.get_by_role("button", name="Agreement of coders").click()
        other.locator("dialog").get_by_label("Another coder").fill("reviewer")
        other.locator("dialog").get_by_role("button", name="Compare").click()
        other.locator("dialog p", has_text=re.compile(r"Both judged: 2 · agree: 50% · κ: 0\.00")).wait_for()


def test_a_coder_takes_back_own_words_only(browser: Any, guarded: str) -> None:
    with watching(browser, guarded) as first, watching(browser, guarded) as second:
        page = enter(first, "reviewer")
        event = asked(page, guarded, "queue?limit=1")["data"][0]["id"]
        judge(page, guarded, verb="reject", subject=event, reason="twice told")
        other = enter(second, "coder", "#/review")
        second.open("#/review")
        other.get_by_role("button", name="Bin").click()
        other.locator(".bin li", has_text="twice told").wait_for()
        assert other.locator(".bin").get_by_role("button", name="Bring back").count() == 0
        second.open("#/explore")
        first.open("#/review")
        page.get_by_role("button", name="Bin").click()
        page.locator(".bin li", has_text="twice told").get_by_role("button", name="Bring back").click()
        page.get_by_text("The bin is empty.").wait_for()
        assert asked(page, guarded, f"events/{event}")["record"]["id"] == event
