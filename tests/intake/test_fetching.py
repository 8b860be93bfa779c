"""Fetching from hostile, slow and strict servers: polite, safe, and nothing waits for ever."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import time
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise

import brotli
import pytest
from tests.hostile import Site, answer, in_turn, raw, status, to

from marsad.intake.fetching import Failure, Fetched, Fetcher, Known, seconds_of
from marsad.intake.sources import Fetching

HOSTS = frozenset({"127.0.0.1", "news.example", "other.example"})
PAGE = b"<html><body>Eight people were killed in Sinja.</body></html>"
NOTHING = Known()
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        made.pages["/a"] = answer(PAGE)
        yield made


def fetch(
    *addresses: str, known: Known = NOTHING, names: Sequence[str] = ("127.0.0.1",), **how: object
) -> list[Fetched | Failure]:
    """All addresses at once; every host is at `names`."""
    settings = {"pause": 0.0, "deadline": 2.0, "patience": 3.0, "private_hosts": HOSTS, **how}

    async def resolve(host: str, port: int) -> Sequence[str]:
        return names

    async def run() -> list[Fetched | Failure]:
        async with Fetcher(Fetching(**settings), resolve=resolve, backoff=0.01) as fetcher:  # type: ignore[arg-type]
            return list(await asyncio.gather(*(fetcher.fetch(address, known) for address in addresses)))

    return asyncio.run(run())


def code(result: Fetched | Failure) -> str:
    assert isinstance(result, Failure), result
    assert result.problem.stage == "intake" and result.problem.message
    return result.problem.code


def body(result: Fetched | Failure) -> bytes:
    assert isinstance(result, Fetched), result
    return result.body


def test_a_page_with_its_type_and_time(site: Site) -> None:
    (found,) = fetch(site.at("/a", "news.example"))
    assert body(found) == PAGE and isinstance(found, Fetched)
    assert found.media_type == "text/html; charset=utf-8" and dt.datetime.fromisoformat(found.at).tzinfo
    asked = site.asked[-1]
    assert asked.headers["host"] == f"news.example:{site.port}" and asked.headers["user-agent"].startswith("marsad/")
    assert "cookie" not in asked.headers and "authorization" not in asked.headers


def test_packed_answers(site: Site) -> None:
    site.pages["/a"] = answer(gzip.compress(PAGE), content_encoding="gzip")
    site.pages["/b"] = answer(gzip.compress(PAGE)[:-9], content_encoding="gzip")
    site.pages["/c"] = answer(b"x", content_encoding="zstd")
    site.pages["/d"] = answer(brotli.compress(PAGE), content_encoding="br")
    one, two, three, four = fetch(site.at("/a"), site.at("/b"), site.at("/c"), site.at("/d"))
    assert body(one) == body(four) == PAGE and code(two) == "incomplete" and code(three) == "packing"
    assert "br" in site.asked[-1].headers["accept-encoding"]


def test_what_has_not_changed_is_not_sent_again(site: Site) -> None:
    site.pages["/a"] = answer(PAGE, etag='"7"', last_modified="Mon, 12 Jan 2026 08:00:00 GMT")
    (first,) = fetch(site.at("/a"))
    assert isinstance(first, Fetched) and first.known == Known(etag='"7"', modified="Mon, 12 Jan 2026 08:00:00 GMT")
    (again,) = fetch(site.at("/a"), known=first.known)
    assert isinstance(again, Fetched) and again.unchanged and again.body == b""
    assert site.asked[-1].headers["if-modified-since"] == "Mon, 12 Jan 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://0x7f.1/",
            "http://127.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
        ),
        *(
            "http://169.254.169.254/latest/meta-data/",
            "http://[::ffff:a9fe:a9fe]/",
            "http://[64:ff9b::7f00:1]/",
            "http://0/",
            "http://10.0.0.1/",
        ),
    ],
)
def test_addresses_inside_a_network_in_every_spelling(address: str) -> None:
    async def run() -> Fetched | Failure:
        async with Fetcher(Fetching(deadline=2.0, pause=0.0), backoff=0.01) as fetcher:  # the system's own resolver
            return await fetcher.fetch(address)

    assert code(asyncio.run(run())) in ("private_address", "no_host")


def test_a_name_that_leads_inside_is_refused_even_with_a_public_address_beside(site: Site) -> None:
    (found,) = fetch(f"http://evil.example:{site.port}/a", names=("8.8.8.8", "127.0.0.1"))
    assert code(found) == "private_address" and site.asked == []


def test_rebinding_gets_nothing() -> None:
    """A name that is public when it is checked and private when it is connected to: it is resolved once only."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"], ["127.0.0.1"]])
    asked = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    async def run() -> str:
        async with Fetcher(Fetching(pause=0.0), resolve=resolve) as fetcher:
            return await fetcher.checked_number("evil.example", 80)

    assert asyncio.run(run()) == "8.8.8.8" and asked == ["evil.example"]


def test_the_connection_goes_to_the_checked_address(site: Site) -> None:
    """No second look-up: the name exists nowhere, and still the page comes from the address that the one look-up gave."""
    (found,) = fetch(site.at("/a", "news.example"))
    assert body(found) == PAGE


def test_each_redirect_is_checked(site: Site) -> None:
    site.pages |= {
        "/in": to("http://10.0.0.1/secret"), "/meta": to("http://169.254.169.254/"), "/file": to("file:///etc/passwd"),
        "/good": to("/a"), "/user": to("http://u:p@news.example/"), "/wall": to("/account/login?next=/wall"),
    }  # fmt: skip
    results = fetch(*(site.at(path) for path in ("/in", "/meta", "/file", "/good", "/user", "/wall")))
    assert [code(r) if isinstance(r, Failure) else r.address for r in results] == [
        *("private_address", "private_address", "bad_address", site.at("/a"), "bad_address", "login"),
    ]
    assert not any(path.startswith("/account") for path in site.paths())


def test_five_redirects_and_no_more(site: Site) -> None:
    site.pages |= {f"/{n}": to(f"/{n + 1}") for n in range(9)} | {"/loop": to("/loop")}
    site.pages["/6"] = answer(PAGE)
    one, two, three = fetch(site.at("/1"), site.at("/0"), site.at("/loop"))
    assert body(one) == PAGE and code(two) == "redirects" and code(three) == "redirects"
    assert site.paths().count("/loop") == 6


def test_robots_are_asked_once_and_obeyed(site: Site) -> None:
    rules = b"User-agent: *\nDisallow: /private\nAllow: /private/press\n\nUser-agent: marsad\nDisallow: /no-marsad\n"
    site.pages |= {"/robots.txt": answer(rules, "text/plain"), "/private/a": answer(PAGE), "/no-marsad": answer(PAGE)}
    results = fetch(site.at("/a"), site.at("/no-marsad"), site.at("/a?2"))
    assert [code(r) if isinstance(r, Failure) else r.body for r in results] == [PAGE, "robots", PAGE]
    assert site.paths().count("/robots.txt") == 1 and "/no-marsad" not in site.paths()


def test_no_fetching_while_robots_can_not_be_read(site: Site) -> None:
    site.pages["/robots.txt"] = status(503)
    (found,) = fetch(site.at("/a"))
    assert code(found) == "robots" and isinstance(found, Failure) and found.later and "/a" not in site.paths()


def test_a_refusal_is_final(site: Site) -> None:
    site.pages |= {"/401": status(401), "/403": status(403), "/404": status(404), "/410": status(410)}
    results = fetch(*(site.at(path) for path in ("/401", "/403", "/404", "/410")))
    assert [code(r) for r in results] == ["refused", "refused", "gone", "gone"]
    assert all(isinstance(r, Failure) and r.later is None for r in results) and site.paths().count("/403") == 1


def test_a_busy_site_is_asked_again_when_it_says(site: Site) -> None:
    site.pages["/b"] = in_turn(status(429, Retry_After="1"), answer(PAGE))
    began = time.monotonic()
    assert body(fetch(site.at("/b"))[0]) == PAGE and time.monotonic() - began >= 1
    moments = [asked.at for asked in site.asked if asked.path == "/b"]
    assert len(moments) == 2 and moments[1] - moments[0] >= 0.95


def test_a_site_that_asks_for_more_patience_than_there_is(site: Site) -> None:
    site.pages["/b"] = status(503, Retry_After="7200")
    began = time.monotonic()
    (found,) = fetch(site.at("/b"))
    assert code(found) == "busy" and isinstance(found, Failure) and found.later == 7200
    assert time.monotonic() - began < 2 and site.paths().count("/b") == 1


def test_5xx_is_tried_three_times(site: Site) -> None:
    site.pages["/b"] = status(500)
    (found,) = fetch(site.at("/b"))
    assert code(found) == "busy" and isinstance(found, Failure) and found.later and site.paths().count("/b") == 3


def test_one_request_at_a_time_and_a_pause_between(site: Site) -> None:
    fetch(*(site.at(f"/a?{n}") for n in range(4)), pause=0.2)
    moments = [asked.at for asked in site.asked]
    assert all(later - one >= 0.19 for one, later in pairwise(moments)) and len(moments) >= 5


def test_the_pause_that_robots_ask_for(site: Site) -> None:
    site.pages["/robots.txt"] = answer(b"User-agent: *\nCrawl-delay: 0.4\n", "text/plain")
    fetch(site.at("/a"), site.at("/a?2"))
    moments = [asked.at for asked in site.asked if asked.path.startswith("/a")]
    assert moments[1] - moments[0] >= 0.39


SLOW = {
    "head": raw(*[b"H"] * 200, pause=0.05),
    "body": raw(OK + b"Content-Length: 500\r\n\r\n", *[b"x"] * 200, pause=0.05),
    "chunks": raw(OK + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\nx\r\n"] * 200, pause=0.05),
    "headers": raw(b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 200, pause=0.05),
    "silence": raw(b"", pause=10),
}


@pytest.mark.parametrize("name", SLOW)
def test_one_deadline_for_all_of_it(site: Site, name: str) -> None:
    site.pages["/s"] = SLOW[name]
    began = time.monotonic()
    (found,) = fetch(site.at("/s"), deadline=0.6, patience=0.0)
    assert code(found) == "slow" and isinstance(found, Failure) and found.later and time.monotonic() - began < 4


def test_false_lengths_and_broken_answers(site: Site) -> None:
    site.pages |= {
        "/more": raw(OK + b"Content-Length: 900\r\n\r\n<html>cut"),
        "/less": raw(OK + b"Content-Length: 6\r\n\r\n<html>and more"),
        "/both": raw(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        "/none": raw(b"nonsense\r\n\r\n"),
        "/minus": raw(OK + b"Content-Length: -5\r\n\r\n"),
        "/chunk": raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
        "/gone": raw(),
        "/heads": raw(OK, *[b"X-A: " + b"b" * 5000 + b"\r\n"] * 60, b"\r\n"),
    }
    paths = ("/more", "/both", "/none", "/minus", "/chunk", "/gone", "/heads")
    results = fetch(*(site.at(path) for path in paths), patience=0.0)
    assert {code(r) for r in results} <= {"incomplete", "unreachable"}, results
    assert code(results[0]) == "incomplete" and all(isinstance(r, Failure) and r.later for r in results)
    assert body(fetch(site.at("/less"))[0]) == b"<html>"


def test_size_is_capped_packed_and_unpacked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = zlib.compressobj(9, wbits=31)
    bomb = gzip.compress(b"".join([*(machine.compress(bytes(2**20)) for _ in range(512)), machine.flush()]), 9)
    site.pages |= {
        "/told": raw(OK + b"Content-Length: 99999999999\r\n\r\nx"),
        "/bomb": answer(bomb, content_encoding="gzip, gzip"),
        "/endless": raw(OK + b"\r\n", *[b"x" * 2**20] * 40),
        "/film": answer(b"x", "video/mp4"),
    }
    results = fetch(*(site.at(path) for path in ("/told", "/bomb", "/endless", "/film")), deadline=20.0)
    assert [code(r) for r in results] == ["too_large", "bomb", "too_large", "not_a_page"]


def test_cookies_are_not_kept(site: Site) -> None:
    site.pages["/c"] = answer(PAGE, set_cookie="id=7; Path=/")
    fetch(site.at("/c"), site.at("/c?2"))
    assert all("cookie" not in asked.headers for asked in site.asked)


def test_retry_after_as_a_date_or_nonsense() -> None:
    soon = (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert 80 < seconds_of(soon) <= 90
    assert [seconds_of(words) for words in ("", "soon", "-5", None, "Mon, 12 Jan 1970 08:00:00 GMT")] == [0.0] * 5
    assert seconds_of("999999999999") == 86_400
